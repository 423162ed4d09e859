//! The schema of a tool's arguments: schemars' own for each type, in our form (see `normal`), under one object.

use std::fmt;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

use super::normal::{Members, normal, variants, without_null};
use super::prose::unwrapped;
use super::rules::{self, RuleProblem};
use crate::json::Json;
use crate::tool::{ParamInfo, SchemaOf, ToolSpec};

/// Why an argument has no schema that could be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaError {
    pub(crate) argument: &'static str,
    pub(crate) problem: SchemaProblem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SchemaProblem {
    Recursive,
    RecursiveOutput,
    Default(String),
    Example(String),
    Rule(RuleProblem),
    NotAStruct,
    Field(String),
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let argument = self.argument;
        match &self.problem {
            SchemaProblem::Recursive => write!(
                f,
                "the type of the argument `{argument}` contains itself, which needs `$ref`, and not every provider takes that: flatten the type, or take it as a string"
            ),
            SchemaProblem::RecursiveOutput => f.write_str(
                "the type that it returns contains itself, which needs `$ref`, and not every client takes that: flatten the type, or remove `output_schema`",
            ),
            SchemaProblem::Default(error) => {
                write!(
                    f,
                    "the default of the argument `{argument}` cannot be written as JSON: {error}"
                )
            }
            SchemaProblem::Example(error) => write!(
                f,
                "an example of the argument `{argument}` is not a value of its type: {error}"
            ),
            SchemaProblem::Rule(RuleProblem { option, wanted }) => write!(
                f,
                "`{option}` is for {wanted}, and the schema of the argument `{argument}` is of none"
            ),
            SchemaProblem::NotAStruct => write!(
                f,
                "`{argument}` is all arguments at once, so its type must be a struct with named fields: a map, an enum or a list has none"
            ),
            SchemaProblem::Field(name) => write!(
                f,
                "the field `{name}` of `{argument}` has a name that not every provider takes: a letter or `_`, then up to 63 letters, digits or `_`"
            ),
        }
    }
}

/// The schema of all arguments of a tool.
pub(super) fn of(spec: &ToolSpec) -> Result<Json<'static>, SchemaError> {
    if let [param] = spec.arguments()
        && param.is_flat()
    {
        return flat(*param);
    }
    let (mut properties, mut required) = (Vec::new(), Vec::new());
    for param in spec.arguments() {
        if !param.is_optional() {
            required.push(string(param.name()));
        }
        properties.push((param.name().into(), property(*param)?));
    }
    Ok(object(properties, required))
}

fn object(properties: Members, required: Vec<Json<'static>>) -> Json<'static> {
    let mut members: Members = vec![
        ("type".into(), string("object")),
        // Also when it is empty: some clients fail without it.
        ("properties".into(), Json::Object(properties)),
        ("additionalProperties".into(), Json::Bool(false)),
    ];
    if !required.is_empty() {
        members.push(("required".into(), Json::Array(required)));
    }
    Json::Object(members)
}

/// The schema of a struct whose fields are the arguments.
fn flat(param: &dyn ParamInfo) -> Result<Json<'static>, SchemaError> {
    let error = |problem| SchemaError {
        argument: param.name(),
        problem,
    };
    let Json::Object(members) = of_type(param)? else {
        return Err(error(SchemaProblem::NotAStruct));
    };
    let (mut properties, mut required) = (Members::new(), Vec::new());
    for (keyword, value) in members {
        match (&*keyword, value) {
            ("properties", Json::Object(fields)) => properties = fields,
            ("required", Json::Array(names)) => required = names,
            ("type", kind) if kind.as_str() == Some("object") => {}
            ("additionalProperties", Json::Bool(_)) | ("description", _) => {}
            _ => return Err(error(SchemaProblem::NotAStruct)),
        }
    }
    for (name, _) in &properties {
        if !is_portable_argument(name) {
            return Err(error(SchemaProblem::Field(name.to_string())));
        }
    }
    Ok(object(properties, required))
}

/// What Anthropic, OpenAI, Gemini and MCP all accept.
fn is_portable_argument(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// schemars' schema of the argument's type, in our form.
fn of_type(param: &dyn ParamInfo) -> Result<Json<'static>, SchemaError> {
    let schema = generated(|generator| param.schema(generator)).ok_or(SchemaError {
        argument: param.name(),
        problem: SchemaProblem::Recursive,
    })?;
    Ok(normal(schema, &param.fields()))
}

/// A schema with everything inlined; nothing for a type that contains itself.
fn generated(
    schema: impl FnOnce(&mut SchemaGenerator) -> schemars::Schema,
) -> Option<serde_json::Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut generator = SchemaGenerator::new(settings);
    let schema = schema(&mut generator);
    generator
        .definitions()
        .is_empty()
        .then(|| schema.to_value())
}

/// The schema of what a tool returns.
pub(super) fn of_output(schema: SchemaOf) -> Result<Json<'static>, SchemaError> {
    let schema = generated(schema).ok_or(SchemaError {
        argument: "",
        problem: SchemaProblem::RecursiveOutput,
    })?;
    Ok(normal(schema, &[]))
}

fn property(param: &dyn ParamInfo) -> Result<Json<'static>, SchemaError> {
    let error = |problem| SchemaError {
        argument: param.name(),
        problem,
    };
    let mut schema = of_type(param)?;
    if param.is_optional() {
        schema = without_null(schema);
    }
    let mut members = match schema {
        Json::Object(members) => members,
        _ => Vec::new(),
    };
    let description = unwrapped(param.description());
    if !description.is_empty() {
        let list = variants(&members);
        members.retain(|(keyword, _)| keyword != "description");
        let text = list.map_or_else(
            || description.clone(),
            |list| format!("{description}\n{list}"),
        );
        members.push(("description".into(), Json::String(text.into())));
    }
    rules::add(param.rules(), &mut members).map_err(|it| error(SchemaProblem::Rule(it)))?;
    if let Some(default) = param.default_json() {
        let text = default.map_err(|problem| error(SchemaProblem::Default(problem)))?;
        let value = Json::parse(&text)
            .map_err(|problem| error(SchemaProblem::Default(problem.to_string())))?;
        members.retain(|(keyword, _)| keyword != "default");
        members.push(("default".into(), value.into_owned()));
    }
    let invalid = |problem| error(SchemaProblem::Example(problem));
    let mut examples = Vec::new();
    for text in param.examples_json().map_err(invalid)? {
        param.accepts(&text).map_err(invalid)?;
        let value = Json::parse(&text).map_err(|problem| invalid(problem.to_string()))?;
        examples.push(value.into_owned());
    }
    if !examples.is_empty() {
        members.retain(|(keyword, _)| keyword != "examples");
        members.push(("examples".into(), Json::Array(examples)));
    }
    Ok(Json::Object(members))
}

fn string(text: &'static str) -> Json<'static> {
    Json::String(text.into())
}
