//! One tool of a registry, with everything that can be worked out once.

use std::borrow::Cow;

use super::RegistryProblem;
use crate::definition::{ToolDefinition, shape};
use crate::effect::Template;
use crate::json::Json;
use crate::key::{KeyArgument, KeyPlan};
use crate::tool::{ToolEntry, ToolSpec};

/// A tool that is ready to be called.
#[derive(Debug)]
pub(crate) struct RegisteredTool {
    entry: ToolEntry,
    definition: ToolDefinition,
    pub(crate) arguments: Vec<RegisteredArgument>,
    pub(crate) key_plan: KeyPlan,
    pub(crate) reads: Vec<Template>,
    pub(crate) writes: Vec<Template>,
}

/// One argument of a tool.
#[derive(Debug)]
pub(crate) struct RegisteredArgument {
    pub(crate) name: &'static str,
    pub(crate) optional: bool,
    pub(crate) default: Option<Json<'static>>,
}

impl RegisteredArgument {
    /// The text that stands for a value in a resource: a scalar's own, the default's if the argument is absent.
    pub(crate) fn scalar<'v>(&'v self, value: Option<&'v Json<'v>>) -> Option<Cow<'v, str>> {
        match value.or(self.default.as_ref())? {
            Json::String(text) => Some(Cow::Borrowed(text)),
            Json::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            number @ Json::Number(_) => {
                let mut text = Vec::new();
                crate::canonical::write(number, &crate::canonical::Shape::Any, &mut text);
                String::from_utf8(text).ok().map(Cow::Owned)
            }
            Json::Null | Json::Array(_) | Json::Object(_) => None,
        }
    }
}

impl RegisteredTool {
    pub(super) fn new(entry: ToolEntry) -> Result<Self, RegistryProblem> {
        let spec = entry.spec();
        let (name, location) = (spec.name(), spec.location());
        if !is_portable(name) {
            return Err(RegistryProblem::InvalidName { name, location });
        }
        let invalid = |message: String| RegistryProblem::InvalidTool {
            name,
            location,
            message,
        };
        let definition = ToolDefinition::new(spec).map_err(|error| invalid(error.to_string()))?;
        let properties = definition.schema().get("properties");
        let property = |name: &str| properties.and_then(|properties| properties.get(name));
        let arguments: Vec<RegisteredArgument> = spec
            .arguments()
            .iter()
            .map(|param| RegisteredArgument {
                name: param.name(),
                optional: param.is_optional(),
                default: property(param.name())
                    .filter(|_| param.default_json().is_some())
                    .and_then(|schema| schema.get("default"))
                    .cloned(),
            })
            .collect();
        let in_key = arguments
            .iter()
            .enumerate()
            .filter(|(index, _)| !spec.is_excluded(*index));
        let key_plan = KeyPlan::new(in_key.map(|(index, argument)| KeyArgument {
            index,
            name: argument.name,
            optional: argument.optional,
            default: argument.default.as_ref(),
            shape: property(argument.name).map(shape).unwrap_or_default(),
        }));
        let index_of = |name: &str| arguments.iter().position(|argument| argument.name == name);
        let templates = |templates: &[&str]| {
            templates
                .iter()
                .map(|template| Template::parse(template, index_of))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|hole| invalid(format!("`{hole}` in its resources is no argument of it")))
        };
        let (reads, writes) = (
            templates(spec.reads_templates())?,
            templates(spec.writes_templates())?,
        );
        Ok(Self {
            entry,
            definition,
            arguments,
            key_plan,
            reads,
            writes,
        })
    }

    pub(crate) fn spec(&self) -> &ToolSpec {
        self.entry.spec()
    }

    pub(crate) fn entry(&self) -> &ToolEntry {
        &self.entry
    }

    pub(crate) fn definition(&self) -> &ToolDefinition {
        &self.definition
    }
}

/// What Anthropic, OpenAI, Gemini and MCP all accept.
fn is_portable(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
