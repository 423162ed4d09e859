//! What a result cache, shared runs, batches and ticks must do, statement by statement. Each test says which one it is about; those
//! that are not in these files are beside the other tests of their subject:
//!
//! | statement | about | tests |
//! | --- | --- | --- |
//! | C1 | the newest result counts; without room nothing is kept and runs are still shared | `results`, `runtime/src/cache/tests.rs` |
//! | C2 | entries and bytes are bounded, what is too large is refused | `runtime/src/cache/tests.rs` |
//! | C3 | a hit keeps a result in the cache; to look at counts does not count | `results` |
//! | C4 | fresh, then stale, then gone, to the moment; a TTL begins when the run ends | `results`, `runtime/src/cache/tests.rs`, `tests/ui/ttl` |
//! | C5 | a new result begins its TTL anew, a refresh that failed does not | `results`, `runtime/src/cache/tests.rs` |
//! | C6 | one refresh, which pauses after a failure and is overtaken by an invalidation | `results`, `cache/flights.rs` |
//! | C7 | what was invalidated is gone at once | `cache/invalidation.rs`, `runtime/src/cache/tests.rs` |
//! | C8 | what is invalidated while it is made is not kept | `cache/flights.rs`, `runtime/src/cache/tests.rs` |
//! | C9 | clearing leaves the counts | `results` |
//! | C10 | what goes is counted once, and nobody who listens is waited for | `results` |
//! | C11 | each reason to go has its count | `results`, `runtime/src/cache/tests.rs` |
//! | C12 | what failed is not kept, and an empty answer is one | `results` |
//! | C13 | no tenant meets another's result | `keys/tenants.rs`, `cache/crowd.rs` |
//! | C14 | what is one question and what is two | `keys/questions.rs`, `runtime/src/key/tests.rs` |
//! | C16 | a harness that is dropped frees everything | `results` |
//! | F1 | one run for all who ask, and one text | `flights`, `cache/flights.rs` |
//! | F2, F3 | who leaves stops nobody; when all have left, the run stops | `flights`, `cache/flights.rs` |
//! | F4, F5 | panics and errors reach those who wait, and nobody later | `cache/flights.rs` |
//! | F6 | other questions are not waited for | `flights` |
//! | F7 | a run that asks for its own result is told | `cache/reentry.rs` |
//! | F8 | who gives up waiting takes nothing from the others | `flights` |
//! | F9, F11 | nobody is left waiting, and nothing is left behind | `runtime/src/cache/flight/tests.rs` |
//! | F10 | runs are shared whatever their errors are | `flights` |
//! | B1, B24 | a call alone waits for nobody | `batch/flushing.rs`, `docs/benchmarks.md` |
//! | B2, B3 | what comes together is one batch in its order, and as few as the size allows | `batch/flushing.rs` |
//! | B4, B5 | equal keys are asked once and count once | `batch/fan_out.rs` |
//! | B6 | who asks for what a batch is asking for shares it, if it is cached | `batch/caching.rs` |
//! | B7 | what is kept takes no place in a batch | `batch/caching.rs` |
//! | B8 | each call has the answer to its own key | `batch/fan_out.rs`, `batch/random.rs` |
//! | B9 | a wrong count is everyone's error | `batch/failures.rs` |
//! | B10 | what failed as a whole is not kept | `batch/caching.rs` |
//! | B11 | a panic is everyone's error and nobody's later | `batch/failures.rs` |
//! | B12 | what is bad is found in few runs, where it may be repeated | `batch/failures.rs`, `batch/writes.rs`, `batch/retrying.rs`, `runtime/src/batch/split.rs` |
//! | B13 | who goes away takes its key along | `batch/cancelling.rs` |
//! | B14, B15 | who goes away during the run changes nothing, all who do end it | `batch/cancelling.rs` |
//! | B16, B17 | each batch has its own window, from its first call | `batch/flushing.rs` |
//! | B18 | a tick's calls are waited for, and only those that come | `batch/announcing.rs` |
//! | B19 | a full queue is waited for or refuses, and is one tenant's | `batch/backpressure.rs` |
//! | B20 | tenants share no batch | `batch/separation.rs`, `batch/random.rs` |
//! | B21, B22 | batch functions may call tools, their own included | `batch/nesting.rs` |
//! | B23 | no more batches are in flight than may be | `batch/backpressure.rs` |
//! | B25 | at the end everyone who waits is told something | `batch/shutdown.rs` |
//! | B26 | without batches each call runs alone; without the cache equal keys are still one | `batch/caching.rs` |
//! | B27 | what happens is counted | `batch/numbers.rs` |
//! | B28 | a failure that nobody hears of is one warning | `batch/numbers.rs` |
//! | D1 | calls run at once, and each has one outcome, whatever becomes of it | `ticks`, `dispatch.rs` |
//! | D2 | who fails stops and delays nobody; who needs its result is told | `ticks`, `references` |
//! | D3 | writes keep their order with what they overlap, so that a tick answers what one call after the other would | `ticks`, `ticks/random.rs` |
//! | D4 | a reference that leads nowhere is the error of its call alone | `references`, `runtime/src/wiring/tests.rs` |
//! | D5 | no text and no result is ever taken for a reference | `references`, `runtime/src/wiring/tests.rs` |
//! | D6 | what was filled in is checked, and is what the key is of | `references` |
//! | D7 | caps hold on every path, and nobody waits for a place for ever | `ticks`, `dispatcher/nested_limits.rs`, `limits/caps.rs` |
//! | D8 | equal reads are one run, unless a write lies between them | `ticks` |
//! | D9 | a session that ends answers every call in bounded time | `dispatcher/ending.rs`, `dispatcher/blocking.rs` |
//! | D10 | a write invalidates for the reads behind it | `ticks` |
//! | D11 | nothing is done for a message that is cut off | `ticks`, `dispatcher/open.rs` |
//! | D12 | what a call costs beside its tool | `docs/benchmarks.md` |

mod flights;
mod references;
mod results;
mod ticks;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::sleep;
use toolwright::{Harness, HarnessBuilder, ToolError, registry, tool};

/// How long the tools here take.
const RUN: Duration = Duration::from_millis(100);

/// What the tools read, how often they ran, and whether they succeed.
#[derive(Debug, Default)]
struct Source {
    value: AtomicU64,
    runs: AtomicU64,
    mood: AtomicU64,
}

/// What a run does.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Fine = 0,
    Failing = 1,
    NotFound = 2,
    Panicking = 3,
    Endless = 4,
}

impl Source {
    async fn read(&self) -> Result<u64, ToolError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let value = self.value.load(Ordering::SeqCst);
        sleep(RUN).await;
        match self.mood.load(Ordering::SeqCst) {
            0 => Ok(value),
            1 => Err(ToolError::failed("the source is down")),
            2 => Err(ToolError::not_found("there is no such value")),
            3 => panic!("the source breaks"),
            _ => std::future::pending().await,
        }
    }

    fn set(&self, value: u64) {
        self.value.store(value, Ordering::SeqCst);
    }

    fn is(&self, mood: Mood) {
        self.mood.store(mood as u64, Ordering::SeqCst);
    }

    fn runs(&self) -> u64 {
        self.runs.load(Ordering::SeqCst)
    }
}

/// Read a value.
#[tool(ttl = "1m", timeout = "10s", reads = "statement/{id}")]
async fn statement_read(
    #[state] source: &Source,
    /// Which.
    id: u64,
) -> Result<u64, ToolError> {
    let _ = id;
    source.read().await
}

/// Read a value; an old one will do for a while.
#[tool(ttl = "1m", stale_while_revalidate = "2m", reads = "statement/{id}")]
async fn statement_stale(
    #[state] source: &Source,
    /// Which.
    id: u64,
) -> Result<u64, ToolError> {
    let _ = id;
    source.read().await
}

/// Find a value, if there is one.
#[tool(ttl = "1m", reads = "statement/{id}")]
async fn statement_find(
    #[state] source: &Source,
    /// Which.
    id: u64,
) -> Result<Option<u64>, ToolError> {
    Ok(Some(source.read().await?).filter(|value| *value > id))
}

/// A harness whose TTLs are exact, after `with` had its say.
fn world(with: fn(HarnessBuilder) -> HarnessBuilder) -> (Harness, Arc<Source>) {
    let source = Arc::<Source>::default();
    let registry = registry![statement_read, statement_stale, statement_find].unwrap();
    let builder = Harness::builder(registry)
        .state(Arc::clone(&source))
        .max_concurrency(2000)
        .ttl_jitter(0.0);
    (with(builder).build().unwrap(), source)
}
