//! Who is granted what, and in which order.

mod lending;
mod properties;

use super::*;
use crate::limit::Party;

/// A harness, whose clock only a test moves.
struct Door {
    state: State,
    now: Instant,
}

impl Door {
    fn new(cap: usize) -> Self {
        Self {
            state: State::new(cap),
            now: Instant::now(),
        }
    }

    fn with<R>(&mut self, change: impl FnOnce(&mut State, &mut Now) -> R) -> R {
        let result = change(&mut self.state, &mut Now(Some(self.now)));
        self.state.woken.clear();
        result
    }

    fn tool(&mut self, cap: Option<usize>) -> ToolId {
        self.state.add_tool(cap, None)
    }

    fn claim(&mut self, wants: Wants) -> Claimed {
        self.with(|state, now| state.claim(wants, now))
    }

    /// A run that begins at once.
    fn run(&mut self, wants: Wants) -> RunId {
        match self.claim(wants) {
            Claimed::Granted(run) => run,
            other => panic!("it has room, and is told {other:?}"),
        }
    }

    /// A claim that has to wait.
    fn wait(&mut self, wants: Wants) -> Serial {
        match self.claim(wants) {
            Claimed::Waits(serial) => serial,
            other => panic!("there is no room, and it is told {other:?}"),
        }
    }

    fn end(&mut self, run: RunId) {
        self.with(|state, now| state.end(run, now));
    }

    fn cancel(&mut self, serial: Serial) {
        self.with(|state, now| state.cancel(serial, now));
    }

    fn poll(&mut self, serial: Serial) -> Option<RunId> {
        let news = self.with(|state, now| state.poll(serial, None, Waker::noop(), now));
        match news {
            Poll::Ready(News::Granted(run)) => Some(run),
            Poll::Ready(News::Alarm(_)) | Poll::Pending => None,
        }
    }

    /// Who of these is next, each time that a run ends, until all have run.
    fn order<const N: usize>(&mut self, mut run: RunId, waiting: [Serial; N]) -> Vec<usize> {
        let mut order = Vec::new();
        for _ in 0..N {
            self.end(run);
            let mut next = (0..N).filter_map(|it| Some((it, self.poll(waiting[it])?)));
            let (index, next_run) = next.next().expect("somebody is next");
            assert!(next.next().is_none(), "there is one place");
            order.push(index);
            run = next_run;
        }
        self.end(run);
        order
    }

    /// Nobody waits and nothing runs, and nothing is left of either.
    fn is_empty(&self) -> bool {
        let State {
            harness,
            tools,
            runs,
            lines,
            waiting,
            nested,
            granted,
            ..
        } = &self.state;
        let is_free = |tool: &Tool| {
            tool.waiting.is_empty() && tool.places.is_none_or(|places| places.taken() == 0)
        };
        harness.taken() == 0
            && tools.iter().all(is_free)
            && runs.iter().next().is_none()
            && lines.is_empty()
            && waiting.is_empty()
            && nested.is_empty()
            && granted.is_empty()
    }
}

fn wants(tool: ToolId, party: &Party) -> Wants {
    Wants {
        tool,
        party: party.id(),
        cap: party.cap(),
        priority: 0,
        within: Vec::new(),
        patience: None,
    }
}

#[test]
fn parties_take_turns_whoever_has_more_claims() {
    let mut door = Door::new(1);
    let tool = door.tool(None);
    let (many, few, last) = (Party::new(None), Party::new(None), Party::new(None));
    let run = door.run(wants(tool, &many));
    let waiting = [&many, &many, &many, &few, &few, &last].map(|it| door.wait(wants(tool, it)));
    assert_eq!(door.order(run, waiting), [0, 3, 5, 1, 4, 2]);
    assert!(door.is_empty());
}

#[test]
fn who_comes_anew_is_behind_those_who_wait_and_before_those_who_were_served_since() {
    let mut door = Door::new(1);
    let tool = door.tool(None);
    let (old, new) = (Party::new(None), Party::new(None));
    let run = door.run(wants(tool, &old));
    let first = [&old, &old, &old].map(|it| door.wait(wants(tool, it)));
    door.end(run);
    let run = door.poll(first[0]).expect("it is next");
    let late = door.wait(wants(tool, &new));
    assert_eq!(door.order(run, [first[1], first[2], late]), [0, 2, 1]);
}

#[test]
fn within_a_party_the_longest_chain_goes_first_and_then_who_came_first() {
    let mut door = Door::new(1);
    let (one, other) = (door.tool(None), door.tool(None));
    let party = Party::new(None);
    let claim = |tool, priority| Wants {
        priority,
        ..wants(tool, &party)
    };
    let run = door.run(claim(one, 0));
    let waiting = [
        claim(one, 3),
        claim(other, 5),
        claim(one, 5),
        claim(other, 9),
        claim(one, 3),
    ];
    let waiting = waiting.map(|it| door.wait(it));
    assert_eq!(door.order(run, waiting), [3, 1, 2, 0, 4]);
}

#[test]
fn a_tool_that_is_full_holds_up_nobody_else() {
    let mut door = Door::new(2);
    let (full, free) = (door.tool(Some(1)), door.tool(None));
    let party = Party::new(None);
    let run = door.run(wants(full, &party));
    let urgent = Wants {
        priority: 9,
        ..wants(full, &party)
    };
    let waits = door.wait(urgent);
    let other = door.run(wants(free, &party));
    door.end(other);
    assert_eq!(door.poll(waits), None);
    door.end(run);
    assert!(door.poll(waits).is_some());
}

#[test]
fn a_party_that_is_full_holds_up_nobody_else_and_keeps_its_turn() {
    let mut door = Door::new(2);
    let tool = door.tool(None);
    let (capped, other) = (Party::new(Some(1)), Party::new(None));
    let first = door.run(wants(tool, &capped));
    let second = door.wait(wants(tool, &capped));
    let beside = door.run(wants(tool, &other));
    let behind = door.wait(wants(tool, &other));
    // One place, and its own party has room again.
    door.end(first);
    assert_eq!(door.poll(behind), None);
    let second = door.poll(second).expect("it was first");
    door.end(beside);
    let behind = door.poll(behind).expect("there is room");
    door.end(second);
    door.end(behind);
    assert!(door.is_empty());
}

#[test]
fn who_goes_away_leaves_nothing_and_gives_back_what_it_was_just_granted() {
    let mut door = Door::new(1);
    let tool = door.tool(Some(1));
    let party = Party::new(Some(1));
    let run = door.run(wants(tool, &party));
    let waiting = [0; 3].map(|_| door.wait(wants(tool, &party)));
    door.cancel(waiting[0]);
    door.end(run);
    assert_eq!(door.poll(waiting[2]), None);
    // It is granted, and goes away before it knows.
    door.cancel(waiting[1]);
    let last = door.poll(waiting[2]).expect("it is next");
    door.end(last);
    assert!(door.is_empty());
    door.end(last);
    assert!(door.is_empty(), "nothing is given back twice");
}

#[test]
fn whoever_is_granted_a_run_is_woken() {
    let mut door = Door::new(1);
    let tool = door.tool(None);
    let party = Party::new(None);
    let run = door.run(wants(tool, &party));
    let (first, second) = (
        door.wait(wants(tool, &party)),
        door.wait(wants(tool, &party)),
    );
    assert!(door.poll(first).is_none() && door.poll(second).is_none());
    let now = &mut Now(Some(door.now));
    door.state.end(run, now);
    assert_eq!(door.state.woken.len(), 1);
}
