//! The group `flight`: a result that nobody has yet, asked for by one and by a hundred.

use std::convert::Infallible;
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::runtime::Runtime;
use tokio::task::{JoinSet, yield_now};
use toolwright::{Harness, Session, registry, tool};

use crate::measure::{AT_ONCE, Contest, Subject};
use crate::order;
use crate::rows::library;
use crate::runtime;

/// How many ask at once.
const CROWD: usize = 100;

/// How often the work was done.
#[derive(Debug, Clone, Default)]
struct Runs(Arc<AtomicU64>);

impl Runs {
    /// The work: long enough that everyone has asked before it is done.
    async fn answer(&self, order_id: &str) -> Arc<str> {
        self.0.fetch_add(1, Ordering::Relaxed);
        yield_now().await;
        order::answer(order_id, 10, "EUR").into()
    }
}

/// Look up the total of an order.
#[tool(ttl = "1h", tenant_scoped, reads = "order/{order_id}")]
async fn flown_total(
    #[state] runs: &Runs,
    /// The order's id.
    order_id: String,
    /// How many lines at most.
    limit: u32,
    /// The currency.
    currency: String,
) -> String {
    let _ = (limit, currency);
    runs.answer(&order_id).await.as_ref().to_owned()
}

/// Answers a question by its text, and by one run for all who ask it at once.
trait Flights: Clone + Send + 'static {
    fn label() -> String;
    fn new(runs: Runs) -> Self;
    fn ask(&self, text: &str) -> impl Future<Output = ()> + Send;
}

#[derive(Clone)]
struct Ours(Session);

impl Flights for Ours {
    fn label() -> String {
        "ours".to_owned()
    }

    fn new(runs: Runs) -> Self {
        let registry = registry![flown_total].expect("the tool is declared right");
        let harness = Harness::builder(registry).state(runs).build();
        let harness = harness.expect("the tool has its state");
        Self(harness.session().tenant("acme").start())
    }

    async fn ask(&self, text: &str) {
        black_box(self.0.call("flown_total", text).await.text());
    }
}

#[derive(Clone)]
struct Moka(moka::future::Cache<String, Arc<str>>, Runs);

impl Flights for Moka {
    fn label() -> String {
        library("moka")
    }

    fn new(runs: Runs) -> Self {
        Self(moka::future::Cache::new(100_000), runs)
    }

    async fn ask(&self, text: &str) {
        let run = self.1.answer(text);
        black_box(self.0.get_with_by_ref(text, run).await);
    }
}

#[derive(Clone)]
struct Quick(Arc<quick_cache::sync::Cache<String, Arc<str>>>, Runs);

impl Flights for Quick {
    fn label() -> String {
        library("quick_cache")
    }

    fn new(runs: Runs) -> Self {
        Self(Arc::new(quick_cache::sync::Cache::new(100_000)), runs)
    }

    async fn ask(&self, text: &str) {
        let run = async { Ok::<_, Infallible>(self.1.answer(text).await) };
        let Ok(answer) = self.0.get_or_insert_async(text, run).await;
        black_box(answer);
    }
}

/// Everyone.
#[must_use]
pub fn contest() -> Contest {
    let mut contest = Contest::default();
    let alone = contest.add(alone::<Ours>());
    let peers = [
        contest.add(self::alone::<Moka>()),
        contest.add(self::alone::<Quick>()),
    ];
    contest.beside("a miss alone, beside a bare one", alone, peers);
    let crowd = contest.add(crowd::<Ours>());
    let peers = [
        contest.add(self::crowd::<Moka>()),
        contest.add(self::crowd::<Quick>()),
    ];
    contest.beside("a miss of 100 callers at once, one run", crowd, peers);
    contest
}

/// One who asks what nobody asked before.
fn alone<F: Flights>() -> Subject {
    let (runtime, runs) = (runtime::new(), Runs::default());
    let flights = F::new(runs.clone());
    let mut asked = 0;
    Subject::new(F::label(), move |times, meter| {
        for done in (0..times).step_by(AT_ONCE) {
            let texts = texts(&mut asked, done..times);
            meter(&mut || {
                runtime.block_on(async {
                    for text in &texts {
                        flights.ask(black_box(text)).await;
                    }
                });
            });
        }
        assert_eq!(runs.0.load(Ordering::Relaxed), asked);
    })
}

/// A hundred tasks that ask the same new question at once.
fn crowd<F: Flights>() -> Subject {
    let (runtime, runs) = (runtime::new(), Runs::default());
    let flights = F::new(runs.clone());
    let mut asked = 0;
    Subject::new(F::label(), move |times, meter| {
        for done in (0..times).step_by(AT_ONCE) {
            let texts = texts(&mut asked, done..times);
            meter(&mut || {
                for text in &texts {
                    ask_together(&runtime, &flights, text);
                }
            });
        }
        // Else it was not one flight.
        assert_eq!(runs.0.load(Ordering::Relaxed), asked);
    })
}

fn ask_together(runtime: &Rc<Runtime>, flights: &impl Flights, text: &str) {
    let text: Arc<str> = text.into();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..CROWD {
            let (flights, text) = (flights.clone(), Arc::clone(&text));
            tasks.spawn(async move { flights.ask(&text).await });
        }
        tasks.join_all().await;
    });
}

/// Questions that nobody asked before, as many as are made ready at once.
fn texts(asked: &mut u64, left: std::ops::Range<u64>) -> Vec<String> {
    let next = |_| {
        *asked += 1;
        order::arguments(*asked)
    };
    left.take(AT_ONCE).map(next).collect()
}
