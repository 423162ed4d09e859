//! What a tool returns, and how it becomes the bytes that go to the model.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::Display;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::{Call, Tool};
use crate::call::{Content, Part};
use crate::error::{ErrorKind, ToolError};

/// Bytes that a thread keeps for writing results into.
const MOST_KEPT: usize = 16 * 1024;

thread_local! {
    /// Room for the result at hand, so that its text is allocated once.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The content of a call, or why there is none.
pub type Reply = Result<Content, ToolError>;

/// A value that a model can read: anything that can be written as JSON, a [`Content`], or one [`Part`] of it.
///
/// A string is its own text; everything else is JSON. Images and files are parts.
#[diagnostic::on_unimplemented(
    message = "a tool cannot return `{Self}`",
    label = "needs `serde::Serialize`; what can fail is a `Result<T, E>`",
    note = "derive it: `#[derive(serde::Serialize)]`; images and files are a `toolwright::Part`"
)]
pub trait IntoContent {
    /// The content.
    ///
    /// # Errors
    /// [`ErrorKind::Internal`]: the value cannot be written as JSON.
    fn into_content(self) -> Result<Content, ToolError>;
    /// The content, of a value that is needed again.
    ///
    /// # Errors
    /// As [`IntoContent::into_content`].
    fn to_content(&self) -> Result<Content, ToolError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoContent for T {
    fn into_content(self) -> Result<Content, ToolError> {
        self.to_content()
    }

    fn to_content(&self) -> Result<Content, ToolError> {
        let failed = |error: serde_json::Error| {
            ToolError::new(
                ErrorKind::Internal,
                format_args!("the result cannot be written as JSON: {error}"),
            )
        };
        ROOM.with(|room| {
            // Taken, as writing a value runs its own code, which may write another.
            let mut json = room.take();
            let written = serde_json::to_writer(&mut json, self).map_err(failed);
            let content = written.and_then(|()| {
                if json.starts_with(b"\"") {
                    let text = serde_json::from_slice::<String>(&json);
                    return text.map(Content::plain).map_err(failed);
                }
                let text = str::from_utf8(&json);
                Ok(Content::json(text.expect("JSON is written as UTF-8")))
            });
            json.clear();
            // One large result does not keep its room for good.
            json.shrink_to(MOST_KEPT);
            room.replace(json);
            content
        })
    }
}

impl IntoContent for Content {
    fn into_content(self) -> Result<Content, ToolError> {
        Ok(self)
    }

    fn to_content(&self) -> Result<Content, ToolError> {
        Ok(self.clone())
    }
}

impl IntoContent for Part {
    fn into_content(self) -> Result<Content, ToolError> {
        Ok(self.into())
    }

    fn to_content(&self) -> Result<Content, ToolError> {
        Ok(self.clone().into())
    }
}

/// What a function of a tool may return: a value that a model can read, or a `Result` of one with an error that can be
/// shown.
///
/// What the model sees of an error is its `Display` text and nothing else: no sources, no debug form. A
/// [`ToolError`] keeps its kind. `K` tells the two apart: [`Fallible`] is a `Result`, [`Plain`] everything else.
#[diagnostic::on_unimplemented(
    message = "a tool cannot return `{Self}`",
    label = "needs `serde::Serialize`; or `Result<T, E>` with `T: serde::Serialize` and `E: Display`",
    note = "derive it: `#[derive(serde::Serialize)]`; images and files are a `toolwright::Part`"
)]
pub trait ToolOutput<K> {
    /// The content, or the error in the tool's words.
    ///
    /// # Errors
    /// The tool's own error, or [`ErrorKind::Internal`] if the value cannot be written as JSON.
    fn into_reply(self, kind: K) -> Reply;
}

/// The kind of output that is a `Result`.
#[derive(Debug, Clone, Copy)]
pub struct Fallible;
/// The kind of output that is no `Result`.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

#[diagnostic::do_not_recommend]
impl<T: IntoContent, E: Display + 'static> ToolOutput<Fallible> for Result<T, E> {
    fn into_reply(self, _: Fallible) -> Reply {
        match self {
            Ok(value) => value.into_content(),
            Err(error) => Err(tool_error(&error)),
        }
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoContent> ToolOutput<Plain> for T {
    fn into_reply(self, _: Plain) -> Reply {
        self.into_content()
    }
}

/// The error in the tool's words; one of ours keeps its kind.
pub(super) fn tool_error<E: Display + 'static>(error: &E) -> ToolError {
    match (error as &dyn Any).downcast_ref::<ToolError>() {
        Some(error) => error.clone(),
        None => ToolError::failed(error),
    }
}

/// A type as a value, so that the compiler finds out which.
pub struct TypeOf<V>(PhantomData<fn() -> V>);

/// What a function of a tool returns, `Result` or not.
///
/// `Output<Result<T, E>>` has constants of its own; every other type has those of [`AnyOutput`], which Rust looks for
/// second. So an alias of `Result` is one, and nothing depends on how a type is spelled.
pub struct Output<O>(PhantomData<O>);

impl<T, E> Output<Result<T, E>> {
    /// The value of a success.
    pub const VALUE: TypeOf<T> = TypeOf(PhantomData);
    /// It can fail.
    pub const KIND: Fallible = Fallible;
}

/// What a function returns that cannot fail.
pub trait AnyOutput {
    /// The value.
    type Value;
    /// The type of the value.
    const VALUE: TypeOf<Self::Value> = TypeOf(PhantomData);
    /// It cannot fail.
    const KIND: Plain = Plain;
}

impl<O> AnyOutput for Output<O> {
    type Value = O;
}

/// A function that gives the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A type whose schema can be told, so that clients know what a tool returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema that `output_schema` could tell",
    label = "needs `schemars::JsonSchema`",
    note = "derive it: `#[derive(schemars::JsonSchema)]`; images and files have none, so remove `output_schema`"
)]
pub trait OutputSchema {
    /// The schema.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema> OutputSchema for T {
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// The schema of what a tool returns.
#[must_use]
pub const fn output_schema<V: OutputSchema>(_: TypeOf<V>) -> SchemaOf {
    V::schema
}

/// A tool, as what gives an argument of another tool: `#[arg(from = lookup_user)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tool, so it gives nothing",
    label = "needs a function with `#[tool]`"
)]
pub trait Giver {
    /// What the function returns.
    type Output;
    /// The tool's name.
    const NAME: &'static str;
}

#[diagnostic::do_not_recommend]
impl<T: Tool> Giver for T {
    type Output = T::Output;
    const NAME: &'static str = T::SPEC.name();
}

/// An argument that the result `V` of the tool `G` can be.
#[diagnostic::on_unimplemented(
    message = "`{G}` gives `{V}`, and this argument is `{Self}`",
    label = "the two must be the same type",
    note = "take what the tool gives, or an `Option` of it"
)]
pub trait GivenBy<G, V> {}
#[diagnostic::do_not_recommend]
impl<G, T> GivenBy<G, T> for T {}
#[diagnostic::do_not_recommend]
impl<G, T> GivenBy<G, T> for Option<T> {}

impl<V> TypeOf<V> {
    /// The name of the tool `G`, whose result is a `V`, for an argument of type `T` that it can be.
    ///
    /// A method, since `V` must be known before `T` is looked at: else the compiler would make one of the other.
    #[must_use]
    pub const fn given_to<G: Giver, T: GivenBy<G, V>>(self) -> &'static str {
        G::NAME
    }
}

/// The output of a declaration that did not compile.
#[derive(Debug)]
pub enum Never {}

/// The body of a declaration that did not compile.
///
/// # Errors
/// Always.
pub fn never(_: Call) -> Reply {
    Err(ToolError::new(
        ErrorKind::Internal,
        "this tool did not compile",
    ))
}
