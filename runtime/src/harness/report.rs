//! What became of a tick: its outcomes, and where its time went.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use crate::call::Outcome;

/// The outcomes of a tick, in the order of emission, and where its time went.
///
/// It is a slice of [`Outcome`]s. As text it is one line; with `{:#}` a Gantt chart follows.
///
/// ```
/// # use toolwright::{Harness, ToolCall, registry, tool};
/// # /// Add two numbers.
/// # #[tool]
/// # async fn add(
/// #     /// The first.
/// #     a: i64,
/// #     /// The second.
/// #     b: i64,
/// # ) -> i64 {
/// #     a + b
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let session = Harness::builder(registry![add]?).build()?.session().start();
/// let report = session
///     .dispatch([
///         ToolCall::new("call_1", "add", r#"{"a": 1, "b": 2}"#),
///         ToolCall::new("call_2", "add", r#"{"a": 3, "b": 4}"#),
///     ])
///     .await;
/// assert_eq!(report[1].text(), "7");
/// println!("{report:#}");
/// for outcome in report {
///     println!("{}: {}", outcome.id(), outcome.text());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TickReport {
    tick: u64,
    outcomes: Vec<Outcome>,
    times: Vec<Times>,
    elapsed: Duration,
}

/// When a call of a tick could start and when it ended, and which calls it had to wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) ready: Duration,
    pub(super) end: Duration,
    pub(super) waited_for: Box<[usize]>,
}

impl TickReport {
    pub(super) fn new(
        tick: u64,
        outcomes: Vec<Outcome>,
        times: Vec<Times>,
        elapsed: Duration,
    ) -> Self {
        Self {
            tick,
            outcomes,
            times,
            elapsed,
        }
    }

    /// The number of the tick in its session, counted from 1.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// The outcomes alone.
    #[must_use]
    pub fn into_outcomes(self) -> Vec<Outcome> {
        self.outcomes
    }

    /// The outcome of the call with this id; the first, if several have it.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id() == id)
    }

    /// How long the tick took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// How long its tools ran, together: what it would have taken one call after the other.
    #[must_use]
    pub fn run_time(&self) -> Duration {
        self.outcomes.iter().map(Outcome::run_time).sum()
    }

    /// How long its calls waited for their turn under the limits, and for the company of a batch, together.
    #[must_use]
    pub fn queue_time(&self) -> Duration {
        self.outcomes.iter().map(Outcome::queue_time).sum()
    }

    /// When a call could start, after the beginning of the tick: the calls that it waits for had ended.
    #[must_use]
    pub fn ready_at(&self, call: usize) -> Option<Duration> {
        self.times.get(call).map(|times| times.ready)
    }

    /// When a call had its outcome, after the beginning of the tick.
    #[must_use]
    pub fn ended_at(&self, call: usize) -> Option<Duration> {
        self.times.get(call).map(|times| times.end)
    }

    /// The earlier calls that a call had to wait for: on account of what they write, of an `after`, or of their results.
    #[must_use]
    pub fn waited_for(&self, call: usize) -> &[usize] {
        self.times.get(call).map_or(&[], |times| &times.waited_for)
    }

    /// The calls that the tick's time hung on, in their order: the one that ended last, the one that it had waited for
    /// last, and so on.
    #[must_use]
    pub fn critical_path(&self) -> Vec<usize> {
        let end = |call: &usize| self.times.get(*call).map(|times| times.end);
        let mut path = Vec::new();
        // The first of several that end together.
        let mut next = (0..self.times.len()).rev().max_by_key(end);
        while let Some(call) = next {
            path.push(call);
            next = self.waited_for(call).iter().copied().rev().max_by_key(end);
        }
        path.reverse();
        path
    }

    /// How long the tools of the [critical path](Self::critical_path) ran, one after the other: no limit, however high,
    /// makes the tick faster than this.
    #[must_use]
    pub fn critical_path_time(&self) -> Duration {
        let path = self.critical_path();
        let run_times = path.iter().filter_map(|call| self.outcomes.get(*call));
        run_times.map(Outcome::run_time).sum()
    }
}

impl Deref for TickReport {
    type Target = [Outcome];

    fn deref(&self) -> &[Outcome] {
        &self.outcomes
    }
}

impl IntoIterator for TickReport {
    type Item = Outcome;
    type IntoIter = std::vec::IntoIter<Outcome>;

    fn into_iter(self) -> Self::IntoIter {
        self.outcomes.into_iter()
    }
}

impl<'r> IntoIterator for &'r TickReport {
    type Item = &'r Outcome;
    type IntoIter = std::slice::Iter<'r, Outcome>;

    fn into_iter(self) -> Self::IntoIter {
        self.outcomes.iter()
    }
}

/// How many characters the bars of the chart have.
const WIDTH: u32 = 40;

impl fmt::Display for TickReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let calls = match self.outcomes.len() {
            1 => "1 call".to_owned(),
            calls => format!("{calls} calls"),
        };
        let path: Vec<String> = self
            .critical_path()
            .iter()
            .map(|call| (call + 1).to_string())
            .collect();
        write!(
            f,
            "tick {}: {calls} in {}, {} of runs, critical path {} in {}",
            self.tick,
            Shown(self.elapsed),
            Shown(self.run_time()),
            if path.is_empty() {
                "-".to_owned()
            } else {
                path.join(" > ")
            },
            Shown(self.critical_path_time()),
        )?;
        if f.alternate() {
            self.chart(f)?;
        }
        Ok(())
    }
}

impl TickReport {
    /// A line for each call: `.` while it waits for others, `-` while it is queued, `#` while it runs.
    fn chart(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tool = |outcome: &Outcome| outcome.tool().chars().count();
        let widest = self.outcomes.iter().map(tool).max().unwrap_or_default();
        let width = widest.min(32);
        for (index, (outcome, times)) in self.outcomes.iter().zip(&self.times).enumerate() {
            let [ready, end] = [times.ready, times.end].map(|time| self.column(time));
            let queued = self.column(times.ready + outcome.queue_time()).min(end);
            let bar: String = (0..WIDTH)
                .map(|column| match column {
                    _ if column < ready => '.',
                    _ if column < queued => '-',
                    _ if column < end || (column == end && end == queued) => '#',
                    _ => ' ',
                })
                .collect();
            let name: String = outcome.tool().chars().take(width).collect();
            let how = match outcome.result() {
                Ok(_) => outcome.cache().as_str(),
                Err(error) => error.kind().as_str(),
            };
            write!(
                f,
                "\n{:>3} {name:width$} |{bar}| {:>8} + {:>8} {how}",
                index + 1,
                Shown(times.ready),
                Shown(times.end.saturating_sub(times.ready)),
            )?;
            if !times.waited_for.is_empty() {
                let calls: Vec<_> = times
                    .waited_for
                    .iter()
                    .map(|it| (it + 1).to_string())
                    .collect();
                write!(f, ", after {}", calls.join(", "))?;
            }
        }
        Ok(())
    }

    /// Where a time is on the chart.
    fn column(&self, time: Duration) -> u32 {
        let all = self.elapsed.as_nanos().max(1);
        let column = time.as_nanos() * u128::from(WIDTH) / all;
        u32::try_from(column).unwrap_or(WIDTH).min(WIDTH)
    }
}

/// A duration in three digits or so.
struct Shown(Duration);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        let text = match micros {
            0..1_000 => format!("{micros} us"),
            1_000..10_000_000 => format!("{} ms", micros / 1_000),
            _ => format!("{} s", micros / 1_000_000),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests;
