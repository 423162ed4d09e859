//! The content of a result as bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::bytes::{Bytes, write_block};
use crate::call::{Content, Part};

const TEXT: u8 = 0;
const JSON: u8 = 1;
const FILE: u8 = 2;
const NAMED_FILE: u8 = 3;

/// Appends a content: how many parts it has, then each part.
pub(super) fn write(content: &Content, out: &mut Vec<u8>) {
    let count = u32::try_from(content.parts().len()).expect("no result has so many parts");
    out.extend_from_slice(&count.to_le_bytes());
    for part in content.parts() {
        write_part(part, out);
    }
}

fn write_part(part: &Part, out: &mut Vec<u8>) {
    let (Some(media_type), Some(base64)) = (part.media_type(), part.base64()) else {
        out.push(if part.is_json() { JSON } else { TEXT });
        write_block(part.as_str().as_bytes(), out);
        return;
    };
    out.push(part.name().map_or(FILE, |_| NAMED_FILE));
    write_block(media_type.as_bytes(), out);
    if let Some(name) = part.name() {
        write_block(name.as_bytes(), out);
    }
    let bytes = BASE64.decode(base64).expect("it was encoded by the part");
    write_block(&bytes, out);
}

/// Reads a content, which is all there is.
pub(super) fn read(bytes: &[u8]) -> Option<Content> {
    let mut bytes = Bytes(bytes);
    let count = bytes.length()?;
    let mut parts = Vec::with_capacity(count);
    for _ in 0..count {
        parts.push(read_part(&mut bytes)?);
    }
    bytes.is_empty().then(|| Content::from_parts(parts))
}

fn read_part(bytes: &mut Bytes<'_>) -> Option<Part> {
    match bytes.u8()? {
        TEXT => bytes.text().map(Part::text),
        JSON => bytes.text().map(Part::json),
        kind @ (FILE | NAMED_FILE) => {
            let media_type = bytes.text()?.to_owned();
            let name = match kind {
                NAMED_FILE => Some(bytes.text()?.to_owned()),
                _ => None,
            };
            Some(Part::new(media_type, name, bytes.block()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{read, write};
    use crate::call::{Content, Part};

    fn part() -> impl Strategy<Value = Part> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..40);
        prop_oneof![
            any::<String>().prop_map(Part::text),
            any::<String>().prop_map(Part::json),
            bytes().prop_map(|bytes| Part::image("image/png", bytes).unwrap()),
            bytes().prop_map(|bytes| Part::blob("text/plain; charset=utf-8", bytes).unwrap()),
            (any::<String>(), bytes()).prop_map(|(name, bytes)| Part::file(
                &name,
                "application/pdf",
                bytes
            )
            .unwrap()),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(parts in proptest::collection::vec(part(), 0..5)) {
            let content = Content::from_parts(parts);
            let mut bytes = Vec::new();
            write(&content, &mut bytes);
            prop_assert_eq!(read(&bytes), Some(content));
            prop_assert_eq!(read(&bytes[..bytes.len() - 1]), None, "truncated");
            bytes.push(0);
            prop_assert_eq!(read(&bytes), None, "too long");
        }

        #[test]
        fn garbage_is_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            read(&bytes);
        }
    }

    #[test]
    fn a_name_that_ends_with_a_space_stays_as_it_is() {
        let name = format!("{} b", "a".repeat(254));
        let content = Content::from(Part::file(&name, "application/pdf", b"%PDF").unwrap());
        let mut bytes = Vec::new();
        write(&content, &mut bytes);
        assert_eq!(read(&bytes), Some(content));
    }
}
