//! How calls that may start do so.

use std::sync::Arc;

use super::super::lookup::LookedUp;
use super::super::{Inner, task};
use super::{State, Tick};

impl Tick {
    /// Does what can be done without waiting.
    pub(in crate::harness) fn advance(&mut self) {
        while let Some(joined) = self.running.try_join_next_with_id() {
            self.joined(joined);
        }
        let span = self.span.clone();
        let _entered = span.enter();
        while self.ready.may_start(self.running.len()) {
            let inner = self.inner();
            self.prioritize(&inner);
            let mut places = self.ready.take();
            places.retain(|place| self.wire(*place));
            if places.len() > 1 {
                self.announce(&inner, &places);
            }
            for place in places {
                self.start(&inner, place);
            }
        }
    }

    /// Those first that begin the longest chains, as far as it is known how long a call takes.
    fn prioritize(&mut self, inner: &Inner) {
        if self.slots.len() < 2 || self.ready.is_serial() {
            return;
        }
        let chains = self.graph.chains(|place| {
            let tool = self.slots.get(place).and_then(|slot| slot.state.tool());
            tool.map_or(0, |tool| inner.latency(tool))
        });
        for (slot, chain) in self.slots.iter_mut().zip(chains) {
            slot.priority = chain;
        }
        let slots = &self.slots;
        let priority = |place: usize| slots.get(place).map_or(0, |slot| slot.priority);
        self.ready.sort(priority);
    }

    /// Tells the batches how many of the calls that start now are on their way to them.
    fn announce(&mut self, inner: &Inner, places: &[usize]) {
        if !inner.levers.batching() {
            return;
        }
        for place in places {
            if let Some(State::Waiting(call)) = self.slots.get_mut(*place).map(|it| &mut it.state)
                && call.announced.is_none()
                && let Some(parts) = inner.parts.get(call.tool)
                && let Some(batches) = parts.batches.as_ref().filter(|it| it.listens())
            {
                call.announced = batches.announce(&call.caller.tenant);
            }
        }
    }

    fn start(&mut self, inner: &Arc<Inner>, place: usize) {
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        // It may have ended since it was ready.
        if !slot.state.is_to_come() {
            return;
        }
        let State::Waiting(mut prepared) = std::mem::replace(&mut slot.state, State::Running)
        else {
            return;
        };
        prepared.priority = slot.priority;
        let call = slot.call.clone();
        let run = if inner.layers.is_empty() {
            match inner.look_up(&call, prepared) {
                LookedUp::Answered(outcome) => {
                    return self.settle(place, Inner::spanned(&call, outcome));
                }
                LookedUp::Bypass(mut prepared, started) => {
                    let inner = Arc::clone(inner);
                    let run = async move {
                        (
                            place,
                            inner.run_bypassing(&call, &mut prepared, started).await,
                        )
                    };
                    task::spawn(&mut self.running, run)
                }
                LookedUp::Uncached(uncached) => {
                    let run = Arc::clone(inner).run(call, uncached);
                    task::spawn(&mut self.running, async move { (place, run.await) })
                }
            }
        } else {
            let caller = self.caller.at(place);
            let run = Arc::clone(inner).layered(caller, call, Ok(*prepared));
            task::spawn(&mut self.running, async move { (place, run.await) })
        };
        slot.task = Some(run);
        self.at_once = self.at_once.max(self.running.len());
    }
}
