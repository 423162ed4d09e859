//! How the calls of a batched tool are gathered: when a batch leaves, how many calls may wait, and how many batches may be
//! under way.

use std::time::Duration;

use crate::tool::ToolSpec;

/// How many different keys a batch has at most, unless its tool says otherwise.
const MOST: usize = 64;
/// How long the first call of a batch waits for company at most, unless its tool says otherwise.
const WINDOW: Duration = Duration::from_millis(2);
/// How long a batch waits at most that leaves when it is full and never is: the longest window that a tool can declare.
const LONGEST: Duration = Duration::from_secs(1);
/// How many calls of one tool and tenant wait for a batch in a harness that was not told.
const MAX_WAITING: usize = 1024;
/// How many batches of one tool are under way at once in a harness that was not told.
const MAX_IN_FLIGHT: usize = 16;

/// When a batch leaves.
///
/// Whatever the policy, a batch has never more than the tool's `batch_max` different keys, and no call waits for company
/// for longer than its `batch_window`, counted from the first call of its batch. (Only with [`Size`](Self::Size) it is a
/// second instead.) It may wait for longer until the batch is allowed to run, by the limits of the tool and of the
/// harness; meanwhile others can still join it.
///
/// The default is right unless a measurement says otherwise: see `docs/batching.md` for what it does and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlushPolicy {
    /// When its window is over, whatever has come: in pieces, if that is more than one batch may have.
    FixedWindow,
    /// When it is full. One that never is leaves after a second.
    Size,
    /// When it is full or its window is over.
    Hybrid,
    /// When it is full, or its window is over, or nothing suggests that company will come: at once for a call that is
    /// alone, with the last of a tick's calls for those of a tick.
    #[default]
    Adaptive,
}

/// What becomes of a call for which there is no room in the queue of its tool's batches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WhenFull {
    /// It waits for room, in the order of arrival.
    #[default]
    Wait,
    /// It fails at once, with [`ErrorKind::Overloaded`](crate::ErrorKind::Overloaded).
    Refuse,
}

/// How the calls of batched tools are gathered, for all tools of a harness
/// ([`HarnessBuilder::batching`](crate::HarnessBuilder::batching)) or for one
/// ([`batching_of`](crate::HarnessBuilder::batching_of)).
///
/// ```
/// use toolwright::{Batching, FlushPolicy, Harness, WhenFull, registry};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let batching = Batching::new().policy(FlushPolicy::Hybrid).max_waiting(500).when_full(WhenFull::Refuse);
/// let harness = Harness::builder(registry![]?).batching(batching).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    pub(super) policy: FlushPolicy,
    pub(super) max_waiting: usize,
    pub(super) max_in_flight: usize,
    pub(super) when_full: WhenFull,
}

impl Batching {
    /// What a harness does that was not told otherwise: [`FlushPolicy::Adaptive`], 1024 calls waiting,
    /// 16 batches under way, [`WhenFull::Wait`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            policy: FlushPolicy::Adaptive,
            max_waiting: MAX_WAITING,
            max_in_flight: MAX_IN_FLIGHT,
            when_full: WhenFull::Wait,
        }
    }

    /// When a batch leaves.
    #[must_use]
    pub const fn policy(self, policy: FlushPolicy) -> Self {
        Self { policy, ..self }
    }

    /// How many different keys may wait for a batch, for each tool and tenant: one tenant's calls take no room from
    /// another's. Zero is refused by `build()`.
    #[must_use]
    pub const fn max_waiting(self, max_waiting: usize) -> Self {
        Self {
            max_waiting,
            ..self
        }
    }

    /// How many batches of one tool may be under way at once. The tool's `max_concurrency` and the harness's cap hold
    /// as well. Zero is refused by `build()`.
    #[must_use]
    pub const fn max_in_flight(self, max_in_flight: usize) -> Self {
        Self {
            max_in_flight,
            ..self
        }
    }

    /// What becomes of a call for which there is no room.
    #[must_use]
    pub const fn when_full(self, when_full: WhenFull) -> Self {
        Self { when_full, ..self }
    }
}

impl Batching {
    /// Whether a call can ever come in, and leave.
    pub(crate) fn lets_calls_in(&self) -> bool {
        self.max_waiting > 0 && self.max_in_flight > 0
    }
}

impl Default for Batching {
    fn default() -> Self {
        Self::new()
    }
}

/// How many calls a batch waits for, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) policy: FlushPolicy,
    pub(super) most: usize,
    pub(super) window: Duration,
}

impl Bounds {
    /// The bounds that this tool declares, or those of every tool.
    pub(super) fn of(spec: &ToolSpec, batching: &Batching) -> Self {
        let most = |most| usize::try_from(most).unwrap_or(usize::MAX);
        let most = spec.batch_max().map_or(MOST, most);
        let window = spec.batch_window().unwrap_or(WINDOW);
        Self {
            policy: batching.policy,
            // A batch that waits for more calls than may wait would wait in vain.
            most: most.min(batching.max_waiting).max(1),
            window: match batching.policy {
                FlushPolicy::Size => LONGEST,
                _ => window,
            },
        }
    }
}
