//! The tables: one for each downstream and load, a line for everyone.

use std::time::Duration;

use super::figures::Figures;
use super::turn::Load;
use super::{Case, Results};

/// Prints every table as Markdown.
pub(super) fn print(results: &Results) {
    let overheads = results.cases.iter().map(|case| case.overhead);
    let mut overheads: Vec<_> = overheads.collect();
    overheads.sort_unstable();
    overheads.dedup();
    for overhead in overheads {
        let times = |figures: &Figures| format!("{} ({})", ms(figures.p50), ms(figures.p99));
        let agents = |load| matches!(load, Load::Agents(_));
        table(results, overhead, agents, "p50 (p99) in ms", times);
        let work =
            |figures: &Figures| format!("{:.0} ({:.1})", figures.items_a_second, figures.batch);
        table(
            results,
            overhead,
            agents,
            "items a second (mean batch)",
            work,
        );
        let bursts = |load| matches!(load, Load::Burst(_));
        let burst = |figures: &Figures| format!("{} ({:.1})", ms(figures.p50), figures.requests);
        table(
            results,
            overhead,
            bursts,
            "p50 in ms (requests a tick)",
            burst,
        );
        let rates = |load| matches!(load, Load::Rate(_));
        let rate = |figures: &Figures| {
            let times = [figures.p50, figures.p99].map(ms);
            format!("{} ({}), {:.1}", times[0], times[1], figures.batch)
        };
        table(
            results,
            overhead,
            rates,
            "p50 (p99) in ms, mean batch",
            rate,
        );
    }
}

/// One table of the cases with such a load, if there are any.
fn table(
    results: &Results,
    overhead: Duration,
    is_meant: impl Fn(Load) -> bool,
    what: &str,
    cell: impl Fn(&Figures) -> String,
) {
    let is_meant = |case: &Case| case.overhead == overhead && is_meant(case.load);
    let cases = results.cases.iter().enumerate();
    let cases: Vec<_> = cases.filter(|(_, case)| is_meant(case)).collect();
    if cases.is_empty() {
        return;
    }
    let line = |first: &str, cells: Vec<String>| println!("| {first} | {} |", cells.join(" | "));
    let downstream = ms(overhead.as_secs_f64());
    println!("\na downstream of {downstream} ms a request: {what}\n");
    line("", cases.iter().map(|(_, case)| case.load.text()).collect());
    line("---", vec!["---".to_owned(); cases.len()]);
    for (at, contestant) in results.contestants.iter().enumerate() {
        let cells = cases
            .iter()
            .map(|&(case, _)| results.figures[case][at].as_ref().map(&cell));
        if let Some(cells) = cells.collect() {
            line(&contestant.name, cells);
        }
    }
}

/// Seconds as milliseconds, with three digits.
fn ms(seconds: f64) -> String {
    let ms = seconds * 1e3;
    match ms {
        _ if ms < 9.995 => format!("{ms:.2}"),
        _ if ms < 99.95 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}
