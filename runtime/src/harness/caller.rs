//! Who asks: the session, in whose name, and the place of the call in it.

use std::sync::Arc;

use super::session::SessionState;
use crate::call::ToolCall;
use crate::tool::{CallIdentity, Context};

/// Who asks. Cheap to clone.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) session: Arc<SessionState>,
    /// In whose name the call is made. A tool that is shared sees none, and so do the calls that it makes itself.
    pub(super) tenant: Option<Arc<str>>,
    /// The number of the tick in its session.
    pub(super) tick: u64,
    /// The place in the tick.
    pub(super) position: u64,
    /// The run that makes the call, if a running tool does.
    pub(super) maker: Option<Arc<Maker>>,
}

/// A running tool that makes a call.
pub(super) struct Maker {
    pub(super) context: Context,
    /// Which of its calls this is.
    pub(super) number: u64,
}

impl Caller {
    /// The first call of the next tick of a session.
    pub(super) fn next_tick(session: &Arc<SessionState>) -> Self {
        Self::in_tick(session, session.next_tick())
    }

    /// The first call of this tick of a session.
    pub(super) fn in_tick(session: &Arc<SessionState>, tick: u64) -> Self {
        Self {
            session: Arc::clone(session),
            tenant: session.tenant.clone(),
            tick,
            position: 0,
            maker: None,
        }
    }

    /// The same tick, at this place.
    pub(super) fn at(&self, position: usize) -> Self {
        Self {
            position: position as u64,
            ..self.clone()
        }
    }

    /// The surroundings of the run that makes the call.
    pub(super) fn outer(&self) -> Option<Context> {
        self.maker.as_ref().map(|maker| maker.context.clone())
    }

    /// Who the call is.
    pub(super) fn identity(&self, call: &ToolCall) -> CallIdentity {
        let outer = self.maker.as_ref().and_then(|maker| {
            let identity = maker.context.identity()?.clone();
            Some(Arc::new((identity, maker.number)))
        });
        CallIdentity {
            session: self.session.seed,
            tick: self.tick,
            position: self.position,
            id: Arc::clone(call.shared_id()),
            outer,
        }
    }
}
