//! The schema of a tool's arguments: schemars' own for each type, in our form (see `normal`), under one object.

use std::fmt;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

use super::normal::{Members, normal, variants, without_null};
use super::prose::unwrapped;
use crate::json::Json;
use crate::tool::{ParamInfo, ToolSpec};

/// Why an argument has no schema that could be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaError {
    pub(crate) argument: &'static str,
    pub(crate) problem: SchemaProblem,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SchemaProblem {
    Recursive,
    Default(String),
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let argument = self.argument;
        match &self.problem {
            SchemaProblem::Recursive => write!(
                f,
                "the type of the argument `{argument}` contains itself, which needs `$ref`, and not every provider takes that: flatten the type, or take it as a string"
            ),
            SchemaProblem::Default(error) => {
                write!(
                    f,
                    "the default of the argument `{argument}` cannot be written as JSON: {error}"
                )
            }
        }
    }
}

/// The schema of all arguments of a tool.
pub(super) fn of(spec: &ToolSpec) -> Result<Json<'static>, SchemaError> {
    let (mut properties, mut required) = (Vec::new(), Vec::new());
    for param in spec.arguments() {
        if !param.is_optional() {
            required.push(string(param.name()));
        }
        properties.push((param.name().into(), property(*param)?));
    }
    let mut members: Members = vec![
        ("type".into(), string("object")),
        // Also when it is empty: some clients fail without it.
        ("properties".into(), Json::Object(properties)),
        ("additionalProperties".into(), Json::Bool(false)),
    ];
    if !required.is_empty() {
        members.push(("required".into(), Json::Array(required)));
    }
    Ok(Json::Object(members))
}

fn property(param: &dyn ParamInfo) -> Result<Json<'static>, SchemaError> {
    let error = |problem| SchemaError {
        argument: param.name(),
        problem,
    };
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut generator = SchemaGenerator::new(settings);
    let schema = param.schema(&mut generator);
    // With everything inlined, only a type that contains itself is left as a definition.
    if !generator.definitions().is_empty() {
        return Err(error(SchemaProblem::Recursive));
    }
    let mut schema = normal(schema.to_value(), &param.fields());
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
    if let Some(default) = param.default_json() {
        let text = default.map_err(|problem| error(SchemaProblem::Default(problem)))?;
        let value = Json::parse(&text)
            .map_err(|problem| error(SchemaProblem::Default(problem.to_string())))?;
        members.retain(|(keyword, _)| keyword != "default");
        members.push(("default".into(), value.into_owned()));
    }
    Ok(Json::Object(members))
}

fn string(text: &'static str) -> Json<'static> {
    Json::String(text.into())
}
