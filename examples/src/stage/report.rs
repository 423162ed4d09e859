//! The cards: a table for people, an object for programs.

use std::fmt::{self, Write as _};
use std::time::Duration;

use serde_json::{Value, json};

use super::act::Act;
use super::show::{Broken, CONNECTIONS, Card, Show};

/// The cards as text.
///
/// # Errors
///
/// Never: writing to a text does not fail.
pub fn text(show: &Show) -> Result<String, fmt::Error> {
    let options = &show.options;
    let mut text = String::new();
    writeln!(
        text,
        "The stage: agents call `lookup_order`, {} times each, after pauses of up to {} ms (seed {}).",
        options.calls,
        options.pause.as_millis(),
        options.seed,
    )?;
    writeln!(
        text,
        "A lookup is two round trips of {} ms simulated network latency; {CONNECTIONS} connections; nothing is cached.\n",
        options.latency.as_millis(),
    )?;
    let mut row = |cells: [&str; 7]| {
        let [agents, batching, calls, trips, p50, p99, batch] = cells;
        writeln!(
            text,
            "{agents:>6}  {batching:<8}{calls:>7}{trips:>13}{p50:>11}{p99:>11}{batch:>12}"
        )
    };
    row([
        "agents",
        "batching",
        "calls",
        "round trips",
        "p50",
        "p99",
        "mean batch",
    ])?;
    for Card {
        agents,
        without,
        with,
    } in &show.cards
    {
        let agents = agents.to_string();
        for (agents, batching, act) in [(agents.as_str(), "off", without), ("", "on", with)] {
            row([
                agents,
                batching,
                &act.times.len().to_string(),
                &act.round_trips.to_string(),
                &ms(act.percentile(50)),
                &ms(act.percentile(99)),
                &format!("{:.2}", act.mean_batch()),
            ])?;
        }
    }
    match show.verdict() {
        Ok(()) => writeln!(text, "\nAll answers are identical.")?,
        Err(broken) => writeln!(text, "\nThe promise is broken: {broken}.")?,
    }
    Ok(text)
}

/// The cards as one JSON object.
#[must_use]
pub fn json(show: &Show) -> Value {
    let Show { options, cards } = show;
    let verdict = show.verdict();
    let card = |card: &Card| {
        json!({
            "agents": card.agents,
            "without_batching": act(&card.without),
            "with_batching": act(&card.with),
        })
    };
    json!({
        "seed": options.seed,
        "calls_each": options.calls,
        "pause_ms": millis(options.pause),
        "latency_ms": millis(options.latency),
        "connections": CONNECTIONS,
        "cards": cards.iter().map(card).collect::<Vec<_>>(),
        "answers_identical": !matches!(verdict, Err(Broken::Answers(_))),
        "promise_kept": verdict.is_ok(),
    })
}

fn act(act: &Act) -> Value {
    json!({
        "calls": act.times.len(),
        "round_trips": act.round_trips,
        "p50_ms": millis(act.percentile(50)),
        "p99_ms": millis(act.percentile(99)),
        "mean_batch": act.mean_batch(),
    })
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", millis(time))
}

/// Milliseconds, to the microsecond.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
