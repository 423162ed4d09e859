//! Recorded turns of a function-calling benchmark, each as one tick: every write keeps its place among the calls that it
//! conflicts with, reads go side by side, and the tick takes as long as its graph and no longer.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use toolwright::{Context, Harness, registry, tool};

use super::bounds::{Job, critical_path, earliest, least, most};
use super::journal::Journal;

/// Caps of the harness; the first is larger than any turn.
const CAPS: [usize; 4] = [64, 8, 2, 1];

/// What a function's name begins with that changes something.
const VERBS: [&str; 9] = [
    "add", "book", "create", "delete", "order", "play", "save", "send", "update",
];

/// Ask something of an application.
#[tool(reads = "{api}")]
async fn turn_read(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// The application.
    #[expect(unused, reason = "it is there for the effect")]
    api: &str,
    /// How long it takes.
    millis: u64,
) -> u64 {
    journal.spend(ctx, millis).await;
    millis
}

/// Change something in an application.
#[tool(writes = "{api}")]
async fn turn_write(
    #[state] journal: &Journal,
    #[context] ctx: &Context,
    /// The application.
    #[expect(unused, reason = "it is there for the effect")]
    api: &str,
    /// How long it takes.
    millis: u64,
) -> u64 {
    journal.spend(ctx, millis).await;
    millis
}

/// A recorded call.
#[derive(Debug)]
struct Recorded {
    api: String,
    writes: bool,
    millis: u64,
}

impl Recorded {
    fn conflicts_with(&self, other: &Self) -> bool {
        self.api == other.api && (self.writes || other.writes)
    }

    fn call(&self) -> (&'static str, String) {
        let tool = if self.writes {
            "turn_write"
        } else {
            "turn_read"
        };
        let Self { api, millis, .. } = self;
        (tool, json!({ "api": api, "millis": millis }).to_string())
    }
}

/// How long a function takes: something between 50 and 800 ms that only its name decides (by FNV-1a).
fn millis(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    50 + hash % 751
}

fn file(name: &str) -> Option<PathBuf> {
    let path = Path::new("shared/data/bfcl").join(name);
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join(&path))
        .find(|file| file.is_file());
    if found.is_none() {
        eprintln!("left out: ../{} is not here", path.display());
    }
    found
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// The turns of recorded conversations, whose calls say of which application they are and what they probably do.
fn conversations(file: &Path) -> Vec<Vec<Recorded>> {
    let text = |call: &Value, key: &str| call[key].as_str().unwrap().to_owned();
    let call = |call: &Value| Recorded {
        api: text(call, "api"),
        writes: text(call, "kind_guess") == "write",
        millis: millis(&text(call, "name")),
    };
    let turn = |turn: &Value| turn["calls"].as_array().unwrap().iter().map(call).collect();
    let turns = |record: &Value| -> Vec<_> {
        let turns = record["turns"].as_array().unwrap();
        turns.iter().map(turn).collect()
    };
    lines(file).iter().flat_map(turns).collect()
}

/// Single turns, whose calls say nothing but their names.
fn single_turns(file: &Path) -> Vec<Vec<Recorded>> {
    let call = |call: &Value| {
        let name = call.as_object().unwrap().keys().next().unwrap();
        let (api, function) = name.split_once('.').unwrap_or((name, name));
        Recorded {
            api: api.to_owned(),
            writes: VERBS.iter().any(|verb| function.starts_with(verb)),
            millis: millis(name),
        }
    };
    let turn = |record: &Value| {
        let calls = record["ground_truth"].as_array().unwrap();
        calls.iter().map(call).collect()
    };
    lines(file).iter().map(turn).collect()
}

/// How often the turns of a file put something to the test.
#[derive(Debug, Default)]
struct Seen {
    turns: usize,
    calls: usize,
    /// Pairs of calls of one turn whose order matters.
    ordered: usize,
    /// Pairs of reads of one application in one turn, with no write between them, which overlap.
    overlapping: usize,
}

/// Runs every turn with room for so many calls.
async fn play(turns: &[Vec<Recorded>], cap: usize) -> Seen {
    let journal = Journal::default();
    let harness = Harness::builder(registry![turn_read, turn_write].unwrap());
    let harness = harness.state(journal.clone()).max_concurrency(cap);
    let session = harness.build().unwrap().session().start();
    let mut seen = Seen::default();
    for turn in turns {
        let times: Vec<_> = turn.iter().map(|call| call.millis).collect();
        let conflict = |earlier: usize, later: usize| turn[earlier].conflicts_with(&turn[later]);
        let jobs = Job::all(&times, conflict);
        let tick = journal
            .tick(&session, turn.iter().map(Recorded::call))
            .await;
        assert!(tick.outcomes.iter().all(|outcome| !outcome.is_error()));
        tick.check_order(&jobs);
        assert!(tick.most_at_once() <= cap);
        if cap >= turn.len() {
            let begins: Vec<_> = tick.runs().iter().map(|run| run.0).collect();
            assert_eq!(begins, earliest(&jobs), "{turn:?}");
            assert_eq!(tick.took, critical_path(&jobs), "{turn:?}");
        }
        assert!(tick.took >= least(&jobs, cap), "{turn:?}");
        assert!(tick.took <= most(&jobs, cap), "{turn:?}");

        let runs = tick.runs();
        let reads = (0..turn.len()).flat_map(|later| (0..later).map(move |it| (it, later)));
        let overlapping = reads.filter(|&(earlier, later)| {
            let same = !turn[earlier].writes
                && !turn[later].writes
                && turn[earlier].api == turn[later].api;
            same && jobs[earlier].after == jobs[later].after && runs[later].0 < runs[earlier].1
        });
        seen.turns += 1;
        seen.calls += turn.len();
        seen.ordered += jobs.iter().map(|job| job.after.len()).sum::<usize>();
        seen.overlapping += overlapping.count();
    }
    seen
}

async fn check(name: &str, read: fn(&Path) -> Vec<Vec<Recorded>>) {
    let Some(file) = file(name) else {
        return;
    };
    let turns = read(&file);
    for cap in CAPS {
        let seen = play(&turns, cap).await;
        println!("{name} with a cap of {cap}: {seen:?}");
        assert!(seen.turns >= 100 && seen.ordered > 0, "{seen:?}");
        assert_eq!(seen.overlapping > 0, cap > 1, "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_turn_of_recorded_conversations_is_as_short_as_its_graph() {
    check("multi_turn_base.jsonl", conversations).await;
}

#[tokio::test(start_paused = true)]
async fn every_recorded_turn_of_parallel_calls_is_as_short_as_its_graph() {
    check("parallel.jsonl", single_turns).await;
}
