//! A few cells that calls read and write, and what one call after the other would make of them.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};
use toolwright::{Context, Harness, HarnessBuilder, Registry, State, registry, tool};

use super::journal::Journal;

/// How many there are.
pub(super) const CELLS: usize = 16;

/// How long the tools of each speed take; an even number, as they act in the middle.
pub(super) const SPEEDS: [u64; 4] = [20, 60, 150, 400];

/// How long a tool takes that touches all of them, a copy, and a batch.
const SUM: u64 = 90;
const SHIFT: u64 = 40;
const COPY: u64 = 110;
const FETCH: u64 = 70;

/// What the cells hold.
type Values = [i64; CELLS];

/// The cells as the tools find them.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    values: Arc<Mutex<Values>>,
    journal: Journal,
}

impl Cells {
    /// Does something in the middle of a run that takes so long.
    async fn act<T>(&self, ctx: &Context, millis: u64, act: impl FnOnce(&mut Values) -> T) -> T {
        let began = Instant::now();
        let half = Duration::from_millis(millis / 2);
        sleep(half).await;
        let result = act(&mut self.values.lock().unwrap());
        sleep(half).await;
        // A run that several calls share has no id, and no place among the calls.
        if ctx.call_id().is_some() {
            self.journal.add(ctx, began);
        }
        result
    }

    pub(super) fn journal(&self) -> &Journal {
        &self.journal
    }

    pub(super) fn values(&self) -> Values {
        *self.values.lock().unwrap()
    }
}

/// A tool that reads a cell and one that writes it, which says what it held before.
macro_rules! cell_tools {
    ($($get:ident $put:ident $speed:literal),+) => {$(
        /// Read a cell.
        #[tool(ttl = "1h", reads = "cell/{cell}")]
        async fn $get(
            #[state] cells: &Cells,
            #[context] ctx: &Context,
            /// Which one.
            cell: usize,
        ) -> i64 {
            cells.act(ctx, SPEEDS[$speed], |values| values[cell]).await
        }

        /// Write a cell.
        #[tool(writes = "cell/{cell}")]
        async fn $put(
            #[state] cells: &Cells,
            #[context] ctx: &Context,
            /// Which one.
            cell: usize,
            /// What it holds then.
            value: i64,
        ) -> i64 {
            let put = |values: &mut Values| std::mem::replace(&mut values[cell], value);
            cells.act(ctx, SPEEDS[$speed], put).await
        }
    )+};
}

cell_tools!(cell_get_0 cell_put_0 0, cell_get_1 cell_put_1 1, cell_get_2 cell_put_2 2, cell_get_3 cell_put_3 3);

const GETS: [&str; 4] = ["cell_get_0", "cell_get_1", "cell_get_2", "cell_get_3"];
const PUTS: [&str; 4] = ["cell_put_0", "cell_put_1", "cell_put_2", "cell_put_3"];

/// Add up all cells.
#[tool(ttl = "1h", reads = "cell/*")]
async fn cell_sum(#[state] cells: &Cells, #[context] ctx: &Context) -> i64 {
    cells.act(ctx, SUM, |values| values.iter().sum()).await
}

/// Add to all cells.
#[tool(writes = "*")]
async fn cell_shift(
    #[state] cells: &Cells,
    #[context] ctx: &Context,
    /// How much.
    by: i64,
) -> i64 {
    let shift = |values: &mut Values| values.iter_mut().for_each(|value| *value += by);
    cells.act(ctx, SHIFT, shift).await;
    by
}

/// Copy a cell into another.
#[tool(reads = "cell/{from}", writes = "cell/{to}")]
async fn cell_copy(
    #[state] cells: &Cells,
    #[context] ctx: &Context,
    /// Which one.
    from: usize,
    /// Into which.
    to: usize,
) -> i64 {
    let copy = |values: &mut Values| {
        values[to] = values[from];
        values[to]
    };
    cells.act(ctx, COPY, copy).await
}

/// Read a cell, together with others.
#[tool(ttl = "1h", reads = "cell/{cell}", batch = "fetch_cells")]
async fn cell_fetch(
    #[state] cells: &Cells,
    #[context] ctx: &Context,
    /// Which one.
    cell: usize,
) -> i64 {
    cells.act(ctx, FETCH, |values| values[cell]).await
}

async fn fetch_cells(
    ctx: &Context,
    State(cells): State<Cells>,
    wanted: Vec<usize>,
) -> HashMap<usize, i64> {
    let read = |values: &mut Values| wanted.iter().map(|&cell| (cell, values[cell])).collect();
    cells.act(ctx, FETCH, read).await
}

/// The tools, which are the same in every tick.
static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let registry = registry![
        cell_get_0, cell_get_1, cell_get_2, cell_get_3, cell_put_0, cell_put_1, cell_put_2,
        cell_put_3, cell_sum, cell_shift, cell_copy, cell_fetch
    ];
    registry.unwrap()
});

/// A harness of these tools.
pub(super) fn harness(cells: &Cells) -> HarnessBuilder {
    Harness::builder(REGISTRY.clone()).state(cells.clone())
}

/// One call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    Get {
        speed: usize,
        cell: usize,
    },
    Put {
        speed: usize,
        cell: usize,
        value: i64,
    },
    Sum,
    Shift {
        by: i64,
    },
    Copy {
        from: usize,
        to: usize,
    },
    Fetch {
        cell: usize,
    },
}

impl Op {
    /// What a model would call for it.
    pub(super) fn call(self) -> (&'static str, String) {
        let (tool, arguments) = match self {
            Self::Get { speed, cell } => (GETS[speed], json!({ "cell": cell })),
            Self::Put { speed, cell, value } => {
                (PUTS[speed], json!({ "cell": cell, "value": value }))
            }
            Self::Sum => ("cell_sum", json!({})),
            Self::Shift { by } => ("cell_shift", json!({ "by": by })),
            Self::Copy { from, to } => ("cell_copy", json!({ "from": from, "to": to })),
            Self::Fetch { cell } => ("cell_fetch", json!({ "cell": cell })),
        };
        (tool, arguments.to_string())
    }

    /// How long it takes.
    pub(super) fn millis(self) -> u64 {
        match self {
            Self::Get { speed, .. } | Self::Put { speed, .. } => SPEEDS[speed],
            Self::Sum => SUM,
            Self::Shift { .. } => SHIFT,
            Self::Copy { .. } => COPY,
            Self::Fetch { .. } => FETCH,
        }
    }

    /// Whether the order of the two matters.
    pub(super) fn conflicts_with(self, other: Self) -> bool {
        let ((reads, writes), (other_reads, other_writes)) = (self.effect(), other.effect());
        let overlap =
            |one: [bool; CELLS], other: [bool; CELLS]| (0..CELLS).any(|it| one[it] && other[it]);
        overlap(writes, other_writes)
            || overlap(writes, other_reads)
            || overlap(reads, other_writes)
    }

    /// The cells that it reads, and those that it writes.
    fn effect(self) -> ([bool; CELLS], [bool; CELLS]) {
        let (none, all) = ([false; CELLS], [true; CELLS]);
        let only = |cell: usize| std::array::from_fn(|it| it == cell);
        match self {
            Self::Get { cell, .. } | Self::Fetch { cell } => (only(cell), none),
            Self::Put { cell, .. } => (none, only(cell)),
            Self::Sum => (all, none),
            Self::Shift { .. } => (none, all),
            Self::Copy { from, to } => (only(from), only(to)),
        }
    }

    /// What it answers, and what it makes of the cells, when it runs alone.
    pub(super) fn alone(self, values: &mut Values) -> String {
        let answer = match self {
            Self::Get { cell, .. } | Self::Fetch { cell } => values[cell],
            Self::Put { cell, value, .. } => std::mem::replace(&mut values[cell], value),
            Self::Sum => values.iter().sum(),
            Self::Shift { by } => {
                for value in values.iter_mut() {
                    *value += by;
                }
                by
            }
            Self::Copy { from, to } => {
                values[to] = values[from];
                values[to]
            }
        };
        answer.to_string()
    }
}
