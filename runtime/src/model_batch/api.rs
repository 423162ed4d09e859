//! The APIs that take model batches: what a request looks like in their files, and their limits.

use super::text::one_line;
use crate::definition::Provider;
use crate::json::write_string;

/// An API for model batches.
///
/// ```
/// use toolwright::Provider;
/// use toolwright::model_batch::Api;
///
/// assert_eq!(Api::from(Provider::OpenAiChat), Api::open_ai("/v1/chat/completions"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Api {
    /// Anthropic's Message Batches: a file is the body of a request to `POST /v1/messages/batches`.
    Anthropic,
    /// OpenAI's Batch API and those that speak it: a file is uploaded with the purpose `batch`.
    OpenAi {
        /// What all requests are for, relative: the `endpoint` that the batch is created with.
        url: String,
    },
}

impl Api {
    /// OpenAI's Batch API, for requests to this relative URL, such as `/v1/embeddings`.
    #[must_use]
    pub fn open_ai(url: impl Into<String>) -> Self {
        Api::OpenAi { url: url.into() }
    }

    /// What the provider lets be in one file, as of November 2026: 100,000 requests and 256 MB for Anthropic, 50,000
    /// requests (and 50,000 inputs of embeddings) and 200 MB for OpenAI.
    ///
    /// Neither says how much a MB is: it is taken for 1,000,000 bytes, the smaller one.
    #[must_use]
    pub fn limits(&self) -> Limits {
        match self {
            Api::Anthropic => Limits {
                requests: 100_000,
                bytes: 256_000_000,
            },
            Api::OpenAi { .. } => Limits {
                requests: 50_000,
                bytes: 200_000_000,
            },
        }
    }

    /// What a file ends in.
    pub(super) fn extension(&self) -> &'static str {
        match self {
            Api::Anthropic => "json",
            Api::OpenAi { .. } => "jsonl",
        }
    }

    /// What a file begins with.
    pub(super) fn opening(&self) -> &'static [u8] {
        match self {
            Api::Anthropic => b"{\"requests\":[",
            Api::OpenAi { .. } => b"",
        }
    }

    /// What is between two requests.
    pub(super) fn separator(&self) -> &'static [u8] {
        match self {
            Api::Anthropic => b",",
            Api::OpenAi { .. } => b"",
        }
    }

    /// What a file ends with.
    pub(super) fn closing(&self) -> &'static [u8] {
        match self {
            Api::Anthropic => b"]}",
            Api::OpenAi { .. } => b"",
        }
    }

    /// A request up to its body.
    pub(super) fn before_body(&self, custom_id: &str) -> Vec<u8> {
        let mut out = b"{\"custom_id\":".to_vec();
        write_string(custom_id, &mut out);
        match self {
            Api::Anthropic => out.extend_from_slice(b",\"params\":"),
            Api::OpenAi { url } => {
                out.extend_from_slice(b",\"method\":\"POST\",\"url\":");
                write_string(url, &mut out);
                out.extend_from_slice(b",\"body\":");
            }
        }
        let text = String::from_utf8(out).expect("only whole strings and ASCII are written");
        one_line(&text).into_bytes()
    }

    /// A request from its body on.
    pub(super) fn after_body(&self) -> &'static [u8] {
        match self {
            Api::Anthropic => b"}",
            Api::OpenAi { .. } => b"}\n",
        }
    }

    /// How many bytes one request has, without what is between requests.
    pub(super) fn request_bytes(&self, custom_id: &str, body: &str) -> u64 {
        let bytes = self.before_body(custom_id).len() + body.len() + self.after_body().len();
        bytes as u64
    }

    /// How many bytes a file has before and after its requests.
    pub(super) fn frame_bytes(&self) -> u64 {
        (self.opening().len() + self.closing().len()) as u64
    }

    /// How many bytes a file with only this request has.
    pub(super) fn alone(&self, custom_id: &str, body: &str) -> u64 {
        self.frame_bytes() + self.request_bytes(custom_id, body)
    }
}

impl From<Provider> for Api {
    fn from(provider: Provider) -> Self {
        match provider {
            Provider::Anthropic => Api::Anthropic,
            Provider::OpenAiResponses => Api::open_ai("/v1/responses"),
            Provider::OpenAiChat => Api::open_ai("/v1/chat/completions"),
        }
    }
}

/// What one request file may hold.
///
/// ```
/// use toolwright::model_batch::Api;
///
/// let limits = Api::Anthropic.limits().requests(10_000);
/// assert_eq!((limits.requests, limits.bytes), (10_000, 256_000_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many requests, at least 1. For embeddings, each input is one.
    pub requests: usize,
    /// How many bytes the whole file may have.
    pub bytes: u64,
}

impl Limits {
    /// The same, with at most so many requests in a file, and at least 1.
    #[must_use]
    pub const fn requests(self, requests: usize) -> Self {
        let requests = if requests == 0 { 1 } else { requests };
        Self { requests, ..self }
    }

    /// The same, with at most so many bytes in a file.
    #[must_use]
    pub const fn bytes(self, bytes: u64) -> Self {
        Self { bytes, ..self }
    }
}
