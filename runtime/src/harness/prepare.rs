//! From a call as the model sent it to one that can run: the tool is found, the arguments are told apart, the effect
//! and the key are known. What is wrong is said in words that a model can act on.

use std::cell::RefCell;
use std::sync::{Arc, LazyLock};

use super::Inner;
use super::arguments::{self, Arguments};
use super::batching::BatchTerms;
use super::caller::Caller;
use crate::aboard::Aboard;
use crate::batch::Announced;
use crate::cache::{Reader, Realm};
use crate::call::ToolCall;
use crate::effect::{Effect, Resource, Template};
use crate::error::{ErrorKind, ToolError, listed, nearest};
use crate::key::{CacheKey, Scope, ToolKeys};
use crate::registry::RegisteredTool;
use crate::tool::{Args, Context, Tenancy, ToolSpec};

/// Bytes that a thread keeps for writing canonical arguments into.
const MOST_KEPT: usize = 16 * 1024;

thread_local! {
    /// Room for what goes into the key of the call at hand.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A call that can run.
pub(super) struct Prepared {
    /// The tool's place in the registry.
    pub(super) tool: usize,
    pub(super) args: Args,
    pub(super) effect: Arc<Effect>,
    /// The key of the question; none for a tool that is neither cached nor batched.
    pub(super) key: Option<CacheKey>,
    /// The batch that it is on its way to, if that waits for it.
    pub(super) announced: Option<Announced<BatchTerms>>,
    /// Who asks, as far as the tool may see it.
    pub(super) caller: Caller,
    /// How long the calls of its tick go on at least that wait for this one, and this one, in nanoseconds.
    pub(super) priority: u64,
    name: &'static str,
    tenant_scoped: bool,
}

impl Prepared {
    /// Whose resources the effect is about.
    pub(super) fn realm(&self) -> Realm<'_> {
        self.owner()
            .map_or(Realm::Common, |tenant| Realm::Tenant(tenant))
    }

    /// Whose the resources are that it touches, if they are one tenant's own.
    pub(super) fn owner(&self) -> Option<&Arc<str>> {
        self.caller.tenant.as_ref().filter(|_| self.tenant_scoped)
    }

    /// What its result depends on, as far as its tool declares it.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            tool: self.name,
            tenant: self.caller.tenant.as_deref(),
            realm: self.realm(),
            reads: &self.effect.reads,
        }
    }

    /// The surroundings of the call, as a part of something.
    pub(super) fn context(&self, call: &ToolCall, part_of: Option<Arc<Aboard>>) -> Context {
        let Caller {
            session, tenant, ..
        } = &self.caller;
        let identity = self.caller.identity(call);
        let part_of = part_of.map(|aboard| aboard as _);
        Context::new(
            Arc::clone(session) as _,
            tenant.clone(),
            Some(identity),
            part_of,
        )
    }
}

/// A call whose tool, arguments and key are known: enough to look for its answer.
pub(super) struct Question<'c> {
    /// The tool's place in the registry.
    pub(super) place: usize,
    tool: &'c RegisteredTool,
    /// In whose name the tool runs.
    tenant: Option<&'c Arc<str>>,
    arguments: Arguments<'c>,
    pub(super) key: Option<CacheKey>,
}

impl<'c> Question<'c> {
    pub(super) fn tool(&self) -> &'c RegisteredTool {
        self.tool
    }

    /// Everything that a run needs.
    pub(super) fn prepared(&self, caller: &Caller, call: &ToolCall) -> Prepared {
        let spec = self.tool.spec();
        Prepared {
            tool: self.place,
            args: self.arguments.args(self.tool, call),
            effect: effect(self.tool, &self.arguments, |_| false),
            key: self.key,
            announced: None,
            caller: Caller {
                tenant: self.tenant.cloned(),
                ..caller.clone()
            },
            priority: 0,
            name: spec.name(),
            tenant_scoped: spec.tenancy() == Tenancy::Required,
        }
    }
}

impl Inner {
    /// Finds the tool, tells the arguments apart and takes the key.
    ///
    /// # Errors
    /// There is no such tool, it cannot take these arguments, or it runs for tenants only.
    pub(super) fn ask<'c>(
        &'c self,
        tenant: Option<&'c Arc<str>>,
        name: &str,
        text: &'c str,
    ) -> Result<Question<'c>, ToolError> {
        let found = self.registry.find(name);
        let (place, tool) = found.ok_or_else(|| self.unknown_tool(name))?;
        let spec = tool.spec();
        let tenant = tenant_of(spec, tenant)?;
        self.check_size(name, text)?;
        let coerces = spec.coerces() || self.registry.coerces();
        let arguments = Arguments::read(tool, text, coerces, &[])?;
        self.counters.coerced(arguments.coerced);
        let is_keyed = spec.ttl().is_some() || spec.batch_call().is_some();
        let keys = self.parts.get(place).filter(|_| is_keyed);
        let key = keys.map(|parts| key(&parts.keys, tool, tenant, &arguments));
        Ok(Question {
            place,
            tool,
            tenant,
            arguments,
            key,
        })
    }

    /// Whether the arguments of a call are not too long.
    pub(super) fn check_size(&self, name: &str, text: &str) -> Result<(), ToolError> {
        let (size, limit) = (text.len(), self.argument_limit);
        if size <= limit {
            return Ok(());
        }
        let message = format_args!(
            "the arguments of `{name}` have {size} bytes, and may have {limit}: send less at once"
        );
        Err(ToolError::new(ErrorKind::InvalidArguments, message))
    }

    /// What a call may touch, whatever the values of these of its arguments will be. The others are checked.
    ///
    /// # Errors
    /// As [`Inner::ask`].
    pub(super) fn outline(
        &self,
        tenant: Option<&Arc<str>>,
        name: &str,
        text: &str,
        to_come: &[usize],
    ) -> Result<Arc<Effect>, ToolError> {
        let found = self.registry.find(name);
        let (_, tool) = found.ok_or_else(|| self.unknown_tool(name))?;
        tenant_of(tool.spec(), tenant)?;
        let coerces = tool.spec().coerces() || self.registry.coerces();
        let arguments = Arguments::read(tool, text, coerces, to_come)?;
        let is_to_come = |index: usize| to_come.contains(&index);
        Ok(effect(tool, &arguments, is_to_come))
    }

    /// A call with everything that a run needs.
    pub(super) fn prepare(&self, caller: &Caller, call: &ToolCall) -> Result<Prepared, ToolError> {
        let text = arguments::text(call.arguments());
        let question = self.ask(caller.tenant.as_ref(), call.name(), text)?;
        Ok(question.prepared(caller, call))
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

/// In whose name a tool runs.
///
/// # Errors
/// It runs for tenants only, and there is none.
fn tenant_of<'t>(
    spec: &ToolSpec,
    tenant: Option<&'t Arc<str>>,
) -> Result<Option<&'t Arc<str>>, ToolError> {
    match (spec.tenancy(), tenant) {
        // What all tenants share must not depend on one of them.
        (Tenancy::Shared, _) => Ok(None),
        (Tenancy::Session, tenant) => Ok(tenant),
        (Tenancy::Required, Some(tenant)) => Ok(Some(tenant)),
        (Tenancy::Required, None) => {
            let message = format_args!(
                "`{}` works for one tenant only, and this session has none",
                spec.name()
            );
            Err(ToolError::new(ErrorKind::MissingTenant, message))
        }
    }
}

/// What a call touches. An argument that is still to come may turn out to be anything.
fn effect(
    tool: &RegisteredTool,
    arguments: &Arguments<'_>,
    is_to_come: impl Fn(usize) -> bool,
) -> Arc<Effect> {
    static NOTHING: LazyLock<Arc<Effect>> = LazyLock::new(Arc::default);
    if tool.reads.is_empty() && tool.writes.is_empty() {
        return Arc::clone(&NOTHING);
    }
    let scalar = |index: usize| {
        let argument = tool.arguments.get(index).filter(|_| !is_to_come(index))?;
        argument.scalar(arguments.value(index))
    };
    let resources = |templates: &[Template]| -> Vec<Resource> {
        let templates = templates.iter();
        templates.map(|template| template.resolve(scalar)).collect()
    };
    Arc::new(Effect {
        reads: resources(&tool.reads),
        writes: resources(&tool.writes),
    })
}

fn key(
    keys: &ToolKeys,
    tool: &RegisteredTool,
    tenant: Option<&Arc<str>>,
    arguments: &Arguments<'_>,
) -> CacheKey {
    let scope = match (tool.spec().tenancy(), tenant) {
        (Tenancy::Shared, _) => Scope::Shared,
        (_, Some(tenant)) => Scope::Tenant(tenant),
        (_, None) => Scope::NoTenant,
    };
    BUFFER.with_borrow_mut(|buffer| {
        let plan = &tool.key_plan;
        let write = |out: &mut Vec<u8>| plan.write(|index| arguments.value(index), out);
        let key = keys.key(scope, write, buffer);
        // One call with large arguments does not keep their room for good.
        buffer.clear();
        buffer.shrink_to(MOST_KEPT);
        key
    })
}
