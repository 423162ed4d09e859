//! The races at the door of a harness as models: shuttle runs every task step by step, in thousands of orders of its own
//! choosing, and says when nobody can go on any more.
//!
//! Run them with `cargo test -p toolwright --lib --features __shuttle limit::models`. Time stands still in them, so that no
//! timer hides a wake-up that was lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shuttle::future::{JoinHandle, block_on, spawn, yield_now};

use super::{Admission, Claim, Limits, Party, Permits};
use crate::aboard::RunId;
use crate::error::ToolError;
use crate::sync::{Time, set_time};
use crate::tool::spec;

/// Tries a model in so many orders.
fn check(model: impl Fn() + Send + Sync + 'static) {
    let mut config = shuttle::Config::new();
    config.silence_warnings = true;
    let random = shuttle::scheduler::RandomScheduler::new(3000);
    set_time(Time::Stands);
    shuttle::Runner::new(random, config).run(model);
}

/// A harness with a cap, a tool of one place, a tool without a cap, and what is seen of their runs.
#[derive(Clone)]
struct World {
    cap: usize,
    one: Arc<Limits>,
    free: Arc<Limits>,
    party: Arc<Party>,
    // Not shuttle's: to look is no step.
    at_work: Arc<AtomicUsize>,
    of_one: Arc<AtomicUsize>,
}

impl World {
    fn new(cap: usize) -> Self {
        let admission = Admission::new(cap);
        Self {
            cap,
            one: Arc::new(Limits::new(
                &spec("one", "One.").max_concurrency(1),
                &admission,
            )),
            free: Arc::new(Limits::new(&spec("free", "Free."), &admission)),
            party: Party::new(None),
            at_work: Arc::default(),
            of_one: Arc::default(),
        }
    }

    async fn admit(&self, limits: &Limits, within: &[RunId]) -> Result<Permits, ToolError> {
        let claim = Claim {
            party: &self.party,
            priority: 0,
            within: within.to_vec(),
        };
        limits.admit(claim).await
    }

    /// Runs a tool for a moment.
    async fn run(&self, limits: &Limits, within: &[RunId]) {
        let permits = self.admit(limits, within).await;
        let _permits = permits.expect("nobody waits in a circle");
        let _at_work = Counted::of(&self.at_work, self.cap);
        let _of_one = std::ptr::eq(limits, &*self.one).then(|| Counted::of(&self.of_one, 1));
        yield_now().await;
    }

    /// Runs the tool without a cap, which asks for the other one.
    async fn run_nested(&self) {
        let permits = self.admit(&self.free, &[]).await;
        let permits = permits.expect("nobody waits in a circle");
        yield_now().await;
        self.run(&self.one, &[permits.run()]).await;
    }

    fn begin(&self, limits: impl Fn(&Self) -> &Limits + Send + 'static) -> JoinHandle<()> {
        let this = self.clone();
        spawn(async move { this.run(limits(&this), &[]).await })
    }

    fn begin_nested(&self) -> JoinHandle<()> {
        let this = self.clone();
        spawn(async move { this.run_nested().await })
    }

    /// Every place is free again.
    async fn is_free(&self) {
        let mut held = Vec::new();
        for _ in 0..self.cap {
            held.push(self.admit(&self.free, &[]).await);
        }
        drop(held);
        self.run(&self.one, &[]).await;
    }
}

/// Counts what is at work.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn of(count: &Arc<AtomicUsize>, most: usize) -> Self {
        let now = count.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(now <= most, "{now} at once");
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Whoever waits, and whatever for, is woken when it can run.
#[test]
fn nobody_is_left_waiting() {
    check(|| {
        let world = World::new(2);
        let running = [
            world.begin(|it| &it.one),
            world.begin(|it| &it.one),
            world.begin(|it| &it.free),
            world.begin(|it| &it.free),
        ];
        block_on(async {
            for run in running {
                run.await.expect("no run breaks");
            }
            world.is_free().await;
        });
    });
}

/// Whoever goes away, while it waits, when it was just granted a run, or while it runs, leaves its place to others.
#[test]
fn who_goes_away_at_any_moment_strands_nobody() {
    check(|| {
        let world = World::new(1);
        let goes = [world.begin(|it| &it.one), world.begin(|it| &it.free)];
        let stays = [world.begin(|it| &it.one), world.begin(|it| &it.free)];
        block_on(async {
            yield_now().await;
            for goes in &goes {
                goes.abort();
            }
            for run in stays {
                run.await.expect("who stays is not aborted");
            }
            for goes in goes {
                let _ = goes.await;
            }
            world.is_free().await;
        });
    });
}

/// Runs that ask for runs are answered at a cap of one, whoever waits from outside.
#[test]
fn what_a_run_asks_for_runs_at_a_cap_of_one() {
    check(|| {
        let world = World::new(1);
        let running = [
            world.begin_nested(),
            world.begin(|it| &it.one),
            world.begin_nested(),
        ];
        block_on(async {
            for run in running {
                run.await.expect("no run breaks");
            }
            world.is_free().await;
        });
    });
}

/// A run that goes away while one goes on that it has asked for leaves its place to that one, and the cap holds.
#[test]
fn a_place_that_was_lent_is_not_given_away_twice() {
    check(|| {
        let world = World::new(1);
        let outer = {
            let world = world.clone();
            spawn(async move {
                let permits = world.admit(&world.free, &[]).await;
                let permits = permits.expect("nobody waits in a circle");
                let run = permits.run();
                let inner = {
                    let world = world.clone();
                    spawn(async move { world.run(&world.one, &[run]).await })
                };
                yield_now().await;
                drop(permits);
                inner.await.expect("no run breaks");
            })
        };
        let others = [world.begin(|it| &it.one), world.begin(|it| &it.free)];
        block_on(async {
            outer.await.expect("no run breaks");
            for run in others {
                run.await.expect("no run breaks");
            }
            world.is_free().await;
        });
    });
}
