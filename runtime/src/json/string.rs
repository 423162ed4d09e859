//! JSON strings: where their plain runs end, what their escapes mean, and how they are written.

use super::error::Problem;

/// Appends a string in quotes, with the escapes of RFC 8785: only what JSON requires, in its shortest form.
pub(crate) fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text.as_bytes();
    out.push(b'"');
    loop {
        let (plain, special) = rest.split_at(plain_len(rest));
        out.extend_from_slice(plain);
        let Some((&byte, after)) = special.split_first() else {
            break;
        };
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0C => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            control => {
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(control >> 4)]);
                out.push(HEX[usize::from(control & 0xF)]);
            }
        }
        rest = after;
    }
    out.push(b'"');
}

/// How many bytes come before the first quote, backslash or control character.
pub(super) fn plain_len(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    // The high bit of each byte that is below `limit`. A borrow can mark bytes above a marked one by mistake, never
    // below it, so the lowest mark is right.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & HIGHS;

    let mut words = bytes.chunks_exact(8);
    let mut length = 0;
    for word in words.by_ref() {
        let word = u64::from_le_bytes(word.try_into().expect("a chunk of eight is eight bytes"));
        let quotes = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslashes = below(word ^ (ONES * u64::from(b'\\')), 1);
        let special = below(word, 0x20) | quotes | backslashes;
        if special != 0 {
            return length + (special.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let rest = words.remainder();
    let special = |&byte: &u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    length + rest.iter().position(special).unwrap_or(rest.len())
}

/// Reads one escape: `text` begins after its backslash. Returns the character and the number of bytes read.
///
/// On failure: the problem, and how far after the backslash it is.
pub(super) fn unescape(text: &str) -> Result<(char, usize), (Problem, usize)> {
    let Some(letter) = text.chars().next() else {
        return Err((Problem::EndsInside("a string"), 0));
    };
    let character = match letter {
        '"' | '\\' | '/' => letter,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            return unicode_escape(&text.as_bytes()[1..])
                .map_err(|(problem, at)| (problem, 1 + at));
        }
        other => return Err((Problem::UnknownEscape(other), 0)),
    };
    Ok((character, 1))
}

/// Reads the digits of a `\u` escape, and the second half of the pair where there must be one.
fn unicode_escape(bytes: &[u8]) -> Result<(char, usize), (Problem, usize)> {
    let first = four_digits(bytes).map_err(|problem| (problem, 0))?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Ok((character, 1 + 4));
    }
    let lone = || (Problem::LoneSurrogate(first), 0);
    let second = match bytes.get(4..) {
        Some([b'\\', b'u', digits @ ..]) => four_digits(digits).map_err(|problem| (problem, 6))?,
        _ => return Err(lone()),
    };
    match char::decode_utf16([first, second]).next() {
        Some(Ok(character)) => Ok((character, 1 + 4 + 2 + 4)),
        _ => Err(lone()),
    }
}

fn four_digits(bytes: &[u8]) -> Result<u16, Problem> {
    let mut unit = 0;
    for at in 0..4 {
        let byte = bytes.get(at).ok_or(Problem::EndsInside("a string"))?;
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => return Err(Problem::ExpectedHexDigit),
        };
        unit = unit << 4 | u16::from(digit);
    }
    Ok(unit)
}
