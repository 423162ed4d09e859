//! One JSON text on one line.

/// A valid JSON text without whitespace between its tokens, and with escapes for the three characters that may stand in
/// a string as they are and that some readers of lines take for the end of one: U+0085, U+2028 and U+2029.
pub(super) fn one_line(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut in_string = false;
    let mut is_escaped = false;
    for character in json.chars() {
        if !in_string {
            in_string = character == '"';
            if !matches!(character, ' ' | '\t' | '\n' | '\r') {
                out.push(character);
            }
            continue;
        }
        match character {
            '\u{85}' => out.push_str("\\u0085"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
        in_string = is_escaped || character != '"';
        is_escaped = !is_escaped && character == '\\';
    }
    out
}
