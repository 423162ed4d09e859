//! One tool of a registry, with everything that can be worked out once.

use std::borrow::Cow;

use super::RegistryProblem;
use crate::definition::{Check, Offers, ToolDefinition, shape};
use crate::effect::Template;
use crate::error::{listed, nearest};
use crate::json::Json;
use crate::key::{KeyArgument, KeyPlan};
use crate::tool::{ParamInfo, ToolEntry, ToolSpec};

/// A tool that is ready to be called.
#[derive(Debug)]
pub(crate) struct RegisteredTool {
    entry: ToolEntry,
    definition: ToolDefinition,
    pub(crate) arguments: Vec<RegisteredArgument>,
    pub(crate) key_plan: KeyPlan,
    pub(crate) reads: Vec<Template>,
    pub(crate) writes: Vec<Template>,
    offers: Offers,
    may_be_wired: bool,
}

/// One argument of a tool, as a model writes it.
#[derive(Debug)]
pub(crate) struct RegisteredArgument {
    pub(crate) name: Box<str>,
    pub(crate) optional: bool,
    pub(crate) default: Option<Json<'static>>,
    pub(crate) schema: Json<'static>,
    /// What the schema demands beyond the type; nothing, if that is all.
    pub(crate) check: Option<Check>,
    /// Whether a reference can stand for it.
    pub(crate) takes_references: bool,
    /// The tool whose result it is when the model leaves it out.
    pub(crate) given_by: Option<&'static str>,
}

impl RegisteredArgument {
    /// The properties of a definition's schema, in their order.
    fn all(
        spec: &ToolSpec,
        definition: &ToolDefinition,
        offers: Offers,
    ) -> Result<Vec<Self>, String> {
        let schema = definition.schema();
        let required = schema.get("required").and_then(Json::as_array);
        let is_required = |name: &str| {
            let mut names = required.into_iter().flatten();
            names.any(|required| required.as_str() == Some(name))
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        // A default that only the schema of a type has says nothing of an absent argument.
        let has_default = |param: Option<&dyn ParamInfo>| {
            param.is_none_or(|param| param.is_flat() || param.default_json().is_some())
        };
        let argument = |(name, schema): &(Cow<'static, str>, Json<'static>)| {
            let check = checked(name, schema)?;
            let params = spec.arguments().iter().copied();
            let param = params.into_iter().find(|param| param.name() == name);
            let referring = param.filter(|_| offers.references);
            Ok(Self {
                name: name.as_ref().into(),
                optional: !is_required(name),
                default: schema
                    .get("default")
                    .filter(|_| has_default(param))
                    .cloned(),
                check,
                schema: schema.clone(),
                takes_references: referring.is_some_and(ParamInfo::takes_references),
                given_by: referring.and_then(ParamInfo::given_by),
            })
        };
        properties.into_iter().flatten().map(argument).collect()
    }

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

/// What the schema of an argument demands beyond the type, held against the values that it shows itself.
fn checked(name: &str, schema: &Json<'static>) -> Result<Option<Check>, String> {
    let check = Check::new(schema)
        .map_err(|problem| format!("the schema of the argument `{name}`: {problem}"))?;
    if let Some(check) = &check {
        let default = schema.get("default").map(|value| ("the default", value));
        let examples = schema.get("examples").and_then(Json::as_array);
        let examples = examples.into_iter().flatten();
        let shown = examples.map(|value| ("an example", value)).chain(default);
        for (what, value) in shown {
            if let Err(violation) = check.check(value) {
                let message = violation.message;
                return Err(format!(
                    "{what} of the argument `{name}` is out of its own bounds: {message}"
                ));
            }
        }
    }
    Ok(check)
}

impl RegisteredTool {
    pub(super) fn new(entry: ToolEntry, offers: Offers) -> Result<Self, RegistryProblem> {
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
        let definition =
            ToolDefinition::new(spec, offers).map_err(|error| invalid(error.to_string()))?;
        let arguments = RegisteredArgument::all(spec, &definition, offers).map_err(invalid)?;
        let unknown = |name: &str, option: &str| {
            let names = arguments.iter().map(|argument| &*argument.name);
            let hint = match nearest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the arguments are {}", listed(names, "and")),
            };
            invalid(format!("`{name}` in its `{option}` is no argument: {hint}"))
        };
        let has = |name: &str| arguments.iter().any(|argument| *argument.name == *name);
        if let Some(name) = spec.excluded().iter().find(|name| !has(name)) {
            return Err(unknown(name, "cache_key_exclude"));
        }
        let in_key = arguments
            .iter()
            .enumerate()
            .filter(|(_, argument)| !spec.excluded().contains(&&*argument.name));
        let key_plan = KeyPlan::new(in_key.map(|(index, argument)| KeyArgument {
            index,
            name: &argument.name,
            optional: argument.optional,
            default: argument.default.as_ref(),
            shape: shape(&argument.schema),
        }));
        let index_of = |name: &str| {
            arguments
                .iter()
                .position(|argument| *argument.name == *name)
        };
        let templates = |templates: &[&str], option: &str| {
            templates
                .iter()
                .map(|template| Template::parse(template, index_of))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|hole| unknown(&hole, option))
        };
        let (reads, writes) = (
            templates(spec.reads_templates(), "reads")?,
            templates(spec.writes_templates(), "writes")?,
        );
        let may_be_wired =
            offers.call_order || arguments.iter().any(|argument| argument.takes_references);
        Ok(Self {
            entry,
            definition,
            arguments,
            key_plan,
            reads,
            writes,
            offers,
            may_be_wired,
        })
    }

    /// Whether a call can have anything in it that is about other calls. Most tools never do, and are not looked at.
    pub(crate) fn may_be_wired(&self) -> bool {
        self.may_be_wired
    }

    /// Whether a call may name earlier calls that it waits for.
    pub(crate) fn takes_order(&self) -> bool {
        self.offers.call_order
    }

    /// Whether the arguments are the fields of one struct.
    pub(crate) fn is_flat(&self) -> bool {
        matches!(self.spec().arguments(), [only] if only.is_flat())
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
