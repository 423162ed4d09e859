//! Arguments: how each is named, described and read from the JSON that the model sent.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::fields;

/// A type that a model can fill in: it can be read from JSON and knows its schema.
///
/// Implemented for every type that has `serde::Deserialize` and `schemars::JsonSchema`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a tool",
    label = "needs `serde::Deserialize`, `schemars::JsonSchema` and `Send`",
    note = "derive them: `#[derive(serde::Deserialize, schemars::JsonSchema)]`; state is marked `#[state]`, and the context `#[context]`"
)]
pub trait Arg: Sized + Send + 'static {
    /// The schema of the type.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
    /// Reads a value.
    ///
    /// # Errors
    /// Where the value is wrong and what was expected there.
    fn read(json: &str) -> Result<Self, ArgError>;
    /// The field names of each struct inside, in the order of their declaration.
    fn fields() -> Vec<&'static [&'static str]>;
}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + Send + 'static> Arg for T {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }

    fn read(json: &str) -> Result<Self, ArgError> {
        // The path costs time, so it is looked for only when there is something to say.
        serde_json::from_str(json).or_else(|_| {
            serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_str(json))
                .map_err(|e| ArgError::new(&e))
        })
    }

    fn fields() -> Vec<&'static [&'static str]> {
        fields::of::<T>()
    }
}

/// Why a value could not be read.
#[derive(Debug)]
pub struct ArgError {
    /// RFC 6901 pointer inside the argument; empty for the argument itself.
    pub(crate) pointer: String,
    /// What was expected and what was there.
    pub(crate) message: String,
}

impl ArgError {
    fn new(error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        use serde_path_to_error::Segment;
        let mut pointer = String::new();
        for segment in error.path() {
            let segment = match segment {
                Segment::Seq { index } => index.to_string(),
                Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
                // A variant is a member of the JSON only for data-carrying enums; serde does not tell, and the
                // message names the variants.
                Segment::Enum { .. } | Segment::Unknown => continue,
            };
            pointer.push('/');
            pointer.push_str(&segment);
        }
        Self {
            pointer,
            message: plain(&error.inner().to_string()),
        }
    }
}

/// serde's words, turned into ones that a model acts on: what was expected, then what was there.
fn plain(message: &str) -> String {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    let Some((kind, rest)) = message.split_once(": ") else {
        return message.to_owned();
    };
    match (kind, rest.rsplit_once(", expected ")) {
        ("invalid type" | "invalid value", Some((got, expected))) => {
            format!("expected {}, got {got}", type_name(expected))
        }
        _ => message.to_owned(),
    }
}

/// The name of a Rust type, in JSON's words.
fn type_name(rust: &str) -> &str {
    match rust {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "an integer",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "an integer of at least 0",
        "f32" | "f64" => "a number",
        "a sequence" => "an array",
        "a map" => "an object",
        "unit" => "null",
        other => other,
    }
}

/// One argument of a tool: its place, its name, its description, and how it is read.
pub struct Param<T> {
    pub(super) index: usize,
    name: &'static str,
    description: &'static str,
    default: Option<Default_<T>>,
}

struct Default_<T> {
    value: fn() -> T,
    json: fn(&T) -> serde_json::Result<String>,
}

/// Describes one argument. A free function, so that the turbofish carries the span of the user's type into errors.
#[must_use]
pub const fn param<T: Arg>(
    index: usize,
    name: &'static str,
    description: &'static str,
) -> Param<T> {
    Param {
        index,
        name,
        description,
        default: None,
    }
}

/// Gives an argument the value that it has when the model leaves it out.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is `const`: nothing moves when the program runs"
)]
pub const fn with_default<T: Arg + serde::Serialize>(
    param: Param<T>,
    value: fn() -> T,
) -> Param<T> {
    Param {
        index: param.index,
        name: param.name,
        description: param.description,
        default: Some(Default_ {
            value,
            json: |value| serde_json::to_string(value),
        }),
    }
}

/// The value of `#[arg(default)]`.
#[must_use]
pub fn default<T: Default>() -> T {
    T::default()
}

impl<T: Arg> Param<T> {
    /// Reads the value; `None` is an argument that the model left out.
    pub(super) fn read(&self, json: Option<&str>) -> Result<T, ArgError> {
        match (json, &self.default) {
            (Some(json), _) => T::read(json),
            (None, Some(default)) => Ok((default.value)()),
            (None, None) => T::read("null"),
        }
    }
}

/// What a definition needs to know of an argument, whatever its type.
pub trait ParamInfo: Sync {
    /// The name that a model writes.
    fn name(&self) -> &'static str;
    /// The description, or nothing.
    fn description(&self) -> &'static str;
    /// The schema of its type.
    fn schema(&self, generator: &mut SchemaGenerator) -> Schema;
    /// The field names of each struct inside its type, in the order of their declaration.
    fn fields(&self) -> Vec<&'static [&'static str]>;
    /// Whether a call may leave it out: it has a default, or its type reads `null`.
    fn is_optional(&self) -> bool;
    /// The default as a JSON text.
    ///
    /// # Errors
    /// The default cannot be written as JSON.
    fn default_json(&self) -> Option<Result<String, String>>;
}

impl<T: Arg> ParamInfo for Param<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn description(&self) -> &'static str {
        self.description
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        T::schema(generator)
    }

    fn fields(&self) -> Vec<&'static [&'static str]> {
        T::fields()
    }

    fn is_optional(&self) -> bool {
        self.default.is_some() || T::read("null").is_ok()
    }

    fn default_json(&self) -> Option<Result<String, String>> {
        let default = self.default.as_ref()?;
        Some((default.json)(&(default.value)()).map_err(|error| error.to_string()))
    }
}
