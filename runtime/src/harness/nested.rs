//! Calls that a running tool makes: the same way as a model's, in the name of the tenant that the tool sees, as a part of
//! its run.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::caller::{Caller, Maker};
use super::session::SessionState;
use super::single;
use crate::aboard::{self, Aboard};
use crate::call::ToolCall;
use crate::error::{ErrorKind, ToolError};
use crate::tool::{BoxFuture, Host, NestedCall, Reply, States};

impl Host for SessionState {
    fn states(&self) -> &States {
        &self.inner.states
    }

    fn run_id(&self) -> Option<&str> {
        self.run_id.as_deref()
    }

    fn end(&self) -> Option<(&CancellationToken, Option<Instant>)> {
        Some((&self.cancellation, self.deadline))
    }

    fn call(self: Arc<Self>, call: NestedCall) -> BoxFuture<'static, Reply> {
        Box::pin(nested(self, call))
    }
}

async fn nested(session: Arc<SessionState>, call: NestedCall) -> Reply {
    let NestedCall {
        tool,
        arguments,
        outer,
        number,
    } = call;
    // Not that of this task: a tool may have given its context to another.
    let part_of = outer.part_of().cloned();
    let part_of = part_of.and_then(|part| part.downcast::<Aboard>().ok());
    let part_of = part_of.or_else(aboard::here);
    let depth = part_of.as_ref().map_or(0, |aboard| aboard.depth());
    let most = session.inner.max_depth;
    if depth > most {
        let message = format_args!(
            "`{}` was not called: tools that call tools went deeper than {most} calls",
            tool.name()
        );
        return Err(ToolError::new(ErrorKind::TooDeep, message));
    }
    let tenant = outer.shared_tenant().cloned();
    let (session, tick) = match outer.identity() {
        Some(identity) => (session, identity.tick),
        None => (session.of_batch(tenant.clone()), 0),
    };
    let id = Arc::clone(&session.inner.no_id);
    let call = ToolCall::new(id, tool.name(), arguments);
    let caller = Caller {
        session,
        tenant,
        tick,
        position: 0,
        maker: Some(Arc::new(Maker {
            context: outer,
            number,
        })),
    };
    let outcome = aboard::within(part_of, single::nested(&caller, &call)).await;
    outcome.into_result()
}
