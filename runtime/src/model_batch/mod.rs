//! Model batches: many prepared model calls as request files for a provider's batch API, at half the price, and the
//! result files read back.
//!
//! A model batch is not a batch of tool calls: it is a set of requests to a model, which a provider works on within a
//! day, in any order. This module writes the files and reads them; it sends nothing.
//!
//! ```
//! use toolwright::Provider;
//! use toolwright::model_batch::{Answer, ModelBatch};
//!
//! let mut batch = ModelBatch::new(Provider::Anthropic);
//! for review in ["Great shoes.", "The left one was missing."] {
//!     let body = serde_json::json!({
//!         "model": "claude-haiku-4-5",
//!         "max_tokens": 100,
//!         "messages": [{"role": "user", "content": format!("Is this a complaint? {review}")}],
//!     });
//!     batch.push(&body.to_string())?;
//! }
//! let ids: Vec<&str> = batch.custom_ids().collect();
//! # let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
//!
//! // What is sent: the body of one request to `POST /v1/messages/batches`.
//! let mut sent = Vec::new();
//! for file in batch.files() {
//!     file.write_to(&mut sent)?;
//! }
//!
//! // What comes back, a line a request and in any order. The other line got lost.
//! let received = format!(
//!     r#"{{"custom_id":"{}","result":{{"type":"succeeded","message":{{"type":"message","content":[]}}}}}}"#,
//!     ids[1]
//! );
//! let mut results = batch.results();
//! results.read("results.jsonl", received.as_bytes())?;
//!
//! let answers: Vec<Answer<'_>> = results.iter().map(|(_custom_id, answer)| answer).collect();
//! assert_eq!(answers, [Answer::Missing, Answer::Succeeded(r#"{"type":"message","content":[]}"#)]);
//! assert!(results.problems().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Requests
//!
//! A body is what you would send to the provider for one call, without `stream`. It is written as it was given, except
//! for whitespace between its tokens: members keep their order, as a prompt cache compares bytes. So give the text that
//! a struct was serialised to; a [`serde_json::Value`] sorts its members by name.
//!
//! Each request has a `custom_id`, by which its result is found. Your own are checked; one that you do not give is made
//! of a hash of the body, the same in every process. So the program that reads the results may make the set anew,
//! hours later, or be given the ids that the first one noted down ([`Results::new`]).
//!
//! # Files
//!
//! A set that is over a [limit](Limits) becomes several files. They are filled in the order of the requests, each as
//! far as it goes, and the same set makes the same files. OpenAI takes requests for one model in a file: there, each
//! model has files of its own.
//!
//! # Results
//!
//! | answer | what it means | Anthropic's line | OpenAI's line |
//! | --- | --- | --- | --- |
//! | [`Succeeded`](Answer::Succeeded) | the message or response, for [`codec::calls`](crate::codec::calls) | `succeeded` | a `response` with a status of 200 to 299 |
//! | [`Errored`](Answer::Errored) | this request failed, alone | `errored` | a `response` with another status, any other `error` |
//! | [`Expired`](Answer::Expired) | it was not begun in time | `expired` | the `error` `batch_expired` |
//! | [`Cancelled`](Answer::Cancelled) | the batch was cancelled first | `canceled` | the `error` `batch_cancelled` |
//! | [`Unreadable`](Answer::Unreadable) | there is a line, and it says none of these | | |
//! | [`Missing`](Answer::Missing) | there is no line | | |
//!
//! OpenAI has two files of results, one of them for errors: read both into one [`Results`], in any order. What is no
//! answer to a request (broken lines, unknown ids, a second line for one request) is kept as a [`Problem`], with the
//! file and the line.

mod answer;
mod anthropic;
mod api;
mod check;
mod error;
mod file;
mod id;
mod line;
mod openai;
mod results;
#[cfg(test)]
mod tests;
mod text;

use std::collections::HashMap;

pub use self::answer::{Answer, Failure};
pub use self::api::{Api, Limits};
pub use self::error::{ModelBatchError, ModelBatchErrorKind};
pub use self::file::RequestFile;
pub use self::line::{BrokenLine, Line, ResultLine, ResultLines};
pub use self::results::{Counts, Problem, Results};
use crate::json::Json;

/// A set of prepared requests to a model, for a provider's batch API.
///
/// It holds each body once. See [the module](self) for an example.
#[derive(Debug, Clone)]
pub struct ModelBatch {
    api: Api,
    limits: Limits,
    requests: Vec<Request>,
    /// The position of each `custom_id`.
    positions: HashMap<String, usize>,
    /// How many ids were made of each hash of a body.
    occurrences: HashMap<id::BodyHash, u64>,
    /// Every model that must not be in one file with another, in the order in which they were met.
    models: Vec<Option<String>>,
}

/// One request of a set.
#[derive(Debug, Clone)]
struct Request {
    custom_id: String,
    /// On one line.
    body: Box<str>,
    /// How much it counts towards the limit of requests in a file.
    weight: usize,
    /// The position of its model.
    model: usize,
}

impl ModelBatch {
    /// An empty set, with the limits of its API.
    #[must_use]
    pub fn new(api: impl Into<Api>) -> Self {
        let api = api.into();
        let limits = api.limits();
        Self::with_limits(api, limits)
    }

    /// An empty set with limits of your own, such as those of a service that speaks a provider's API.
    #[must_use]
    pub fn with_limits(api: impl Into<Api>, limits: Limits) -> Self {
        Self {
            api: api.into(),
            limits,
            requests: Vec::new(),
            positions: HashMap::new(),
            occurrences: HashMap::new(),
            models: Vec::new(),
        }
    }

    /// Adds a request and returns its `custom_id`, which is made of its body.
    ///
    /// It is a hash of the body's [canonical form](crate::canonicalize) and a number that counts the bodies equal to it,
    /// so it depends on nothing but the bodies before it that are equal.
    ///
    /// # Errors
    /// When the body is no JSON object, is one that no batch takes, or does not fit into a file of its own; or when you
    /// gave another request this very id. The set is then as it was.
    pub fn push(&mut self, body: &str) -> Result<&str, ModelBatchError> {
        let position = self.requests.len();
        let value = check::parse(position, body)?;
        let hash = id::hash(&value);
        let occurrence = self.occurrences.get(&hash).copied().unwrap_or(0) + 1;
        self.add(id::derived(&hash, occurrence), body, &value)?;
        self.occurrences.insert(hash, occurrence);
        Ok(&self.requests[position].custom_id)
    }

    /// Adds a request with a `custom_id` of your own.
    ///
    /// Anthropic takes one to 64 ASCII letters, digits, `_` and `-`; OpenAI documents no form, so that here all but the
    /// empty one is taken.
    ///
    /// # Errors
    /// Those of [`push`](Self::push), and an id that the API does not take or that another request of the set has.
    pub fn push_with_id(
        &mut self,
        custom_id: impl Into<String>,
        body: &str,
    ) -> Result<(), ModelBatchError> {
        let position = self.requests.len();
        let custom_id = custom_id.into();
        if let Some(form) = id::broken_rule(&self.api, &custom_id) {
            let kind = ModelBatchErrorKind::InvalidId { form };
            return Err(ModelBatchError::new(position, Some(custom_id), kind));
        }
        let value = check::parse(position, body)?;
        self.add(custom_id, body, &value)
    }

    fn add(
        &mut self,
        custom_id: String,
        body: &str,
        value: &Json<'_>,
    ) -> Result<(), ModelBatchError> {
        let position = self.requests.len();
        let checked = self.check(&custom_id, body, value);
        let (body, weight) = match checked {
            Ok(checked) => checked,
            Err(kind) => return Err(ModelBatchError::new(position, Some(custom_id), kind)),
        };
        let model = self.model(value);
        self.positions.insert(custom_id.clone(), position);
        self.requests.push(Request {
            custom_id,
            body,
            weight,
            model,
        });
        Ok(())
    }

    /// The body on one line and its weight, if the request may be added.
    fn check(
        &self,
        custom_id: &str,
        body: &str,
        value: &Json<'_>,
    ) -> Result<(Box<str>, usize), ModelBatchErrorKind> {
        if let Some(&first) = self.positions.get(custom_id) {
            return Err(ModelBatchErrorKind::DuplicateId { first });
        }
        if let Some(what) = check::refused(&self.api, value) {
            return Err(ModelBatchErrorKind::Refused { what });
        }
        let body = text::one_line(body).into_boxed_str();
        let bytes = self.api.alone(custom_id, &body);
        if bytes > self.limits.bytes {
            let limit = self.limits.bytes;
            return Err(ModelBatchErrorKind::TooLarge { bytes, limit });
        }
        let weight = check::weight(&self.api, value);
        if weight > self.limits.requests {
            let limit = self.limits.requests;
            return Err(ModelBatchErrorKind::TooManyInputs {
                inputs: weight,
                limit,
            });
        }
        Ok((body, weight))
    }

    /// The position of a body's model among those that are kept apart.
    fn model(&mut self, value: &Json<'_>) -> usize {
        let model = check::model(&self.api, value);
        let known = self
            .models
            .iter()
            .position(|known| known.as_deref() == model);
        known.unwrap_or_else(|| {
            self.models.push(model.map(str::to_owned));
            self.models.len() - 1
        })
    }

    /// The API that the set is for.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// How many requests it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// The ids, in the order of the requests.
    #[must_use]
    pub fn custom_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.requests
            .iter()
            .map(|request| request.custom_id.as_str())
    }

    /// The body of a request as it is written: on one line.
    #[must_use]
    pub fn body(&self, custom_id: &str) -> Option<&str> {
        let position = *self.positions.get(custom_id)?;
        Some(&self.requests[position].body)
    }

    /// Keeps the requests whose id is chosen, with their ids and in their order: those to be sent again, for example.
    ///
    /// ```
    /// # use toolwright::Provider;
    /// # use toolwright::model_batch::{Answer, ModelBatch};
    /// # let mut batch = ModelBatch::new(Provider::OpenAiResponses);
    /// # batch.push_with_id("a", r#"{"model": "gpt-6-mini", "input": "Hi"}"#)?;
    /// # batch.push_with_id("b", r#"{"model": "gpt-6-mini", "input": "Hello"}"#)?;
    /// let mut results = batch.results();
    /// let expired = r#"{"custom_id":"a","response":null,"error":{"code":"batch_expired","message":"too late"}}"#;
    /// let invalid = r#"{"custom_id":"b","response":{"status_code":400,"body":{}},"error":null}"#;
    /// results.read("errors.jsonl", format!("{invalid}\n{expired}").as_bytes())?;
    ///
    /// batch.retain(|custom_id| results.get(custom_id).is_some_and(|answer| answer.is_worth_repeating()));
    /// assert_eq!(batch.custom_ids().collect::<Vec<_>>(), ["a"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.requests.retain(|request| keep(&request.custom_id));
        self.positions.clear();
        for (position, request) in self.requests.iter().enumerate() {
            self.positions.insert(request.custom_id.clone(), position);
        }
    }

    /// Results to be read for the requests of this set: until then, all are [missing](Answer::Missing).
    #[must_use]
    pub fn results(&self) -> Results {
        Results::expecting(self.api.clone(), self.custom_ids())
    }
}
