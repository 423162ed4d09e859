//! One group: the calls of one tool in the name of one tenant, the task that lets its batches leave, and its callers.

use std::future::poll_fn;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use super::item::{Caller, Item, Outer};
use super::queue::{Queue, Step};
use super::run::{Batch, Permits, tell};
use super::{Answer, Load, Shared, Tenant, Terms, WhenFull};
use crate::call::FlushReason;
use crate::error::{ErrorKind, ToolError};
use crate::sync::{Mutex, sleep_until, spawn, yield_now};

/// A group that nobody has used for so long goes away.
const IDLE: Duration = Duration::from_secs(1);

/// The calls of one tool in the name of one tenant.
pub(super) struct Group<T: Terms> {
    pub(super) shared: Arc<Shared<T>>,
    tenant: Tenant,
    /// What it is among all who wait for places.
    pub(super) party: T::Party,
    queue: Mutex<Queue<T::Written>>,
    /// Tells the collector that something has changed which it waits for.
    changed: Notify,
    /// One permit for each place in the queue.
    room: Arc<Semaphore>,
}

/// What became of a call that came.
enum Entered<T: Terms> {
    /// It waits for this key.
    Waits(u64),
    /// It has to run alone.
    Alone(Box<Item<T::Written>>),
    /// There is no room for it.
    NoRoom(Load<T>),
    /// The group has gone away.
    Retired(Load<T>),
}

impl<T: Terms> Group<T> {
    pub(super) fn new(shared: &Arc<Shared<T>>, tenant: Tenant) -> Arc<Self> {
        let room = shared.batching.max_waiting.clamp(1, Semaphore::MAX_PERMITS);
        Arc::new(Self {
            shared: Arc::clone(shared),
            tenant,
            party: shared.terms.party(),
            queue: Mutex::new(Queue::new(shared.bounds)),
            changed: Notify::new(),
            room: Arc::new(Semaphore::new(room)),
        })
    }

    /// Looks at the queue, or changes it.
    fn with<R>(&self, change: impl FnOnce(&mut Queue<T::Written>) -> R) -> R {
        // Nothing in here panics half way through a change.
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut queue);
        let wakes = queue.wakes();
        drop(queue);
        if wakes {
            self.changed.notify_one();
        }
        result
    }

    /// The answer for a call.
    ///
    /// # Errors
    /// The group went away before the call came: here it is again.
    pub(super) async fn load(self: &Arc<Self>, mut load: Load<T>) -> Result<Answer, Load<T>> {
        let mut place = Arc::clone(&self.room).try_acquire_owned().ok();
        loop {
            let (entered, receiver) = self.enter(load, place.take());
            load = match entered {
                Entered::Waits(serial) => {
                    let waiting = Waiting {
                        group: self,
                        serial,
                        receiver,
                    };
                    return Ok(waiting.answer().await);
                }
                Entered::Alone(item) => {
                    self.shared.counters.quarantined();
                    spawn(Arc::clone(self).run_alone(item));
                    return Ok(answer(receiver.await));
                }
                Entered::Retired(load) => return Err(load),
                Entered::NoRoom(_) if self.shared.batching.when_full == WhenFull::Refuse => {
                    self.shared.counters.refused();
                    return Ok(Answer::refused(self.shared.overloaded()));
                }
                Entered::NoRoom(load) => {
                    let room = Arc::clone(&self.room).acquire_owned().await;
                    place = Some(room.expect("the room of a group is never closed"));
                    load
                }
            };
        }
    }

    fn enter(
        &self,
        mut load: Load<T>,
        place: Option<OwnedSemaphorePermit>,
    ) -> (Entered<T>, oneshot::Receiver<Answer>) {
        let arrived = Instant::now();
        let (sender, receiver) = oneshot::channel();
        let caller = Caller { sender, arrived };
        // Dropped after the lock: a key is the user's own.
        let mut joined = None;
        let entered = self.with(|queue| {
            if queue.is_retired() {
                return Entered::Retired(load);
            }
            let found = queue.find(load.same);
            if found.is_none() && place.is_none() {
                return Entered::NoRoom(load);
            }
            let announced = load.announced.take();
            let is_of_tick = announced.is_some_and(|announced| announced.settle(queue));
            if let Some(serial) = found {
                queue.join(serial, caller, load.aboard.take(), load.is_last_try);
                joined = Some((load, place));
                return Entered::Waits(serial);
            }
            let is_alone = queue.is_quarantined(load.same, arrived);
            let item = Box::new(Item {
                call: load.call,
                key: Some(load.key),
                same: load.same,
                callers: vec![caller],
                written: load.written,
                aboard: load.aboard.into_iter().collect(),
                is_last_try: load.is_last_try,
                is_of_tick,
                arrived,
                // What runs takes no room from what waits.
                place: place.filter(|_| !is_alone),
            });
            if is_alone {
                Entered::Alone(item)
            } else {
                Entered::Waits(queue.push(item))
            }
        });
        drop(joined);
        (entered, receiver)
    }

    /// A call of a tick is on its way here, if the group is still there.
    pub(super) fn announce(self: &Arc<Self>) -> Option<Announced<T>> {
        let is_there = self.with(|queue| {
            let is_there = !queue.is_retired();
            if is_there {
                queue.announce();
            }
            is_there
        });
        is_there.then(|| Announced {
            group: Some(Arc::clone(self)),
        })
    }

    /// What waits leaves now, and so does what still comes.
    pub(super) fn close(&self) {
        self.with(Queue::close);
        self.changed.notify_one();
    }

    /// Nobody is there any more who could come.
    pub(super) fn abandon(&self) {
        self.with(Queue::abandon);
        self.changed.notify_one();
    }

    /// A batch with so many callers leaves.
    pub(super) fn leaves(&self, now: Instant, callers: usize) {
        self.with(|queue| queue.leaves(now, callers));
    }

    /// A batch that left at `left` has answered after `run`.
    pub(super) fn answered(&self, left: Instant, run: Duration) {
        self.with(|queue| queue.answered(left, run));
    }

    /// A key has failed alone after it had broken a batch.
    pub(super) fn quarantine(&self, item: &Item<T::Written>) {
        if let Some(same) = item.same {
            self.with(|queue| queue.quarantine(same, Instant::now()));
        }
    }

    /// Lets the batches leave, until nobody uses the group any more.
    pub(super) fn collector(self: &Arc<Self>) -> impl Future<Output = ()> + Send + 'static {
        // Made now: a task that is never run, since the runtime ends, leaves nobody waiting either.
        let present = Present(Arc::clone(self));
        async move {
            let Present(group) = &present;
            while let Some(reason) = group.gather().await {
                group.send_off(reason).await;
            }
        }
    }

    /// Waits until a batch has to leave; none, if the group has gone away.
    async fn gather(&self) -> Option<FlushReason> {
        let mut now = Instant::now();
        loop {
            let deadline = match self.with(|queue| queue.step(now)) {
                Step::Leave(reason) => return Some(reason),
                Step::Retire => return None,
                Step::Turn => {
                    yield_now().await;
                    now = Instant::now();
                    continue;
                }
                Step::Idle => None,
                Step::Until(deadline) => Some(deadline),
            };
            let until = deadline.unwrap_or_else(|| now + IDLE);
            tokio::select! {
                biased;
                () = self.changed.notified() => now = Instant::now(),
                () = sleep_until(until) => {
                    now = Instant::now().max(until);
                    if deadline.is_none() && self.with(Queue::retire) {
                        return None;
                    }
                }
            }
        }
    }

    /// Waits until a batch may run, and lets it go with whoever is there by then.
    async fn send_off(self: &Arc<Self>, reason: FlushReason) {
        let admitted = loop {
            let outer = self.with(Queue::await_permits);
            tokio::select! {
                biased;
                admitted = self.shared.admit(&self.party, outer) => break admitted,
                () = self.changed.notified() => {}
            }
            // Nobody waits any more, or somebody does who is part of a run, which lends what it holds.
            if self.with(|queue| Queue::is_empty(queue)) {
                return;
            }
        };
        let items = self.with(Queue::cut);
        self.leave(items, reason, admitted);
    }

    fn leave(
        self: &Arc<Self>,
        mut items: Vec<Box<Item<T::Written>>>,
        reason: FlushReason,
        admitted: Result<Permits<T>, ToolError>,
    ) {
        // Those who are just leaving are not asked for.
        items.retain(|item| item.is_wanted());
        if items.is_empty() {
            return;
        }
        match admitted {
            Ok(permits) => {
                let batch = Batch::new(Arc::clone(self), reason);
                let callers = items.iter().map(|item| item.callers.len()).sum();
                self.leaves(batch.left(), callers);
                spawn(batch.run(items, permits));
            }
            Err(error) => tell(&mut items, &error, None),
        }
    }

    /// Runs a key that must not be in a batch with others.
    async fn run_alone(self: Arc<Self>, mut item: Box<Item<T::Written>>) {
        let outer = Outer::of([&*item]);
        let admitted = {
            let gone = poll_fn(|task| item.poll_gone(task));
            tokio::select! {
                biased;
                () = gone => return,
                admitted = self.shared.admit(&self.party, outer) => admitted,
            }
        };
        self.leave(vec![item], FlushReason::Idle, admitted);
    }

    fn forget(self: &Arc<Self>) {
        let table = &self.shared.groups;
        table.remove_if(&self.tenant, |_, group| Arc::ptr_eq(group, self));
    }

    /// The group has gone away, and whoever still finds it makes another.
    pub(super) fn forget_if_retired(self: &Arc<Self>) {
        if self.with(|queue| queue.is_retired()) {
            self.forget();
        }
    }
}

/// The collector of a group: when it ends, in whatever way, the group has no place in the table any more, and nobody
/// waits for it.
struct Present<T: Terms>(Arc<Group<T>>);

impl<T: Terms> Drop for Present<T> {
    fn drop(&mut self) {
        let left = self.0.with(Queue::end);
        self.0.forget();
        drop(left);
    }
}

/// A call that waits in the queue. When its caller goes away, it leaves.
struct Waiting<'g, T: Terms> {
    group: &'g Group<T>,
    serial: u64,
    receiver: oneshot::Receiver<Answer>,
}

impl<T: Terms> Waiting<'_, T> {
    async fn answer(mut self) -> Answer {
        answer((&mut self.receiver).await)
    }
}

impl<T: Terms> Drop for Waiting<'_, T> {
    fn drop(&mut self) {
        // It is closed already where the answer was received, and then there is nobody to leave.
        if self.receiver.is_terminated() {
            return;
        }
        self.receiver.close();
        let left = self.group.with(|queue| queue.left(self.serial));
        if left.is_some() {
            self.group.shared.counters.cancelled();
        }
        drop(left);
    }
}

fn answer(received: Result<Answer, oneshot::error::RecvError>) -> Answer {
    received.unwrap_or_else(|_| {
        let message = "the batch was given up before it had an answer";
        Answer::refused(ToolError::new(ErrorKind::Cancelled, message))
    })
}

/// A call of a tick that is on its way. It is not any more when this is dropped.
pub(crate) struct Announced<T: Terms> {
    /// None, once it has come.
    group: Option<Arc<Group<T>>>,
}

impl<T: Terms> Announced<T> {
    /// The group that it was announced to.
    pub(super) fn group(&self) -> Option<&Arc<Group<T>>> {
        self.group.as_ref()
    }

    /// It has come.
    fn settle(mut self, queue: &mut Queue<T::Written>) -> bool {
        queue.settle();
        self.group.take().is_some()
    }
}

impl<T: Terms> Drop for Announced<T> {
    fn drop(&mut self) {
        if let Some(group) = self.group.take() {
            group.with(Queue::settle);
        }
    }
}
