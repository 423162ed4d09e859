//! Joins calls that arrive together into one call of their batch function.
//!
//! A group is one tool, version and scope: tenants never share a batch. It leaves when it is full, or when its window,
//! which begins with its first call, is over. Equal keys are asked once, unless the tool writes.

mod run;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use self::run::Item;
use crate::call::{BatchFacts, FlushReason};
use crate::effect::Resource;
use crate::error::{ErrorKind, ToolError};
use crate::key::CacheKey;
use crate::tool::{BatchCall, BatchKey, Context, Reply, ToolSpec};

/// How many different keys a batch has at most, unless its tool says otherwise.
const MOST: usize = 64;
/// How long the first call of a batch waits for company at most, unless its tool says otherwise.
const WINDOW: Duration = Duration::from_millis(2);

/// What the batches of a tool run under.
pub(crate) trait Terms: Send + Sync + 'static {
    /// What a batch holds while it runs.
    type Permits: Send;
    /// What each call that writes holds until the run has really ended.
    type Written: Send;

    /// Waits until a batch may run.
    ///
    /// # Errors
    /// It may not, and this is what its callers are told.
    fn admit(&self) -> impl Future<Output = Result<Self::Permits, ToolError>> + Send;
    /// Runs something for as long as one run may take; none, if that was not enough.
    fn within<F: Future + Send>(&self, run: F) -> impl Future<Output = Option<F::Output>> + Send;
    /// What the callers of a run are told that took too long.
    fn timed_out(&self) -> ToolError;
    /// A run that wrote has ended: whoever has to know is told.
    fn has_written(&self, written: Vec<Self::Written>) -> impl Future<Output = ()> + Send;
}

/// How many calls a batch waits for, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    most: usize,
    window: Duration,
}

impl Bounds {
    /// The bounds that this tool declares, or those of every tool.
    pub(crate) fn of(spec: &ToolSpec) -> Self {
        let most = |most| usize::try_from(most).unwrap_or(usize::MAX);
        Self {
            most: spec.batch_max().map_or(MOST, most),
            window: spec.batch_window().unwrap_or(WINDOW),
        }
    }
}

/// Whose batch this is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    /// The tool's place in its registry.
    pub(crate) tool: usize,
    /// The tenant in whose name the batch runs; none for shared tools and sessions without one.
    pub(crate) tenant: Option<Arc<str>>,
}

/// One call on its way into a batch.
pub(crate) struct Load<T: Terms> {
    pub(crate) group: GroupKey,
    pub(crate) terms: Arc<T>,
    pub(crate) bounds: Bounds,
    pub(crate) function: &'static dyn BatchCall,
    /// The context of the batch: the tenant's, with no call in it.
    pub(crate) context: Context,
    /// Calls with the same key are one question; none is never joined with another.
    pub(crate) same: Option<CacheKey>,
    pub(crate) key: BatchKey,
    /// For a call that writes; all calls of a tool do, or none does.
    pub(crate) written: Option<T::Written>,
}

/// The answer of a batch to one call.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// The run; none, if the batch was not allowed to run.
    pub(crate) ran: Option<Ran>,
    /// What the run has read besides what the tool declares.
    pub(crate) reads: Arc<[Resource]>,
}

/// A batch that ran.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ran {
    pub(crate) facts: BatchFacts,
    /// A random number from 0 to 1, one for all callers: those who try again do so together, as one batch.
    pub(crate) draw: f64,
}

/// The batches of one harness.
pub(crate) struct Loader<T: Terms> {
    groups: Arc<Mutex<Groups<T>>>,
    counters: Arc<BatchCounters>,
}

/// Counts of the batches that ran.
#[derive(Default)]
pub(crate) struct BatchCounters {
    pub(crate) batches: AtomicU64,
    pub(crate) keys: AtomicU64,
    pub(crate) largest: AtomicU64,
}

struct Groups<T: Terms> {
    waiting: HashMap<GroupKey, Group<T>>,
    /// Tells a group from one that had its key before, so that an old window never flushes a new batch.
    next: u64,
}

struct Group<T: Terms> {
    serial: u64,
    terms: Arc<T>,
    function: &'static dyn BatchCall,
    context: Context,
    items: Vec<Item<T::Written>>,
    same: HashMap<CacheKey, usize>,
}

impl<T: Terms> Loader<T> {
    /// A loader without batches.
    pub(crate) fn new(counters: Arc<BatchCounters>) -> Self {
        let groups = Groups {
            waiting: HashMap::new(),
            next: 0,
        };
        Self {
            groups: Arc::new(Mutex::new(groups)),
            counters,
        }
    }

    /// The answer for one call. A caller that goes away leaves its batch, if that has not left itself.
    pub(crate) async fn load(&self, load: Load<T>) -> Answer {
        let answer = self.join(load);
        answer.await.unwrap_or_else(|_| Answer {
            reply: Err(ToolError::new(
                ErrorKind::Cancelled,
                "the batch was given up before it had an answer",
            )),
            ran: None,
            reads: Arc::default(),
        })
    }

    fn join(&self, load: Load<T>) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        let Bounds { most, window } = load.bounds;
        let mut groups = lock(&self.groups);
        let serial = groups.next;
        let group = match groups.waiting.entry(load.group.clone()) {
            Entry::Occupied(group) => group.into_mut(),
            Entry::Vacant(place) => {
                // One that is full at once has no window.
                if most > 1 {
                    self.flush_later(load.group.clone(), serial, window);
                }
                place.insert(Group {
                    serial,
                    terms: load.terms,
                    function: load.function,
                    context: load.context,
                    items: Vec::new(),
                    same: HashMap::new(),
                })
            }
        };
        let is_new = group.serial == serial;
        let same = load.same.and_then(|same| group.same.get(&same));
        if let Some(item) = same.and_then(|&at| group.items.get_mut(at)) {
            item.ask(sender);
        } else {
            let at = group.items.len();
            group.same.extend(load.same.map(|same| (same, at)));
            group.items.push(Item::new(load.key, sender, load.written));
        }
        let is_full = group.items.len() >= most;
        groups.next += u64::from(is_new);
        if is_full && let Some(group) = groups.waiting.remove(&load.group) {
            group.leave(FlushReason::Size, Arc::clone(&self.counters));
        }
        receiver
    }

    fn flush_later(&self, key: GroupKey, serial: u64, window: Duration) {
        let (groups, counters) = (Arc::clone(&self.groups), Arc::clone(&self.counters));
        tokio::spawn(async move {
            if window.is_zero() {
                quiet(&groups, &key, serial).await;
            } else {
                tokio::time::sleep(window).await;
            }
            let mut groups = lock(&groups);
            let is_ours = groups
                .waiting
                .get(&key)
                .is_some_and(|group| group.serial == serial);
            let group = is_ours.then(|| groups.waiting.remove(&key)).flatten();
            drop(groups);
            if let Some(group) = group {
                group.leave(FlushReason::Window, counters);
            }
        });
    }
}

fn lock<T: Terms>(groups: &Mutex<Groups<T>>) -> MutexGuard<'_, Groups<T>> {
    // Nothing in here panics half way through a change.
    groups.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until every task that could run has run and none of them joined this group. No timer is involved.
async fn quiet<T: Terms>(groups: &Mutex<Groups<T>>, key: &GroupKey, serial: u64) {
    let size = || {
        let groups = lock(groups);
        let group = groups.waiting.get(key);
        let group = group.filter(|group| group.serial == serial);
        group.map(|group| group.items.len())
    };
    let mut before = size();
    loop {
        tokio::task::yield_now().await;
        let now = size();
        if now == before {
            return;
        }
        before = now;
    }
}
