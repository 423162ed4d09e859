//! When a batch leaves, and why.

mod keys;
mod properties;

use tokio::sync::oneshot;

use super::*;
use crate::aboard::RunId;
use crate::batch::{Answer, Batching};
use crate::key::{KeyMaker, Scope};
use crate::tool::{Args, Call, Context, States, ToolSpec, spec};

const WINDOW: Duration = Duration::from_millis(10);
const MOST: usize = 3;

/// A queue, its callers, and a clock that only a test moves.
struct Line {
    queue: Queue<()>,
    zero: Instant,
    callers: Vec<oneshot::Receiver<Answer>>,
}

impl Line {
    fn new(policy: FlushPolicy) -> Self {
        Self::with(policy, WINDOW)
    }

    fn with(policy: FlushPolicy, window: Duration) -> Self {
        let bounds = Bounds {
            policy,
            most: MOST,
            window,
        };
        Self {
            queue: Queue::new(bounds),
            zero: Instant::now(),
            callers: Vec::new(),
        }
    }

    fn at(&self, millis: u64) -> Instant {
        self.zero + Duration::from_millis(millis)
    }

    fn caller(&mut self, arrived: Instant) -> Caller {
        let (sender, receiver) = oneshot::channel();
        self.callers.push(receiver);
        Caller { sender, arrived }
    }

    fn item(&mut self, key: u32, arrived: Instant) -> Box<Item<()>> {
        let context = Context::new(Arc::new(States::default()), None, None, None);
        Box::new(Item {
            call: Call::new(context, Args::new(Arc::from("{}"), [])),
            key: None,
            same: Some(same(key)),
            callers: vec![self.caller(arrived)],
            written: None,
            aboard: Vec::new(),
            is_last_try: false,
            is_of_tick: false,
            arrived,
            place: None,
        })
    }

    /// A call comes.
    fn come(&mut self, key: u32, millis: u64) -> u64 {
        let arrived = self.at(millis);
        let item = self.item(key, arrived);
        self.queue.push(item)
    }

    /// One that was announced comes.
    fn come_announced(&mut self, key: u32, millis: u64) -> u64 {
        let arrived = self.at(millis);
        let mut item = self.item(key, arrived);
        item.is_of_tick = true;
        self.queue.settle();
        self.queue.push(item)
    }

    /// What is to be done once it is quiet.
    fn settled(&mut self, millis: u64) -> Step {
        let now = self.at(millis);
        (0..=MOST_TURNS)
            .map(|_| self.queue.step(now))
            .find(|step| *step != Step::Turn)
            .expect("it becomes quiet")
    }

    /// The keys of the next batch.
    fn cut(&mut self) -> Vec<u32> {
        let key = |item: Box<Item<()>>| (0..100).find(|key| item.same == Some(same(*key)));
        self.queue.cut().into_iter().filter_map(key).collect()
    }
}

fn same(key: u32) -> CacheKey {
    KeyMaker::new("tests", b"").key("tool", 1, Scope::NoTenant, &key.to_le_bytes())
}

fn in_a_run() -> Arc<Aboard> {
    Aboard::run(0, None, [])
}

/// In the run that has this number.
fn in_run(number: u32) -> Arc<Aboard> {
    Aboard::run(0, Some(run(number)), [])
}

fn run(slot: u32) -> RunId {
    RunId {
        slot,
        generation: 0,
    }
}

#[test]
fn a_fixed_window_waits_for_its_end_and_leaves_in_pieces() {
    let mut line = Line::new(FlushPolicy::FixedWindow);
    for key in 0..4 {
        line.come(key, u64::from(key));
        assert_eq!(line.settled(u64::from(key)), Step::Until(line.at(10)));
        assert!(!line.queue.wakes(), "full or not");
    }
    assert_eq!(line.settled(9), Step::Until(line.at(10)));
    assert_eq!(line.settled(10), Step::Leave(FlushReason::Window));
    assert_eq!(line.cut(), [0, 1, 2]);
    // Who comes while the rest leaves may join it; who does not fit in begins a window of their own.
    for key in 5..8 {
        line.come(key, 11);
    }
    assert_eq!(line.settled(11), Step::Leave(FlushReason::Window));
    assert_eq!(line.cut(), [3, 5, 6]);
    assert_eq!(line.settled(11), Step::Until(line.at(21)));
    assert_eq!(line.settled(21), Step::Leave(FlushReason::Window));
    assert_eq!(line.cut(), [7]);
    assert_eq!(line.settled(21), Step::Idle);
}

#[test]
fn a_hybrid_batch_leaves_when_it_is_full_or_its_window_is_over() {
    let mut line = Line::new(FlushPolicy::Hybrid);
    line.come(0, 0);
    line.come(1, 0);
    assert_eq!(line.settled(0), Step::Until(line.at(10)));
    line.come(2, 1);
    assert!(line.queue.wakes(), "the call that fills it is heard of");
    line.come(3, 1);
    assert_eq!(line.settled(1), Step::Leave(FlushReason::Size));
    assert_eq!(line.cut(), [0, 1, 2]);
    assert_eq!(line.settled(1), Step::Until(line.at(11)));
    assert_eq!(line.settled(11), Step::Leave(FlushReason::Window));
    assert_eq!(line.cut(), [3]);
}

#[test]
fn b16_the_window_counts_from_the_first_call_whoever_comes_after_it() {
    for policy in [FlushPolicy::Hybrid, FlushPolicy::FixedWindow] {
        let mut line = Line::new(policy);
        let mut left = Vec::new();
        for key in 0..20 {
            let millis = u64::from(key) * 6;
            if line.settled(millis) == Step::Leave(FlushReason::Window) {
                left.push((millis, line.cut().len()));
            }
            line.come(key, millis);
        }
        assert_eq!(left.len(), 9, "{policy:?}: {left:?}");
        assert!(left.iter().all(|(_, size)| *size == 2), "{left:?}");
    }
}

#[test]
fn how_long_a_batch_waits_and_for_how_many() {
    let tool = spec("tool", "A tool.");
    let declared = tool.batch_window_millis(7).batch_of_at_most(5);
    let bounds = |spec: &ToolSpec, batching| {
        let Bounds { most, window, .. } = Bounds::of(spec, &batching);
        (most, u64::try_from(window.as_millis()).unwrap())
    };
    let batching = Batching::new();
    assert_eq!(bounds(&tool, batching), (64, 2));
    assert_eq!(bounds(&declared, batching), (5, 7));
    assert_eq!(bounds(&declared, batching.max_waiting(4)), (4, 7));
    let size = batching.policy(FlushPolicy::Size);
    assert_eq!(bounds(&declared, size), (5, 1000));
}

#[test]
fn b1_a_call_that_is_alone_waits_for_a_few_turns_and_no_timer() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    line.come(0, 0);
    let steps: Vec<Step> = (0..=QUIET).map(|_| line.queue.step(line.zero)).collect();
    let (last, turns) = steps.split_last().unwrap();
    assert!(turns.iter().all(|step| *step == Step::Turn), "{steps:?}");
    assert_eq!(*last, Step::Leave(FlushReason::Idle));
    assert_eq!(line.cut(), [0]);
}

#[test]
fn who_comes_within_the_turns_is_company() {
    let mut line = Line::with(FlushPolicy::Adaptive, WINDOW);
    line.come(0, 0);
    for _ in 0..QUIET {
        assert_eq!(line.queue.step(line.zero), Step::Turn);
    }
    // One turn more, since somebody came.
    line.come(1, 0);
    assert_eq!(line.queue.step(line.zero), Step::Turn);
    assert_eq!(line.settled(0), Step::Leave(FlushReason::Idle));
    assert_eq!(line.cut(), [0, 1]);
}

#[test]
fn the_turns_end_even_if_the_same_key_is_asked_for_in_each() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    let serial = line.come(0, 0);
    let mut turns = 0;
    while line.queue.step(line.zero) == Step::Turn {
        turns += 1;
        assert!(turns <= MOST_TURNS, "it never becomes quiet");
        let caller = line.caller(line.zero);
        line.queue.join(serial, caller, None, false);
    }
}

#[test]
fn b18_announced_calls_are_waited_for_and_the_last_of_them_lets_the_batch_go() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    for _ in 0..3 {
        line.queue.announce();
    }
    line.come_announced(0, 0);
    assert_eq!(line.settled(0), Step::Until(line.at(10)));
    line.come_announced(1, 1);
    assert!(!line.queue.wakes(), "one is still on its way");
    // The third does not come after all.
    line.queue.settle();
    assert!(line.queue.wakes(), "nobody is on the way any more");
    assert_eq!(line.settled(2), Step::Leave(FlushReason::Tick));
    assert_eq!(line.cut(), [0, 1]);
}

#[test]
fn b18_an_announced_call_that_never_comes_costs_the_window_and_no_more() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    line.queue.announce();
    line.come(0, 0);
    assert_eq!(line.settled(0), Step::Until(line.at(10)));
    assert_eq!(line.settled(10), Step::Leave(FlushReason::Window));
    assert_eq!(line.cut(), [0]);
    // And nobody at all if there is no room for more.
    for key in 0..3 {
        line.come(key, 11);
    }
    assert_eq!(line.settled(11), Step::Leave(FlushReason::Size));
}

#[test]
fn more_calls_than_were_announced_are_calls_like_others() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    line.come(0, 0);
    line.queue.settle();
    line.queue.announce();
    assert_eq!(
        line.settled(0),
        Step::Until(line.at(10)),
        "one is announced"
    );
}

#[test]
fn without_a_window_there_is_no_timer() {
    for (policy, reason) in [
        (FlushPolicy::Adaptive, FlushReason::Idle),
        (FlushPolicy::Hybrid, FlushReason::Window),
        (FlushPolicy::FixedWindow, FlushReason::Window),
    ] {
        let mut line = Line::with(policy, Duration::ZERO);
        line.come(0, 0);
        line.come(1, 0);
        assert_eq!(line.settled(0), Step::Leave(reason), "{policy:?}");
        assert_eq!(line.cut(), [0, 1]);
    }
    // Announced calls are waited for in turns, which have an end.
    let mut line = Line::with(FlushPolicy::Adaptive, Duration::ZERO);
    line.queue.announce();
    line.queue.announce();
    line.come_announced(0, 0);
    for _ in 0..=QUIET {
        assert_eq!(line.queue.step(line.zero), Step::Turn);
    }
    assert_eq!(line.settled(0), Step::Leave(FlushReason::Tick));
}

#[test]
fn company_that_came_before_is_waited_for_as_many_as_came() {
    let mut line = Line::new(FlushPolicy::Adaptive);
    // Twice, after it was quiet, two more came a millisecond later, while the batch ran for 50.
    for round in [0, 100] {
        line.come(0, round);
        let _ = line.settled(round);
        line.come(1, round + 1);
        line.come(2, round + 1);
        line.cut();
        line.queue
            .answered(line.at(round), Duration::from_millis(50));
    }
    line.come(0, 200);
    // Three times as long as it took before.
    assert_eq!(line.settled(200), Step::Until(line.at(203)));
    line.come(1, 201);
    assert!(!line.queue.wakes(), "one more is expected");
    let caller = line.caller(line.at(201));
    line.queue.join(line.queue.next - 1, caller, None, false);
    assert!(line.queue.wakes(), "nobody else is");
    assert_eq!(line.settled(201), Step::Leave(FlushReason::Idle));
    assert_eq!(line.cut(), [0, 1]);
}

#[test]
fn what_is_closing_leaves_at_once_and_wakes_nobody_for_nothing() {
    for policy in [
        FlushPolicy::Adaptive,
        FlushPolicy::Hybrid,
        FlushPolicy::FixedWindow,
    ] {
        let mut line = Line::new(policy);
        line.queue.announce();
        line.come(0, 0);
        line.queue.close();
        assert_eq!(
            line.queue.step(line.zero),
            Step::Leave(FlushReason::Shutdown)
        );
        line.queue.await_permits();
        assert!(!line.queue.wakes(), "it waits for its permit");
        assert_eq!(line.cut(), [0]);
        assert_eq!(line.queue.step(line.zero), Step::Idle);
        assert!(!line.queue.wakes(), "nobody has come");
        line.come(1, 0);
        assert!(line.queue.wakes());
        assert_eq!(
            line.queue.step(line.zero),
            Step::Leave(FlushReason::Shutdown)
        );
        line.queue.abandon();
        assert_eq!(
            line.queue.step(line.zero),
            Step::Leave(FlushReason::Shutdown)
        );
        assert_eq!(line.cut(), [1]);
        assert_eq!(line.queue.step(line.zero), Step::Retire);
        assert!(line.queue.is_retired());
    }
}
