//! The aims of the adaptive policy, each a figure of ours beside the one that it is not to be worse than.

use super::contestant::Role;
use super::downstream::service_time;
use super::figures::Figures;
use super::turn::Load;
use super::{Case, Results, WINDOW};
use crate::rows::{Figure, Row};

/// Two runs of the same differ by about this much.
const NO_WORSE: f64 = 1.02;

/// Who has batches this large on average does batch.
const BATCHES: f64 = 2.0;

/// Figures to compare.
#[derive(Clone, Copy)]
enum Of {
    P50,
    P99,
    Throughput,
    Requests,
}

/// An aim, and what became of it.
struct Aim {
    row: Row,
    /// How much worse ours is: 1.1 is a tenth.
    worse: f64,
    /// How much it may be.
    allowed: f64,
}

/// Every aim as a row; a table of them, with whether they are met, is printed.
pub(super) fn rows(results: &Results) -> Vec<Row> {
    let aims: Vec<_> = (0..results.cases.len())
        .flat_map(|case| aims(results, case))
        .collect();
    println!(
        "\naims (ours is the adaptive policy; 1.10 is a tenth worse than what it is held beside)\n"
    );
    println!("| aim | beside | worse by | allowed | |\n| --- | --- | --- | --- | --- |");
    for Aim {
        row,
        worse,
        allowed,
    } in &aims
    {
        let verdict = if worse <= allowed { "met" } else { "not met" };
        let (name, peer) = (&row.name, &row.peer);
        println!("| {name} | {peer} | {worse:.2} | {allowed:.2} | {verdict} |");
    }
    println!();
    aims.into_iter().map(|aim| aim.row).collect()
}

/// The aims in one case.
fn aims(results: &Results, at: usize) -> Vec<Aim> {
    let case = results.cases[at];
    let find = |role| {
        results
            .of(at)
            .find(|(contestant, _)| contestant.role == role)
    };
    let (Some((_, ours)), Some((unbatched, without))) = (find(Role::Ours), find(Role::Unbatched))
    else {
        return Vec::new();
    };
    let beside_unbatched = |of, allowed| aim(case, of, ours, &unbatched.name, without, allowed);
    let beside_best = |of: Of, allowed| {
        let peers = results.of(at).filter(|(contestant, figures)| {
            contestant.role == Role::Peer && figures.batch >= BATCHES
        });
        let best = peers.min_by(|(_, one), (_, other)| of.cost(one).total_cmp(&of.cost(other)));
        best.map(|(peer, theirs)| aim(case, of, ours, &peer.name, theirs, allowed))
    };
    let p99 = || {
        let downstream = service_time(case.overhead, items(ours.batch));
        let bound = (WINDOW + 2 * downstream).as_secs_f64();
        let bound = Figures { p99: bound, ..ours };
        aim(
            case,
            Of::P99,
            ours,
            "the window and twice the downstream's time",
            bound,
            1.0,
        )
    };
    match case.load {
        Load::Agents(1 | 2) => vec![beside_unbatched(Of::P50, 1.05), p99()],
        Load::Agents(16) => {
            let best = [Of::P50, Of::Throughput].map(|of| beside_best(of, NO_WORSE));
            best.into_iter().flatten().chain([p99()]).collect()
        }
        Load::Agents(50..) => {
            let best = [
                beside_best(Of::Throughput, NO_WORSE),
                beside_best(Of::Requests, 1.1),
            ];
            best.into_iter().flatten().chain([p99()]).collect()
        }
        Load::Agents(_) => vec![p99()],
        Load::Burst(1) => vec![beside_unbatched(Of::P50, 1.05)],
        Load::Burst(_) => {
            let mut aims = vec![beside_unbatched(Of::P50, 1.05)];
            aims.extend(
                find(Role::Together)
                    .into_iter()
                    .flat_map(|(together, fewest)| {
                        let beside =
                            |of, allowed| aim(case, of, ours, &together.name, fewest, allowed);
                        [beside(Of::P50, 1.05), beside(Of::Requests, 1.0)]
                    }),
            );
            aims
        }
        Load::Rate(_) => Vec::new(),
    }
}

fn aim(case: Case, of: Of, ours: Figures, peer: &str, theirs: Figures, allowed: f64) -> Aim {
    let ms = case.overhead.as_secs_f64() * 1e3;
    let row = Row {
        name: format!("{ms} ms, {}: {}", case.load.text(), of.text(case.load)),
        ours: of.figure(&ours),
        peer: peer.to_owned(),
        theirs: of.figure(&theirs),
    };
    Aim {
        row,
        worse: of.cost(&ours) / of.cost(&theirs),
        allowed,
    }
}

impl Of {
    fn text(self, load: Load) -> &'static str {
        match (self, load) {
            (Of::P50, _) => "p50",
            (Of::P99, _) => "p99",
            (Of::Throughput, _) => "items",
            (Of::Requests, Load::Burst(_)) => "requests a tick",
            (Of::Requests, _) => "requests an item",
        }
    }

    fn figure(self, figures: &Figures) -> Figure {
        match self {
            Of::P50 => Figure::Nanos(figures.p50 * 1e9),
            Of::P99 => Figure::Nanos(figures.p99 * 1e9),
            Of::Throughput => Figure::Rate(figures.items_a_second),
            Of::Requests => Figure::Count(figures.requests),
        }
    }

    /// The same as a number of which less is better.
    fn cost(self, figures: &Figures) -> f64 {
        match self {
            Of::P50 => figures.p50,
            Of::P99 => figures.p99,
            Of::Throughput => 1.0 / figures.items_a_second,
            Of::Requests => figures.requests,
        }
    }
}

/// A mean number of items, as a number of items.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a batch has between one item and a few dozen"
)]
fn items(mean: f64) -> usize {
    mean.round() as usize
}
