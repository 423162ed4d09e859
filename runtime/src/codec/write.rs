//! What the writers of results share.

use std::borrow::Cow;

use crate::call::{Outcome, Part};
use crate::json::write_string;

/// What stands for the words of an error that has none.
const WORDLESS: &str = "the tool failed and did not say why";

/// What the model sees of an outcome; never empty for an error, which a provider would refuse.
pub(super) fn text(outcome: &Outcome) -> &str {
    match outcome.text() {
        "" if outcome.is_error() => WORDLESS,
        text => text,
    }
}

/// What the model sees where the provider has no flag for errors: an error is the object `{"error":"…"}`.
pub(super) fn flagged_text(outcome: &Outcome) -> Cow<'_, str> {
    if !outcome.is_error() {
        return text(outcome).into();
    }
    let mut object = b"{\"error\":".to_vec();
    write_string(text(outcome), &mut object);
    object.push(b'}');
    utf8(object).into()
}

/// The parts of an outcome that has more to it than one text; the others are written as they always were, as a string.
///
/// A blank text is left out: Anthropic refuses a request that has an empty one, and it says nothing.
pub(super) fn parts(outcome: &Outcome) -> Option<Vec<&Part>> {
    let parts = outcome.result().ok()?.parts();
    if let [only] = parts
        && only.media_type().is_none()
    {
        return None;
    }
    let is_blank = |part: &&Part| part.as_str().trim().is_empty();
    let parts: Vec<_> = parts.iter().filter(|part| !is_blank(part)).collect();
    Some(parts).filter(|parts| !parts.is_empty())
}

/// The media type and the data of a part that is an image of a kind that models see.
pub(super) fn image(part: &Part) -> Option<(&str, &str)> {
    const SEEN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    data(part).filter(|(media_type, _)| SEEN.contains(media_type))
}

/// The media type and the data of a part that is a file with something in it: providers refuse empty ones.
pub(super) fn data(part: &Part) -> Option<(&str, &str)> {
    let base64 = part.base64().filter(|base64| !base64.is_empty())?;
    Some((part.media_type()?, base64))
}

/// A string that needs no escapes: a media type, or what is in base64.
pub(super) fn plain_string(pieces: &[&str], out: &mut Vec<u8>) {
    out.push(b'"');
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
    out.push(b'"');
}

/// An array with one element for each item.
pub(super) fn array<T>(items: &[T], out: &mut Vec<u8>, mut element: impl FnMut(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        element(item, out);
    }
    out.push(b']');
}

/// The text of what was written.
pub(super) fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("only text was written")
}
