//! What the agents read and write: cells on shelves, and some that are each tenant's own. The tools dawdle, so that
//! their runs meet in every way.

#![allow(clippy::similar_names, reason = "a shelf is not `self`, and reads so")]

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::task::yield_now;
use toolwright::{Context, Harness, Resource, State, ToolCall, ToolError, registry, tool};

/// The truth: a version for each cell.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    cells: Mutex<BTreeMap<String, u64>>,
    versions: AtomicU64,
    /// The version that each write gave, by the mark that it was sent with.
    marks: Mutex<HashMap<u64, u64>>,
    sent: AtomicU64,
    dice: AtomicU64,
    fails: AtomicBool,
}

/// A call of one of the tools.
#[derive(Debug, Clone)]
pub(super) enum Call {
    Cell(u8, u8),
    Batched(u8, u8),
    Stale(u8, u8),
    Shelf(u8),
    Shelves,
    Found(u8),
    Mine(u8),
    Write(Target, End),
}

/// What a write touches.
#[derive(Debug, Clone)]
pub(super) enum Target {
    Cell(u8, u8),
    Shelf(u8),
    Everything,
    /// The cell of the tenant that writes.
    Mine(u8),
    /// The cell of each tenant.
    EveryonesMine(u8),
}

/// How a write ends, after it has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Fine,
    Fails,
    Panics,
}

fn cell(shelf: u8, id: u8) -> String {
    format!("{shelf}/{id}")
}

fn own(tenant: &str, id: u8) -> String {
    format!("{tenant}'s {id}")
}

fn shelf_cells(shelf: u8) -> Vec<String> {
    (0..2).map(|id| cell(shelf, id)).collect()
}

impl Target {
    /// The cells that it is, for a tenant.
    pub(super) fn cells(&self, tenant: Option<&str>) -> Vec<String> {
        match *self {
            Target::Cell(shelf, id) => vec![cell(shelf, id)],
            Target::Shelf(shelf) => shelf_cells(shelf),
            Target::Everything => {
                let shelves = (0..2).flat_map(shelf_cells);
                let owned = (0..2).flat_map(|id| ["a", "b"].map(|tenant| own(tenant, id)));
                shelves.chain(owned).collect()
            }
            Target::Mine(id) => tenant.map(|tenant| own(tenant, id)).into_iter().collect(),
            Target::EveryonesMine(id) => ["a", "b"].map(|tenant| own(tenant, id)).to_vec(),
        }
    }

    /// The resource that says so.
    pub(super) fn resource(&self) -> String {
        match self {
            Target::Cell(shelf, id) => format!("shelf/{shelf}/{id}"),
            Target::Shelf(shelf) => format!("shelf/{shelf}/*"),
            Target::Everything => "*".to_owned(),
            Target::Mine(id) | Target::EveryonesMine(id) => format!("mine/{id}"),
        }
    }
}

impl Call {
    /// The cells that it reads.
    pub(super) fn cells(&self, tenant: Option<&str>) -> Vec<String> {
        match *self {
            Call::Cell(shelf, id) | Call::Batched(shelf, id) | Call::Stale(shelf, id) => {
                vec![cell(shelf, id)]
            }
            Call::Shelf(shelf) | Call::Found(shelf) => shelf_cells(shelf),
            Call::Shelves => (0..2).flat_map(shelf_cells).collect(),
            Call::Mine(id) => tenant.map(|tenant| own(tenant, id)).into_iter().collect(),
            Call::Write(..) => Vec::new(),
        }
    }

    pub(super) fn is_mine(&self) -> bool {
        matches!(self, Call::Mine(_) | Call::Write(Target::Mine(_), _))
    }

    pub(super) fn may_fail(&self) -> bool {
        matches!(self, Call::Stale(..))
    }
}

impl Shelves {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            dice: AtomicU64::new(seed),
            ..Self::default()
        }
    }

    pub(super) fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }

    /// Gives all of a target a new version.
    pub(super) fn write(&self, target: &Target, tenant: Option<&str>) -> u64 {
        let mut cells = self.cells.lock().unwrap();
        let version = self.versions.fetch_add(1, Ordering::SeqCst) + 1;
        cells.extend(target.cells(tenant).into_iter().map(|cell| (cell, version)));
        version
    }

    /// A call as a model would send it, and the mark by which its version is found.
    pub(super) fn sent(&self, at: usize, call: &Call) -> (ToolCall, u64) {
        let mark = self.sent.fetch_add(1, Ordering::SeqCst);
        let (tool, arguments) = match call {
            Call::Cell(shelf, id) => ("weave_cell", format!(r#"{{"shelf":{shelf},"id":{id}}}"#)),
            Call::Batched(shelf, id) => {
                ("weave_batched", format!(r#"{{"shelf":{shelf},"id":{id}}}"#))
            }
            Call::Stale(shelf, id) => ("weave_stale", format!(r#"{{"shelf":{shelf},"id":{id}}}"#)),
            Call::Shelf(shelf) => ("weave_shelf", format!(r#"{{"shelf":{shelf}}}"#)),
            Call::Shelves => ("weave_shelves", String::new()),
            Call::Found(shelf) => ("weave_found", format!(r#"{{"shelf":{shelf}}}"#)),
            Call::Mine(id) => ("weave_mine", format!(r#"{{"id":{id}}}"#)),
            Call::Write(Target::Cell(shelf, id), end) => {
                let end = *end as u8;
                (
                    "weave_set",
                    format!(r#"{{"shelf":{shelf},"id":{id},"mark":{mark},"end":{end}}}"#),
                )
            }
            Call::Write(Target::Shelf(shelf), _) => (
                "weave_set_shelf",
                format!(r#"{{"shelf":{shelf},"mark":{mark}}}"#),
            ),
            Call::Write(Target::Everything, _) => {
                ("weave_set_everything", format!(r#"{{"mark":{mark}}}"#))
            }
            Call::Write(Target::Mine(id), _) => {
                ("weave_set_mine", format!(r#"{{"id":{id},"mark":{mark}}}"#))
            }
            Call::Write(Target::EveryonesMine(id), _) => (
                "weave_set_everyones",
                format!(r#"{{"id":{id},"mark":{mark}}}"#),
            ),
        };
        (ToolCall::new(at.to_string(), tool, arguments), mark)
    }

    pub(super) fn version_of(&self, mark: u64) -> Option<u64> {
        self.marks.lock().unwrap().get(&mark).copied()
    }

    /// Lets others go on, for a while that the seed decides.
    async fn dawdle(&self) {
        let step = 0x9e37_79b9_7f4a_7c15;
        let roll = self
            .dice
            .fetch_add(step, Ordering::Relaxed)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9);
        for _ in 0..(roll >> 61) {
            yield_now().await;
        }
    }

    /// The versions of some cells at one moment of a run.
    async fn read(&self, call: Call, tenant: Option<&str>) -> BTreeMap<String, u64> {
        self.dawdle().await;
        let wanted = call.cells(tenant);
        let seen = {
            let cells = self.cells.lock().unwrap();
            let found = wanted
                .into_iter()
                .map(|cell| (cells.get(&cell).copied().unwrap_or_default(), cell));
            found.map(|(version, cell)| (cell, version)).collect()
        };
        self.dawdle().await;
        seen
    }

    /// A write at one moment of a run.
    async fn wrote(&self, target: Target, tenant: Option<&str>, mark: u64) -> u64 {
        self.dawdle().await;
        let version = self.write(&target, tenant);
        self.marks.lock().unwrap().insert(mark, version);
        self.dawdle().await;
        version
    }
}

type Versions = BTreeMap<String, u64>;

/// Read a cell.
#[tool(ttl = "10h", reads = "shelf/{shelf}/{id}")]
async fn weave_cell(
    #[state] shelves: &Shelves,
    /// Where.
    shelf: u8,
    /// Which.
    id: u8,
) -> Versions {
    shelves.read(Call::Cell(shelf, id), None).await
}

/// Read a cell, together with others.
#[tool(ttl = "10h", batch = "weave_many", reads = "shelf/{shelf}/{id}")]
async fn weave_batched(
    /// Where.
    shelf: u8,
    /// Which.
    id: u8,
) -> Result<Versions, ToolError>;

async fn weave_many(
    State(shelves): State<Arc<Shelves>>,
    keys: Vec<(u8, u8)>,
) -> HashMap<(u8, u8), Versions> {
    let mut all = HashMap::new();
    for (shelf, id) in keys {
        all.insert(
            (shelf, id),
            shelves.read(Call::Batched(shelf, id), None).await,
        );
    }
    all
}

/// Read a cell, of which an old version will do for a while, and which cannot always be read.
#[tool(
    ttl = "1h",
    stale_while_revalidate = "5h",
    stale_if_error = "8h",
    reads = "shelf/{shelf}/{id}"
)]
async fn weave_stale(
    #[state] shelves: &Shelves,
    /// Where.
    shelf: u8,
    /// Which.
    id: u8,
) -> Result<Versions, ToolError> {
    let seen = shelves.read(Call::Stale(shelf, id), None).await;
    if shelves.fails.load(Ordering::SeqCst) {
        return Err(ToolError::failed("the shelf cannot be read"));
    }
    Ok(seen)
}

/// Read a shelf.
#[tool(ttl = "10h", reads = "shelf/{shelf}/*")]
async fn weave_shelf(
    #[state] shelves: &Shelves,
    /// Where.
    shelf: u8,
) -> Versions {
    shelves.read(Call::Shelf(shelf), None).await
}

/// Read all shelves.
#[tool(ttl = "10h", reads = "shelf", shared)]
async fn weave_shelves(#[state] shelves: &Shelves) -> Versions {
    shelves.read(Call::Shelves, None).await
}

/// Read a shelf without saying before what that is.
#[tool(ttl = "10h", reads = "index/{shelf}")]
async fn weave_found(
    #[context] ctx: &Context,
    #[state] shelves: &Shelves,
    /// Where.
    shelf: u8,
) -> Versions {
    let seen = shelves.read(Call::Found(shelf), None).await;
    if shelf == 0 {
        ctx.reads("shelf/0/*");
    } else {
        for id in ["0", "1"] {
            ctx.reads(Resource::of(["shelf", "1", id]));
        }
    }
    shelves.dawdle().await;
    seen
}

/// Read a cell of one's own.
#[tool(ttl = "10h", tenant_scoped, reads = "mine/{id}")]
async fn weave_mine(
    #[context] ctx: &Context,
    #[state] shelves: &Shelves,
    /// Which.
    id: u8,
) -> Versions {
    shelves.read(Call::Mine(id), ctx.tenant()).await
}

/// Write a cell, and then end well or badly.
#[tool(writes = "shelf/{shelf}/{id}")]
async fn weave_set(
    #[state] shelves: &Shelves,
    /// Where.
    shelf: u8,
    /// Which.
    id: u8,
    /// By which the version is found.
    mark: u64,
    /// 0 ends well.
    end: u8,
) -> Result<(), ToolError> {
    shelves.wrote(Target::Cell(shelf, id), None, mark).await;
    match end {
        0 => Ok(()),
        1 => Err(ToolError::failed("written, then failed")),
        _ => std::panic::panic_any("written, then broke"),
    }
}

/// Write a shelf.
#[tool(writes = "shelf/{shelf}/*")]
async fn weave_set_shelf(
    #[state] shelves: &Shelves,
    /// Where.
    shelf: u8,
    /// By which the version is found.
    mark: u64,
) -> u64 {
    shelves.wrote(Target::Shelf(shelf), None, mark).await
}

/// Write everything.
#[tool(writes = "*")]
async fn weave_set_everything(
    #[state] shelves: &Shelves,
    /// By which the version is found.
    mark: u64,
) -> u64 {
    shelves.wrote(Target::Everything, None, mark).await
}

/// Write a cell of one's own.
#[tool(tenant_scoped, writes = "mine/{id}")]
async fn weave_set_mine(
    #[context] ctx: &Context,
    #[state] shelves: &Shelves,
    /// Which.
    id: u8,
    /// By which the version is found.
    mark: u64,
) -> u64 {
    shelves.wrote(Target::Mine(id), ctx.tenant(), mark).await
}

/// Write the own cell of each tenant.
#[tool(writes = "mine/{id}")]
async fn weave_set_everyones(
    #[state] shelves: &Shelves,
    /// Which.
    id: u8,
    /// By which the version is found.
    mark: u64,
) -> u64 {
    shelves.wrote(Target::EveryonesMine(id), None, mark).await
}

/// A harness with all of these tools.
pub(super) fn harness(shelves: &Arc<Shelves>) -> Harness {
    let registry = registry![
        weave_cell,
        weave_batched,
        weave_stale,
        weave_shelf,
        weave_shelves,
        weave_found,
        weave_mine,
        weave_set,
        weave_set_shelf,
        weave_set_everything,
        weave_set_mine,
        weave_set_everyones
    ];
    Harness::builder(registry.unwrap())
        .state(Arc::clone(shelves))
        .build()
        .unwrap()
}
