//! A clock that wakes tasks when it is time, to within a tenth of a millisecond: tokio's own counts in whole ones.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// The one of this process.
static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::start);

/// A thread that sleeps until the next task is to be woken.
struct Clock(Arc<Alarms>);

#[derive(Default)]
struct Alarms {
    queue: Mutex<BinaryHeap<Reverse<Alarm>>>,
    sooner: Condvar,
}

/// Whom to wake, and when.
struct Alarm {
    due: Instant,
    sleeper: oneshot::Sender<()>,
}

/// Waits as long as that.
pub(super) async fn sleep(time: Duration) {
    let woken = CLOCK.wake_at(Instant::now() + time);
    // The thread keeps every sender until it is due.
    let _ = woken.await;
}

impl Clock {
    fn start() -> Self {
        let alarms = Arc::<Alarms>::default();
        let of_thread = Arc::clone(&alarms);
        thread::spawn(move || of_thread.run());
        Self(alarms)
    }

    fn wake_at(&self, due: Instant) -> oneshot::Receiver<()> {
        let (sleeper, woken) = oneshot::channel();
        let mut queue = self.0.lock();
        let is_next = queue.peek().is_none_or(|Reverse(next)| due < next.due);
        queue.push(Reverse(Alarm { due, sleeper }));
        drop(queue);
        if is_next {
            self.0.sooner.notify_one();
        }
        woken
    }
}

impl Alarms {
    fn lock(&self) -> MutexGuard<'_, BinaryHeap<Reverse<Alarm>>> {
        // Nothing in here panics half way through a change.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        end_sleeps_on_time();
        let mut due = Vec::new();
        let mut queue = self.lock();
        loop {
            let now = Instant::now();
            while let Some(next) = queue.peek_mut() {
                if next.0.due > now {
                    break;
                }
                due.push(PeekMut::pop(next).0.sleeper);
            }
            if !due.is_empty() {
                drop(queue);
                for sleeper in due.drain(..) {
                    // A task that was given up has nobody to wake.
                    let _ = sleeper.send(());
                }
                queue = self.lock();
                continue;
            }
            let until = queue.peek().map(|Reverse(next)| next.due - now);
            queue = match until {
                None => {
                    let woken = self.sooner.wait(queue);
                    woken.unwrap_or_else(PoisonError::into_inner)
                }
                Some(time) => {
                    let woken = self.sooner.wait_timeout(queue, time);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

/// Has the kernel end the sleeps of this thread when they end, and not up to 50 µs later with others.
pub(super) fn end_sleeps_on_time() {
    #[cfg(target_os = "linux")]
    {
        let set = nix::sys::prctl::set_timerslack(1);
        set.expect("a thread may always ask for shorter slack");
    }
}

impl Ord for Alarm {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.due.cmp(&other.due)
    }
}

impl PartialOrd for Alarm {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Alarm {
    fn eq(&self, other: &Self) -> bool {
        self.due == other.due
    }
}

impl Eq for Alarm {}
