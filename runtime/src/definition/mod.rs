//! Definitions: what a model is told of a tool, as bytes that do not change unless the declaration does.
//!
//! The text is written by our own emitter, never through a map of another crate: members in a fixed order, properties
//! in the order of their declaration, everything else sorted. So no feature of another crate, no hash seed, link order
//! or platform reaches it.

mod check;
mod coerce;
mod emit;
mod normal;
mod number;
mod offer;
mod prose;
#[cfg(test)]
mod random;
mod range;
mod rules;
mod sample;
mod schema;
mod shape;
mod structure;

use std::fmt;

pub(crate) use self::check::Check;
pub(crate) use self::coerce::coerce;
pub(crate) use self::offer::{Offers, clash};
pub(crate) use self::sample::samples;
pub(crate) use self::schema::SchemaError;
pub(crate) use self::shape::shape;
use crate::json::{Json, write_string};
use crate::tool::ToolSpec;

/// A provider's form of tool definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Provider {
    /// Anthropic's Messages API.
    Anthropic,
    /// OpenAI's Responses API.
    OpenAiResponses,
    /// OpenAI's Chat Completions API, and those that speak it.
    OpenAiChat,
}

impl Provider {
    /// All of them.
    pub const ALL: [Provider; 3] = [
        Provider::Anthropic,
        Provider::OpenAiResponses,
        Provider::OpenAiChat,
    ];

    /// `anthropic`, `openai-responses` or `openai-chat`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Provider::Anthropic => "anthropic",
            Provider::OpenAiResponses => "openai-responses",
            Provider::OpenAiChat => "openai-chat",
        }
    }

    /// The provider of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str() == name)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A digest of definitions: equal when they are equal, byte for byte.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The digest of these parts, each told apart from its neighbours.
    pub(crate) fn of<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut digest = [0; 16];
        hasher.finalize_xof().fill(&mut digest);
        Self(digest)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn text(schema: &Json<'_>) -> String {
    let mut text = Vec::new();
    emit::schema(schema, &mut text);
    emit::utf8(text)
}

/// What a model is told of one tool.
#[derive(Debug, Clone)]
pub struct ToolDefinition {
    name: &'static str,
    title: Option<&'static str>,
    description: String,
    /// What a value is held against.
    schema: Json<'static>,
    /// What a model is told: the same, with what the registry offers beside it.
    schema_text: String,
    output_schema: Option<String>,
}

impl ToolDefinition {
    pub(crate) fn new(spec: &ToolSpec, offers: Offers) -> Result<Self, SchemaError> {
        let schema = schema::of(spec)?;
        let output_schema = match spec.output() {
            Some(output) => Some(text(&schema::of_output(output)?)),
            None => None,
        };
        Ok(Self {
            name: spec.name(),
            title: spec.display_title(),
            description: prose::unwrapped(spec.description()),
            schema_text: text(&offer::offered(spec, &schema, offers)),
            schema,
            output_schema,
        })
    }

    /// The tool's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// The description.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The JSON Schema of the arguments, as text.
    #[must_use]
    pub fn input_schema(&self) -> &str {
        &self.schema_text
    }

    /// The JSON Schema of what the tool returns, as text, if the tool tells it (`output_schema`).
    #[must_use]
    pub fn output_schema(&self) -> Option<&str> {
        self.output_schema.as_deref()
    }

    /// The title for people, if the tool has one. No provider's form has a place for it; MCP's does.
    #[must_use]
    pub fn title(&self) -> Option<&'static str> {
        self.title
    }

    pub(crate) fn schema(&self) -> &Json<'static> {
        &self.schema
    }

    /// The definition in a provider's form, as one line of JSON.
    #[must_use]
    pub fn to_json(&self, provider: Provider) -> String {
        let mut out = Vec::with_capacity(self.schema_text.len() + self.description.len() + 128);
        match provider {
            Provider::Anthropic => {
                out.push(b'{');
                self.name_and_description(&mut out);
                out.extend_from_slice(b",\"input_schema\":");
                out.extend_from_slice(self.schema_text.as_bytes());
                out.push(b'}');
            }
            Provider::OpenAiResponses => {
                out.extend_from_slice(b"{\"type\":\"function\",");
                self.function(&mut out);
                out.push(b'}');
            }
            Provider::OpenAiChat => {
                out.extend_from_slice(b"{\"type\":\"function\",\"function\":{");
                self.function(&mut out);
                out.extend_from_slice(b"}}");
            }
        }
        emit::utf8(out)
    }

    fn function(&self, out: &mut Vec<u8>) {
        self.name_and_description(out);
        out.extend_from_slice(b",\"parameters\":");
        out.extend_from_slice(self.schema_text.as_bytes());
        // Always said: where it is left out, the Responses API tries strict mode and rewrites the schema.
        out.extend_from_slice(b",\"strict\":false");
    }

    fn name_and_description(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\"name\":");
        write_string(self.name, out);
        out.extend_from_slice(b",\"description\":");
        write_string(&self.description, out);
    }

    /// The digest of the name, the description and the schema.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of([
            self.name.as_bytes(),
            self.description.as_bytes(),
            self.schema_text.as_bytes(),
        ])
    }
}
