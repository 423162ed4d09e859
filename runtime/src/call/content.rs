//! The content of a result: one text, or several parts.

use std::fmt;
use std::slice;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::Part;
use crate::error::ToolError;

/// What a tool answered: a text, or several parts of which some are images or other files.
///
/// It is made once and sent many times: a clone costs next to nothing, and what has to be encoded is encoded already.
///
/// ```
/// use toolwright::{Content, Part};
///
/// let content = Content::from_parts([
///     Part::text("The label of parcel P-7:"),
///     Part::image("image/png", b"\x89PNG\r\n\x1a\n")?,
/// ]);
/// assert_eq!(content.parts().len(), 2);
/// assert_eq!(content.text(), "The label of parcel P-7:\n[image/png, 8 bytes]");
/// # Ok::<(), toolwright::ToolError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Content(Inner);

#[derive(Clone, PartialEq, Eq)]
enum Inner {
    One(Part),
    Several(Arc<Several>),
}

/// Two parts or more: fewer are [`Inner::One`].
#[derive(PartialEq, Eq)]
struct Several {
    parts: Box<[Part]>,
    /// Made at once, so that what the content weighs never changes.
    text: Box<str>,
}

impl Content {
    /// Plain text.
    #[must_use]
    pub fn plain(text: impl Into<Arc<str>>) -> Self {
        Self::from(Part::text(text))
    }

    /// A JSON text, which the caller vouches for.
    #[must_use]
    pub fn json(text: impl Into<Arc<str>>) -> Self {
        Self::from(Part::json(text))
    }

    /// Several parts, in the order in which the model is to read them.
    ///
    /// A single part is the same as that part alone, so that one text is [`Content::plain`]; no parts are an empty text.
    #[must_use]
    pub fn from_parts(parts: impl IntoIterator<Item = Part>) -> Self {
        let parts: Box<[Part]> = parts.into_iter().collect();
        match &*parts {
            [] => Self::plain(""),
            [only] => Self::from(only.clone()),
            several => {
                let texts: Vec<&str> = several.iter().map(Part::as_str).collect();
                let text = texts.join("\n").into();
                Self(Inner::Several(Arc::new(Several { parts, text })))
            }
        }
    }

    /// The parts, of which there is always one at least: a content of plain text or JSON is one part.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        match &self.0 {
            Inner::One(part) => slice::from_ref(part),
            Inner::Several(several) => &several.parts,
        }
    }

    /// The text that a model sees that reads text only: the text of each part, with a line break between two of them.
    ///
    /// A part that is no text is there as a placeholder, which says what the model does not see: see [`Part::as_str`].
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.0 {
            Inner::One(part) => part.as_str(),
            Inner::Several(several) => &several.text,
        }
    }

    /// Whether the text is JSON. A tool that returns a string gives plain text, and several parts are no JSON together.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(&self.0, Inner::One(part) if part.is_json())
    }

    /// The value that the text is the JSON of; a plain text is a JSON string.
    ///
    /// ```
    /// use toolwright::Content;
    ///
    /// assert_eq!(Content::json("[1, 2]").parse::<Vec<u32>>()?, [1, 2]);
    /// assert_eq!(Content::plain("hello").parse::<String>()?, "hello");
    /// # Ok::<(), toolwright::ToolError>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Failed`](crate::ErrorKind::Failed): it is not such a value.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        let value = if self.is_json() {
            serde_json::from_str(self.text())
        } else {
            T::deserialize(serde_json::Value::from(self.text()))
        };
        value.map_err(|error| {
            ToolError::failed(format_args!("the result is not what was expected: {error}"))
        })
    }

    /// The same content with no more than so many bytes of text, cut between two characters, and a line that says so;
    /// none, if it is short enough.
    pub(crate) fn truncated(&self, limit: usize) -> Option<Self> {
        let size: usize = self.parts().iter().map(Part::size).sum();
        if size <= limit {
            return None;
        }
        let mut left = limit;
        let mut kept = Vec::new();
        for part in self.parts() {
            let whole = part.size();
            if whole <= left {
                left -= whole;
                kept.push(part.clone());
                continue;
            }
            if let (None, text) = (part.base64(), part.as_str()) {
                let end = text.floor_char_boundary(left);
                kept.extend(
                    text.get(..end)
                        .filter(|text| !text.is_empty())
                        .map(Part::text),
                );
            }
            break;
        }
        let shown: usize = kept.iter().map(Part::size).sum();
        let note = format!("[truncated: these are the first {shown} of {size} bytes]");
        Some(match kept.as_slice() {
            [only] if self.parts().len() == 1 => Self::plain(format!("{}\n{note}", only.as_str())),
            _ => {
                kept.push(Part::text(note));
                Self::from_parts(kept)
            }
        })
    }

    /// What it weighs, in bytes: its texts, the placeholders, and what is encoded.
    #[must_use]
    pub fn size(&self) -> usize {
        let parts: usize = self.parts().iter().map(Part::size).sum();
        match &self.0 {
            Inner::One(_) => parts,
            Inner::Several(several) => parts + several.text.len(),
        }
    }
}

impl From<Part> for Content {
    fn from(part: Part) -> Self {
        Self(Inner::One(part))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Content").field(&self.parts()).finish()
    }
}
