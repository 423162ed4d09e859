//! From a call as the model sent it to one that can run: the tool is found, the arguments are told apart, the effect
//! and the key are known. What is wrong is said in words that a model can act on.

use std::ops::Range;
use std::sync::Arc;

use super::Inner;
use crate::batch::GroupKey;
use crate::cache::Realm;
use crate::call::ToolCall;
use crate::effect::{Effect, Template};
use crate::error::{ErrorKind, ToolError, listed, nearest};
use crate::json::{Json, Member, members};
use crate::key::{CacheKey, Scope};
use crate::registry::RegisteredTool;
use crate::tool::{Args, Context, SessionFacts, Tenancy};

/// A call that can run.
pub(super) struct Prepared {
    /// The tool's place in the registry.
    pub(super) tool: usize,
    pub(super) args: Args,
    pub(super) effect: Effect,
    /// The key of the question; none for a tool that is neither cached nor batched.
    pub(super) key: Option<CacheKey>,
    /// What the tool may see of the session.
    pub(super) facts: SessionFacts,
    tenant_scoped: bool,
}

impl Prepared {
    /// Whose resources the effect is about.
    pub(super) fn realm(&self) -> Realm<'_> {
        match &self.facts.tenant {
            Some(tenant) if self.tenant_scoped => Realm::Tenant(tenant),
            _ => Realm::Common,
        }
    }

    pub(super) fn group(&self) -> GroupKey {
        GroupKey {
            tool: self.tool,
            tenant: self.facts.tenant.clone(),
        }
    }

    /// The surroundings of the call when it runs alone.
    pub(super) fn context(&self, inner: &Inner, call: &ToolCall) -> Context {
        let call_id = Arc::clone(call.shared_id());
        Context::new(self.facts.clone(), Some(call_id), Arc::clone(&inner.states))
    }
}

impl Inner {
    pub(super) fn prepare(
        &self,
        session: &SessionFacts,
        call: &ToolCall,
    ) -> Result<Prepared, ToolError> {
        let found = self.registry.find(call.name());
        let (index, tool) = found.ok_or_else(|| self.unknown_tool(call.name()))?;
        let spec = tool.spec();
        let mut facts = session.clone();
        match spec.tenancy() {
            Tenancy::Session => {}
            // What all tenants share must not depend on one of them.
            Tenancy::Shared => facts.tenant = None,
            Tenancy::Required if facts.tenant.is_some() => {}
            Tenancy::Required => {
                let message = format_args!(
                    "`{}` works for one tenant only, and this session has none",
                    spec.name()
                );
                return Err(ToolError::new(ErrorKind::MissingTenant, message));
            }
        }
        let text = arguments_text(call);
        let sent = members(&text).map_err(|error| {
            let message = format_args!(
                "the arguments of `{}` must be one JSON object: {error}",
                spec.name()
            );
            ToolError::new(ErrorKind::InvalidArguments, message)
        })?;
        let places = places(tool, &sent)?;
        let value = |index: usize| {
            let place = places.get(index).copied().flatten()?;
            sent.get(place).map(|member| &member.value)
        };
        let effect = Effect {
            reads: resources(tool, &tool.reads, value),
            writes: resources(tool, &tool.writes, value),
        };
        let key = (spec.ttl().is_some() || spec.batch_function().is_some()).then(|| {
            let mut canonical = Vec::with_capacity(text.len());
            tool.key_plan.write(value, &mut canonical);
            let scope = match (&facts.tenant, spec.tenancy()) {
                (_, Tenancy::Shared) => Scope::Shared,
                (Some(tenant), _) => Scope::Tenant(tenant),
                (None, _) => Scope::NoTenant,
            };
            self.keys
                .key(spec.name(), spec.cache_version(), scope, &canonical)
        });
        let spans = places.iter().map(|place| {
            place
                .and_then(|place| sent.get(place))
                .map(|member| span(&text, member))
        });
        let args = Args::new(Arc::clone(&text), spans.collect());
        let tenant_scoped = spec.tenancy() == Tenancy::Required;
        Ok(Prepared {
            tool: index,
            args,
            effect,
            key,
            facts,
            tenant_scoped,
        })
    }

    fn unknown_tool(&self, name: &str) -> ToolError {
        let hint = match nearest(name, self.registry.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the tools are {}", listed(self.registry.names(), "and")),
        };
        ToolError::new(
            ErrorKind::UnknownTool,
            format_args!("there is no tool `{name}`: {hint}"),
        )
    }
}

/// The arguments' text. Models send nothing, or null, for a tool without required arguments.
fn arguments_text(call: &ToolCall) -> Arc<str> {
    match call.arguments().trim() {
        "" | "null" => Arc::from("{}"),
        _ => Arc::clone(call.shared_arguments()),
    }
}

/// For each declared argument, its place among the members that were sent. All that is wrong is said at once.
fn places(tool: &RegisteredTool, sent: &[Member<'_>]) -> Result<Vec<Option<usize>>, ToolError> {
    let mut places = vec![None; tool.arguments.len()];
    let mut problems = Vec::new();
    let names = || tool.arguments.iter().map(|argument| argument.name);
    for (place, member) in sent.iter().enumerate() {
        let Some(index) = names().position(|name| name == member.name) else {
            let hint = match nearest(&member.name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if tool.arguments.is_empty() => "it takes none".to_owned(),
                None => format!("the arguments are {}", listed(names(), "and")),
            };
            problems.push(format!("there is no argument `/{}`: {hint}", member.name));
            continue;
        };
        let optional = tool
            .arguments
            .get(index)
            .is_some_and(|argument| argument.optional);
        let left_out = optional && member.value == Json::Null;
        if let Some(slot) = places.get_mut(index)
            && !left_out
        {
            *slot = Some(place);
        }
    }
    for (argument, place) in tool.arguments.iter().zip(&places) {
        if place.is_none() && !argument.optional {
            problems.push(format!("the argument `/{}` is required", argument.name));
        }
    }
    if problems.is_empty() {
        return Ok(places);
    }
    let message = format_args!(
        "`{}` cannot take these arguments: {}",
        tool.spec().name(),
        problems.join("; ")
    );
    Err(ToolError::new(ErrorKind::InvalidArguments, message))
}

fn resources<'j>(
    tool: &'j RegisteredTool,
    templates: &[Template],
    value: impl Fn(usize) -> Option<&'j Json<'j>>,
) -> Vec<crate::effect::Resource> {
    let scalar = |index: usize| tool.arguments.get(index)?.scalar(value(index));
    templates
        .iter()
        .map(|template| template.resolve(scalar))
        .collect()
}

/// Where a member's value stands in the text.
fn span(text: &str, member: &Member<'_>) -> Range<usize> {
    let start = member.text.as_ptr() as usize - text.as_ptr() as usize;
    start..start + member.text.len()
}
