//! What the writers of results share.

use std::borrow::Cow;

use crate::call::Outcome;
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

/// An array with one element for each outcome.
pub(super) fn array(
    outcomes: &[Outcome],
    out: &mut Vec<u8>,
    mut element: impl FnMut(&Outcome, &mut Vec<u8>),
) {
    out.push(b'[');
    for (index, outcome) in outcomes.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        element(outcome, out);
    }
    out.push(b']');
}

/// The text of what was written.
pub(super) fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("only text was written")
}
