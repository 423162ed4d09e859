//! From a call as the model sent it to one that can run: the tool is found, the arguments are told apart, the effect
//! and the key are known. What is wrong is said in words that a model can act on.

use std::sync::Arc;

use super::Inner;
use super::arguments::{self, Arguments};
use crate::batch::GroupKey;
use crate::cache::Realm;
use crate::call::ToolCall;
use crate::effect::{Effect, Template};
use crate::error::{ErrorKind, ToolError, listed, nearest};
use crate::json::Json;
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
        let text = arguments::text(call);
        let coerces = spec.coerces() || self.registry.coerces();
        let arguments = Arguments::read(tool, &text, coerces)?;
        self.counters.coerced(arguments.coerced);
        let value = |index: usize| arguments.value(index);
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
        let args = arguments.args(tool);
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
