//! One part of a content: a text, or a file with its media type, encoded once.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::error::{ErrorKind, ToolError};

/// A name of a file has at most so many characters. No file system has longer ones, and every provider takes it.
const LONGEST_NAME: usize = 255;

/// One part of a [`Content`](crate::Content): a text, an image or another file.
///
/// The bytes of a file are encoded here and never again. Which files a model gets to see is its provider's choice; for
/// the others it sees the placeholder. See [`codec`](crate::codec#results-with-images-and-files).
///
/// ```
/// use toolwright::{Content, Part, ToolError, tool};
///
/// /// Show the label of a parcel.
/// #[tool(ttl = "1h")]
/// async fn parcel_label(
///     /// The parcel's id, for example `P-7`.
///     parcel_id: String,
/// ) -> Result<Content, ToolError> {
///     let label = Part::image("image/png", b"\x89PNG\r\n\x1a\n")?;
///     Ok(Content::from_parts([Part::text(format!("The label of {parcel_id}:")), label]))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), ToolError> {
/// let content = parcel_label("P-7".to_owned()).await?;
/// assert_eq!(content.parts()[1].media_type(), Some("image/png"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Part(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Text { text: Arc<str>, is_json: bool },
    File(Arc<File>),
}

#[derive(PartialEq, Eq)]
struct File {
    media_type: String,
    name: Option<String>,
    base64: String,
    /// Whether the bytes are a text in UTF-8, by their media type and in truth.
    is_text: bool,
    placeholder: String,
}

impl Part {
    /// Plain text.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self(Kind::Text {
            text,
            is_json: false,
        })
    }

    /// A JSON text, which the caller vouches for.
    #[must_use]
    pub fn json(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self(Kind::Text {
            text,
            is_json: true,
        })
    }

    /// An image.
    ///
    /// Models see PNG, JPEG, GIF and WebP.
    ///
    /// ```
    /// use toolwright::Part;
    ///
    /// let image = Part::image("image/png", b"\x89PNG\r\n\x1a\n")?;
    /// assert_eq!(image.base64(), Some("iVBORw0KGgo="));
    ///
    /// let error = Part::image("png", b"\x89PNG\r\n\x1a\n").unwrap_err();
    /// assert_eq!(error.message(), "`png` is not a media type: give a type and a subtype, such as `image/png`");
    /// # Ok::<(), toolwright::ToolError>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if `media_type` is malformed, or is that of something else.
    pub fn image(media_type: &str, bytes: impl AsRef<[u8]>) -> Result<Self, ToolError> {
        let image = essence(media_type)?;
        if !image.starts_with("image/") {
            let what =
                format_args!("`{image}` is not the media type of an image: use `Part::blob`");
            return Err(ToolError::new(ErrorKind::Internal, what));
        }
        Ok(Self::new(image, None, bytes.as_ref()))
    }

    /// A file without a name: a PDF, a spreadsheet, anything that has a media type.
    ///
    /// The media type decides what becomes of it, so that an image may be given as a blob too. Its parameters are left
    /// out, and `image/jpg`, which does not exist and is met everywhere, is taken for `image/jpeg`.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if `media_type` is malformed.
    pub fn blob(media_type: &str, bytes: impl AsRef<[u8]>) -> Result<Self, ToolError> {
        Ok(Self::new(essence(media_type)?, None, bytes.as_ref()))
    }

    /// A file with a name, which the model sees where its provider has a place for it.
    ///
    /// The name is brought into one line of at most 255 characters. One with nothing in it is no name.
    ///
    /// ```
    /// use toolwright::Part;
    ///
    /// let invoice = Part::file("invoice.pdf", "application/pdf", b"%PDF-1.7")?;
    /// assert_eq!(invoice.as_str(), "[invoice.pdf, application/pdf, 8 bytes]");
    /// # Ok::<(), toolwright::ToolError>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Internal`] if `media_type` is malformed.
    pub fn file(name: &str, media_type: &str, bytes: impl AsRef<[u8]>) -> Result<Self, ToolError> {
        let line = name.replace(char::is_control, " ");
        let name: String = line.trim().chars().take(LONGEST_NAME).collect();
        let name = Some(name).filter(|name| !name.is_empty());
        Ok(Self::new(essence(media_type)?, name, bytes.as_ref()))
    }

    /// A file whose media type and name are in their one form already.
    pub(crate) fn new(media_type: String, name: Option<String>, bytes: &[u8]) -> Self {
        let named = name.iter().map(|name| format!("{name}, "));
        let unit = if bytes.len() == 1 { "byte" } else { "bytes" };
        let placeholder = format!(
            "[{}{media_type}, {} {unit}]",
            named.collect::<String>(),
            bytes.len()
        );
        Self(Kind::File(Arc::new(File {
            is_text: is_text_type(&media_type) && str::from_utf8(bytes).is_ok(),
            base64: BASE64.encode(bytes),
            placeholder,
            media_type,
            name,
        })))
    }

    /// What a model sees of it that reads text only: the text, or a placeholder such as `[image/png, 1234 bytes]`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Text { text, .. } => text,
            Kind::File(file) => &file.placeholder,
        }
    }

    /// Whether it is a JSON text.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self.0, Kind::Text { is_json: true, .. })
    }

    /// The media type of a file, in lower case and without parameters; a text has none.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.get_file().map(|file| &*file.media_type)
    }

    /// The name of a file that has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.get_file().and_then(|file| file.name.as_deref())
    }

    /// The bytes of a file in base64, with padding; a text has none.
    #[must_use]
    pub fn base64(&self) -> Option<&str> {
        self.get_file().map(|file| &*file.base64)
    }

    /// Whether it is a file whose bytes are a text in UTF-8, by its media type and in truth.
    pub(crate) fn is_textual(&self) -> bool {
        self.get_file().is_some_and(|file| file.is_text)
    }

    /// The text that the bytes of such a file are.
    pub(crate) fn decoded_text(&self) -> Option<String> {
        let file = self.get_file().filter(|file| file.is_text)?;
        let bytes = BASE64.decode(&file.base64).expect("it was encoded here");
        Some(String::from_utf8(bytes).expect("it was looked at before it was encoded"))
    }

    /// What it weighs, in bytes.
    pub(super) fn size(&self) -> usize {
        self.as_str().len() + self.base64().map_or(0, str::len)
    }

    fn get_file(&self) -> Option<&File> {
        match &self.0 {
            Kind::Text { .. } => None,
            Kind::File(file) => Some(file),
        }
    }
}

/// Files are long, so that only their placeholder is shown.
impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Text { text, is_json } => {
                let name = if *is_json { "Json" } else { "Text" };
                f.debug_tuple(name).field(text).finish()
            }
            Kind::File(file) => write!(f, "File({})", file.placeholder),
        }
    }
}

/// A media type in its one form: lower case, no parameters.
fn essence(given: &str) -> Result<String, ToolError> {
    let essence = given.split_once(';').map_or(given, |(essence, _)| essence);
    let essence = essence.trim().to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("image", "jpg")) => Ok("image/jpeg".to_owned()),
        Some((main, sub)) if is_restricted_name(main) && is_restricted_name(sub) => Ok(essence),
        _ => {
            let shown: String = given
                .chars()
                .take(64)
                .flat_map(char::escape_debug)
                .collect();
            let what = format_args!(
                "`{shown}` is not a media type: give a type and a subtype, such as `image/png`"
            );
            Err(ToolError::new(ErrorKind::Internal, what))
        }
    }
}

/// What RFC 6838, section 4.2, allows as a type or a subtype.
fn is_restricted_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
    name.len() <= 127
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(is_allowed)
}

/// Whether files of this media type are texts.
fn is_text_type(media_type: &str) -> bool {
    media_type.starts_with("text/") || matches!(media_type, "application/json" | "application/xml")
}
