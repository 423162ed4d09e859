//! The dispatcher: when outcomes come, how calls end whose session ends, what goes on around a call and inside of one.

mod begun;
mod blocking;
mod ending;
mod fairness;
mod identity;
mod layers;
mod nested;
mod nested_limits;
mod nested_reads;
mod nested_ways;
mod open;
mod policies;
mod report;
mod sizes;
mod spans;
mod stream;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use toolwright::{
    ErrorKind, Harness, HarnessBuilder, Outcome, Registry, Session, State, ToolCall, ToolError,
    registry, tool,
};

/// Cells that tools read and write, and what ran when.
#[derive(Debug, Clone)]
pub(crate) struct World {
    start: Instant,
    lines: Arc<Mutex<Vec<String>>>,
    cells: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            lines: Arc::default(),
            cells: Arc::default(),
        }
    }

    /// Milliseconds since the world was made.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }

    pub(crate) fn log(&self, what: &str) {
        let line = format!("{} {what}", self.now());
        self.lines.lock().unwrap().push(line);
    }

    /// What happened since this was last asked.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines.lock().unwrap())
    }

    /// A run of this many milliseconds: it begins, and ends or is dropped.
    pub(crate) async fn run(&self, what: &str, millis: u64) -> &'static str {
        struct Running<'w>(&'w World, &'w str);
        impl Drop for Running<'_> {
            fn drop(&mut self) {
                self.0.log(&format!("dropped {}", self.1));
            }
        }
        self.log(&format!("+{what}"));
        let running = Running(self, what);
        sleep(millis).await;
        std::mem::forget(running);
        self.log(&format!("-{what}"));
        "done"
    }

    pub(crate) fn get(&self, cell: &str) -> u64 {
        let cells = self.cells.lock().unwrap();
        cells.get(cell).copied().unwrap_or_default()
    }

    pub(crate) fn set(&self, cell: &str, value: u64) {
        self.cells.lock().unwrap().insert(cell.to_owned(), value);
    }

    /// A harness of the tools of this file, whose TTLs are exact.
    pub(crate) fn harness(&self) -> HarnessBuilder {
        self.harness_of(tools())
    }

    pub(crate) fn harness_of(&self, registry: Registry) -> HarnessBuilder {
        let builder = Harness::builder(registry).state(self.clone());
        builder.ttl_jitter(0.0)
    }

    pub(crate) fn session(&self) -> Session {
        self.harness().build().unwrap().session().start()
    }
}

pub(crate) async fn sleep(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// With a clock that is paused, whatever waits in vain is still waiting after an hour.
pub(crate) async fn soon<T>(wait: impl Future<Output = T>) -> T {
    let hour = Duration::from_hours(1);
    let end = tokio::time::timeout(hour, wait).await;
    end.expect("nothing waits in vain")
}

pub(crate) const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Read a cell.
#[tool(reads = "cell/{cell}")]
async fn dispatcher_read(
    #[state] world: &World,
    /// Which.
    cell: String,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> u64 {
    let value = world.get(&cell);
    world.run(&format!("read {cell}"), millis).await;
    value
}

/// Read a cell, and keep what it is.
#[tool(reads = "cell/{cell}", ttl = "1h")]
async fn dispatcher_keep(
    #[state] world: &World,
    /// Which.
    cell: String,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> u64 {
    let value = world.get(&cell);
    world.run(&format!("keep {cell}"), millis).await;
    value
}

/// Write a cell.
#[tool(writes = "cell/{cell}")]
async fn dispatcher_write(
    #[state] world: &World,
    /// Which.
    cell: String,
    /// What.
    to: u64,
    /// How long it takes.
    #[arg(default = 10)]
    millis: u64,
) -> u64 {
    world.run(&format!("write {cell}"), millis).await;
    world.set(&cell, to);
    to
}

/// Write who knows what.
#[tool(writes = "*")]
async fn dispatcher_write_all(#[state] world: &World) -> &'static str {
    world.run("write all", 10).await
}

/// Fail.
#[tool(reads = "cell/{cell}")]
async fn dispatcher_fail(
    #[state] world: &World,
    /// What it would have read.
    #[arg(default)]
    cell: String,
) -> Result<String, ToolError> {
    world.run("fail", 5).await;
    Err(ToolError::not_found(format_args!(
        "there is no cell `{cell}`"
    )))
}

/// Fail to write.
#[tool(writes = "cell/{cell}")]
async fn dispatcher_fail_to_write(
    #[state] world: &World,
    /// Which.
    cell: String,
) -> Result<String, ToolError> {
    world.run(&format!("fail {cell}"), 5).await;
    Err(ToolError::failed("the cell is locked").permanent())
}

/// Break.
#[tool(reads = "nothing")]
async fn dispatcher_break(#[state] world: &World) -> &'static str {
    world.run("break", 5).await;
    panic!("the password is hunter2")
}

/// Take too long.
#[tool(reads = "nothing", timeout = "20ms")]
async fn dispatcher_hang(#[state] world: &World) -> &'static str {
    world.run("hang", 1_000).await
}

/// Read many cells at once.
#[tool(reads = "cell/{cell}", batch = fetch_cells, batch_window = "5ms")]
async fn dispatcher_fetch(
    /// Which.
    cell: String,
) -> Result<u64, ToolError>;

async fn fetch_cells(
    State(world): State<World>,
    cells: Vec<String>,
) -> Result<BTreeMap<String, u64>, ToolError> {
    world.run(&format!("fetch {}", cells.join(" ")), 10).await;
    let value = |cell: String| {
        let value = world.get(&cell);
        (cell, value)
    };
    Ok(cells.into_iter().map(value).collect())
}

fn tools() -> Registry {
    let tools = registry![
        dispatcher_read,
        dispatcher_keep,
        dispatcher_write,
        dispatcher_write_all,
        dispatcher_fail,
        dispatcher_fail_to_write,
        dispatcher_break,
        dispatcher_hang,
        dispatcher_fetch,
    ];
    tools.unwrap()
}

pub(crate) fn call(id: &str, tool: &str, arguments: &str) -> ToolCall {
    ToolCall::new(id, tool, arguments)
}

/// A call that reads a cell, whose id is the cell.
pub(crate) fn read(cell: &str, millis: u64) -> ToolCall {
    let arguments = format!(r#"{{"cell":"{cell}","millis":{millis}}}"#);
    call(cell, "dispatcher_read", &arguments)
}

/// A call that reads a cell and whose result is kept.
pub(crate) fn keep(id: &str, cell: &str) -> ToolCall {
    let arguments = format!(r#"{{"cell":"{cell}"}}"#);
    call(id, "dispatcher_keep", &arguments)
}

/// A call that writes a cell.
pub(crate) fn write(id: &str, cell: &str, to: u64, millis: u64) -> ToolCall {
    let arguments = format!(r#"{{"cell":"{cell}","to":{to},"millis":{millis}}}"#);
    call(id, "dispatcher_write", &arguments)
}

/// What became of each call: its text, or of what kind its failure is.
pub(crate) fn ends(outcomes: &[Outcome]) -> Vec<Result<&str, ErrorKind>> {
    let end = |outcome: &'_ Outcome| outcome.result().map(|_| ()).map_err(ToolError::kind);
    let ends = outcomes.iter();
    ends.map(|outcome| end(outcome).map(|()| outcome.text()))
        .collect()
}

pub(crate) fn ids(outcomes: &[Outcome]) -> Vec<&str> {
    outcomes.iter().map(Outcome::id).collect()
}

/// Whether as many calls as there are places run at once, which none of those before has kept for itself.
pub(crate) async fn check_places(harness: &Harness, world: &World, places: usize) {
    let began = world.now();
    let cells = (0..places).map(|place| read(&format!("place {place}"), 10));
    let report = soon(harness.session().start().dispatch(cells)).await;
    assert!(ends(&report).iter().all(Result::is_ok), "{report:#}");
    assert_eq!(world.now() - began, 10, "all {places} at once: {report:#}");
    let one_more = (0..=places).map(|place| read(&format!("place {place}"), 10));
    let began = world.now();
    soon(harness.session().start().dispatch(one_more)).await;
    assert_eq!(world.now() - began, 20, "no more than {places} at once");
}
