//! Tools that hold up their thread: nothing can stop them, and nobody waits for them for ever.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use toolwright::{ErrorKind, Harness, Session, registry, tool};

use super::{call, ends, ms};

/// A door at which tools wait with their threads.
#[derive(Clone)]
struct Door {
    begun: Arc<Notify>,
    opened: Arc<Mutex<Receiver<()>>>,
}

impl Door {
    /// A door, and what opens it when it is dropped.
    fn new() -> (Self, Sender<()>) {
        let (sender, receiver) = channel();
        let door = Self {
            begun: Arc::default(),
            opened: Arc::new(Mutex::new(receiver)),
        };
        (door, sender)
    }

    /// Holds up the thread until the door opens.
    fn wait(&self) -> bool {
        self.begun.notify_one();
        self.opened.lock().unwrap().recv().is_ok()
    }
}

/// Look something up, the wrong way.
#[tool(reads = "blocked")]
async fn blocking_read(#[state] door: &Door) -> bool {
    door.wait()
}

/// Write something, the wrong way.
#[tool(writes = "written")]
async fn blocking_write(#[state] door: &Door) -> bool {
    door.wait()
}

/// Look something up that never comes.
#[tool(reads = "pending")]
async fn blocking_pending() -> bool {
    std::future::pending().await
}

/// Far longer than it takes on any machine: a test that waits so long would never end.
const NEVER: Duration = Duration::from_mins(5);

fn session(door: &Door) -> Session {
    let registry = registry![blocking_read, blocking_write, blocking_pending].unwrap();
    let harness = Harness::builder(registry).state(door.clone());
    harness.build().unwrap().session().start()
}

/// D9: a tool that does not stop is abandoned, and its call has an outcome that says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d9_a_tool_that_holds_up_its_thread_is_abandoned_when_its_session_is_cancelled() {
    let (door, opens) = Door::new();
    let session = session(&door);
    let calls = [
        call("blocked", "blocking_read", ""),
        call("pending", "blocking_pending", ""),
        call("other", "blocking_pending", ""),
    ];
    let cancel = async {
        door.begun.notified().await;
        session.cancel();
    };
    let both = async { tokio::join!(session.dispatch(calls), cancel).0 };
    let report = timeout(NEVER, both).await.expect("nobody waits for it");
    assert_eq!(ends(&report), [Err(ErrorKind::Cancelled); 3]);
    let texts = report.iter().map(|it| it.text().contains("abandoned"));
    assert_eq!(texts.collect::<Vec<_>>(), [true, false, false]);
    drop(opens);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tool_that_holds_up_its_thread_is_abandoned_at_the_deadline() {
    let (door, opens) = Door::new();
    let registry = registry![blocking_read, blocking_write, blocking_pending].unwrap();
    let harness = Harness::builder(registry).state(door.clone());
    let session = harness.build().unwrap().session().deadline(ms(300)).start();
    let calls = [
        call("blocked", "blocking_read", ""),
        call("pending", "blocking_pending", ""),
    ];
    let report = timeout(NEVER, session.dispatch(calls));
    let report = report.await.expect("nobody waits for it");
    assert_eq!(ends(&report), [Err(ErrorKind::DeadlineExceeded); 2]);
    drop(opens);
}

/// A write runs in a task that nobody stops: its call need not wait for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_holds_up_its_thread_may_still_take_effect() {
    let (door, opens) = Door::new();
    let session = session(&door);
    for alone in [true, false] {
        let session = if alone {
            session.clone()
        } else {
            self::session(&door)
        };
        let mut calls = vec![call("blocked", "blocking_write", "")];
        if !alone {
            calls.push(call("pending", "blocking_pending", ""));
        }
        let cancel = async {
            door.begun.notified().await;
            session.cancel();
        };
        let both = async { tokio::join!(session.dispatch(calls), cancel).0 };
        let report = timeout(NEVER, both).await.expect("nobody waits for it");
        assert_eq!(ends(&report)[0], Err(ErrorKind::Cancelled));
        let text = report[0].text();
        assert!(text.contains("may still take effect"), "{text}");
        if alone {
            // Its thread is needed for the other.
            opens.send(()).unwrap();
        }
    }
    drop(opens);
}
