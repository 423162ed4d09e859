//! Why a request cannot be in a model batch.

use std::error::Error;
use std::fmt;

use crate::json::JsonError;

/// A request that cannot be in the set: which one, and why.
///
/// ```
/// use toolwright::Provider;
/// use toolwright::model_batch::ModelBatch;
///
/// let mut batch = ModelBatch::new(Provider::Anthropic);
/// batch.push_with_id("greeting", r#"{"max_tokens": 1}"#)?;
/// let error = batch.push_with_id("greeting", r#"{"max_tokens": 2}"#).unwrap_err();
/// assert_eq!(error.to_string(), "requests[1] (`greeting`): requests[0] has the same custom_id");
/// # Ok::<(), toolwright::model_batch::ModelBatchError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelBatchError(Box<Refusal>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    position: usize,
    custom_id: Option<String>,
    kind: ModelBatchErrorKind,
}

/// The kinds of [`ModelBatchError`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelBatchErrorKind {
    /// The API does not take the `custom_id`.
    InvalidId {
        /// What it must be.
        form: &'static str,
    },
    /// Another request of the set has the same `custom_id`.
    DuplicateId {
        /// That request's position, from 0.
        first: usize,
    },
    /// The body is not JSON, or gives a member twice.
    NotJson {
        /// What is wrong, and where.
        error: JsonError,
    },
    /// The body is JSON, and no object.
    NotAnObject {
        /// What it is, with its article.
        found: &'static str,
    },
    /// The API refuses this body in a batch.
    Refused {
        /// Why, as a clause.
        what: &'static str,
    },
    /// A file with only this request would be over the limit of bytes.
    TooLarge {
        /// How many bytes that file would have.
        bytes: u64,
        /// How many it may have.
        limit: u64,
    },
    /// The request has more inputs of embeddings than a file may have.
    TooManyInputs {
        /// How many it has.
        inputs: usize,
        /// How many there may be.
        limit: usize,
    },
}

impl ModelBatchError {
    pub(super) fn new(
        position: usize,
        custom_id: Option<String>,
        kind: ModelBatchErrorKind,
    ) -> Self {
        Self(Box::new(Refusal {
            position,
            custom_id,
            kind,
        }))
    }

    /// The position that the request would have had in the set, from 0.
    #[must_use]
    pub fn position(&self) -> usize {
        self.0.position
    }

    /// The request's id, where it has one already.
    #[must_use]
    pub fn custom_id(&self) -> Option<&str> {
        self.0.custom_id.as_deref()
    }

    /// What is wrong with it.
    #[must_use]
    pub fn kind(&self) -> &ModelBatchErrorKind {
        &self.0.kind
    }
}

impl fmt::Display for ModelBatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "requests[{}]", self.0.position)?;
        if let Some(custom_id) = self.custom_id() {
            write!(f, " (`{}`)", custom_id.escape_debug())?;
        }
        write!(f, ": {}", self.0.kind)
    }
}

impl fmt::Display for ModelBatchErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidId { form } => write!(f, "the custom_id must be {form}"),
            Self::DuplicateId { first } => write!(f, "requests[{first}] has the same custom_id"),
            Self::NotJson { error } => write!(f, "the body is not JSON: {error}"),
            Self::NotAnObject { found } => write!(f, "the body is {found}, not an object"),
            Self::Refused { what } => f.write_str(what),
            Self::TooLarge { bytes, limit } => {
                write!(f, "it makes a file of {bytes} bytes, of at most {limit}")
            }
            Self::TooManyInputs { inputs, limit } => {
                write!(f, "it has {inputs} inputs, and a file has at most {limit}")
            }
        }
    }
}

impl Error for ModelBatchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.kind() {
            ModelBatchErrorKind::NotJson { error } => Some(error),
            _ => None,
        }
    }
}
