//! Arguments: how each is named, described and read from the JSON that the model sent.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use super::fields;
use super::rule::Rule;

/// A type that a model can fill in: it can be read from JSON and knows its schema.
///
/// Implemented for every type that has `serde::Deserialize` and `schemars::JsonSchema`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a tool",
    label = "needs `serde::Deserialize`, `schemars::JsonSchema` and `Send`",
    note = "derive them: `#[derive(serde::Deserialize, schemars::JsonSchema)]`; state is marked `#[state]`, and the context `#[context]`"
)]
pub trait Arg: Sized {
    /// An argument of this type, without a name. Written by `#[tool]` as `<T as Arg>::PARAM`, so that a type that
    /// cannot be an argument is one error, at the type.
    #[doc(hidden)]
    const PARAM: Param<Self> = Param {
        index: 0,
        name: "",
        description: "",
        is_flat: false,
        default: None,
        examples: &[],
        rules: &[],
        from: None,
        refs: false,
        read: Self::read,
        schema: Self::schema,
        fields: Self::fields,
    };
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
///
/// What it knows of its type it knows as functions, so that a type that is no [`Arg`] is refused in one place.
pub struct Param<T> {
    pub(super) index: usize,
    name: &'static str,
    description: &'static str,
    is_flat: bool,
    default: Option<Default_<T>>,
    examples: &'static [fn() -> serde_json::Result<String>],
    rules: &'static [Rule],
    from: Option<&'static str>,
    refs: bool,
    read: fn(&str) -> Result<T, ArgError>,
    schema: fn(&mut SchemaGenerator) -> Schema,
    fields: fn() -> Vec<&'static [&'static str]>,
}

struct Default_<T> {
    value: fn() -> T,
    json: fn(&T) -> serde_json::Result<String>,
}

impl<T> Param<T> {
    /// Gives it its place, its name and its description.
    #[must_use]
    pub const fn describe(
        self,
        index: usize,
        name: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            index,
            name,
            description,
            ..self
        }
    }

    /// Gives it the value that it has when the model leaves it out, and how that is shown in the schema.
    #[must_use]
    pub const fn or(self, value: fn() -> T, json: fn(&T) -> serde_json::Result<String>) -> Self {
        Self {
            default: Some(Default_ { value, json }),
            ..self
        }
    }

    /// Says that its fields are the arguments.
    #[must_use]
    pub const fn flat(self) -> Self {
        Self {
            is_flat: true,
            ..self
        }
    }

    /// Gives it values that the schema shows.
    #[must_use]
    pub const fn examples(self, examples: &'static [fn() -> serde_json::Result<String>]) -> Self {
        Self { examples, ..self }
    }

    /// Bounds its values.
    #[must_use]
    pub const fn rules(self, rules: &'static [Rule]) -> Self {
        Self { rules, ..self }
    }

    /// Names the tool that can give it.
    #[must_use]
    pub const fn from(self, tool: &'static str) -> Self {
        Self {
            from: Some(tool),
            ..self
        }
    }

    /// Says that a reference to the result of an earlier call can stand for it.
    #[must_use]
    pub const fn refs(self) -> Self {
        Self { refs: true, ..self }
    }

    /// Reads the value; `None` is an argument that the model left out.
    pub(super) fn read(&self, json: Option<&str>) -> Result<T, ArgError> {
        match (json, &self.default) {
            (Some(json), _) => (self.read)(json),
            (None, Some(default)) => Ok((default.value)()),
            (None, None) => (self.read)("null"),
        }
    }
}

/// A type whose values can be the default of an argument: the schema shows them to the model.
#[diagnostic::on_unimplemented(
    message = "a value of type `{Self}` cannot be shown to a model",
    label = "a default or an example needs `serde::Serialize`",
    note = "derive it: the schema shows the value; an `Option<{Self}>` needs no default"
)]
pub trait Shown {
    /// The value as a JSON text.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    fn show(&self) -> serde_json::Result<String>;
}

#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + ?Sized> Shown for T {
    fn show(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

/// An example as a JSON text.
///
/// # Errors
/// It cannot be written as JSON.
pub fn show<T: Shown + ?Sized>(example: &T) -> serde_json::Result<String> {
    example.show()
}

/// A type whose default can be written as a text: `#[arg(default = "en")]`.
#[diagnostic::on_unimplemented(
    message = "the default of a `{Self}` cannot be a text",
    label = "write a value of the argument's type",
    note = "a text fits a `String`, and every other type with `From<&str>`"
)]
pub trait FromText: Sized {
    /// The value.
    fn from_text(text: &'static str) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> FromText for T {
    fn from_text(text: &'static str) -> Self {
        T::from(text)
    }
}

/// A type that `#[arg(default)]` can be used with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no default of its own",
    label = "needs `Default`",
    note = "derive it, or write the value: `#[arg(default = …)]`"
)]
pub trait OwnDefault: Sized {
    /// The value of `#[arg(default)]`.
    fn own_default() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> OwnDefault for T {
    fn own_default() -> Self {
        T::default()
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
    /// Values that the schema shows, as JSON texts.
    ///
    /// # Errors
    /// An example cannot be written as JSON.
    fn examples_json(&self) -> Result<Vec<String>, String>;
    /// What bounds its values, beyond its type.
    #[doc(hidden)]
    fn rules(&self) -> &'static [Rule];
    /// Whether its fields are the arguments: there is no other then.
    fn is_flat(&self) -> bool;
    /// The name of the tool whose result can be its value.
    fn given_by(&self) -> Option<&'static str>;
    /// Whether a reference to the result of an earlier call can stand for it, where the registry offers references.
    fn takes_references(&self) -> bool;
    /// Whether a JSON text can be read as a value of its type.
    ///
    /// # Errors
    /// Where the value is wrong and what was expected there.
    fn accepts(&self, json: &str) -> Result<(), String>;
}

impl<T> ParamInfo for Param<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn description(&self) -> &'static str {
        self.description
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        (self.schema)(generator)
    }

    fn fields(&self) -> Vec<&'static [&'static str]> {
        (self.fields)()
    }

    fn is_optional(&self) -> bool {
        self.default.is_some() || (self.read)("null").is_ok()
    }

    fn default_json(&self) -> Option<Result<String, String>> {
        let default = self.default.as_ref()?;
        Some((default.json)(&(default.value)()).map_err(|error| error.to_string()))
    }

    fn examples_json(&self) -> Result<Vec<String>, String> {
        let examples = self.examples.iter().map(|example| example());
        examples
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())
    }

    fn rules(&self) -> &'static [Rule] {
        self.rules
    }

    fn is_flat(&self) -> bool {
        self.is_flat
    }

    fn given_by(&self) -> Option<&'static str> {
        self.from
    }

    fn takes_references(&self) -> bool {
        self.refs || self.from.is_some()
    }

    fn accepts(&self, json: &str) -> Result<(), String> {
        match (self.read)(json) {
            Ok(_) => Ok(()),
            Err(ArgError { pointer, message }) if pointer.is_empty() => Err(message),
            Err(ArgError { pointer, message }) => Err(format!("`{pointer}`: {message}")),
        }
    }
}
