//! Who is measured: everyone asks the same downstream for one item at a time, and decides for themselves what goes together.

use std::pin::Pin;
use std::sync::Arc;

use super::downstream::Downstream;

/// A future of anyone's.
pub(super) type Asking<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Somebody's way to ask for items.
pub(super) struct Contestant {
    pub(super) name: String,
    pub(super) role: Role,
    /// Makes it ready to ask; called within a runtime.
    pub(super) ready: fn(Downstream) -> Box<dyn Asker>,
}

/// What a contestant is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Ours as it comes.
    Ours,
    /// Ours without batching.
    Unbatched,
    /// Ours with another policy.
    Policy,
    /// Another library.
    Peer,
    /// The downstream, with nothing before it: a request for each item.
    Bare,
    /// The same, with one request for all items of a burst: nobody can be quicker with fewer requests.
    Together,
}

/// Makes agents.
pub(super) trait Asker: Send + Sync {
    /// One more agent.
    fn agent(&self) -> Arc<dyn Agent>;
}

/// Someone who asks for items, each another one.
pub(super) trait Agent: Send + Sync {
    /// Asks for one, and says whether the answer was right.
    fn ask(&self, item: u64) -> Asking<'_, bool>;
    /// Asks for all of these at once, and says whether every answer was right.
    fn ask_all(&self, items: Vec<u64>) -> Asking<'_, bool>;
}
