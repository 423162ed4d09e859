//! Measuring in rounds: ours and theirs take turns, so that a machine that slows down for a while slows all down alike.

use std::time::{Duration, Instant};

use crate::rows::{Figure, Row};

/// How long one turn of a subject takes, about: short enough that most turns are not interrupted by other work.
const TURN: Duration = Duration::from_millis(1);

/// And of a subject with threads, which wait for each other in every turn.
const LONG_TURN: Duration = Duration::from_millis(5);

/// How many things are made ready at once, so that they are still at hand when they are used.
pub(crate) const AT_ONCE: usize = 64;

/// Does a piece of work and measures it.
pub type Meter<'m> = dyn FnMut(&mut dyn FnMut()) + 'm;

/// One turn: does the work so many times. What it needs for that is made ready outside of the meter.
type Turn = Box<dyn FnMut(u64, &mut Meter<'_>)>;

/// Somebody's work.
pub struct Subject {
    peer: String,
    turn: Turn,
    length: Duration,
    /// How often the work is done in a turn; 0 until it is known.
    times: u64,
}

impl Subject {
    /// Work that is done as often as the first argument says, within the meter.
    pub fn new(peer: impl Into<String>, turn: impl FnMut(u64, &mut Meter<'_>) + 'static) -> Self {
        Self {
            peer: peer.into(),
            turn: Box::new(turn),
            length: TURN,
            times: 0,
        }
    }

    /// Work that needs nothing made ready.
    pub fn plain(peer: impl Into<String>, mut work: impl FnMut() + 'static) -> Self {
        Self::new(peer, move |times, meter| {
            meter(&mut || (0..times).for_each(|_| work()));
        })
    }

    /// With turns so long that it does not matter how long threads wait for each other.
    #[must_use]
    pub fn with_threads(self) -> Self {
        Self {
            length: LONG_TURN,
            ..self
        }
    }

    /// How long a turn of so many times takes.
    fn time(&mut self, times: u64) -> Duration {
        let mut time = Duration::ZERO;
        (self.turn)(times, &mut |work| {
            let started = Instant::now();
            work();
            time += started.elapsed();
        });
        time
    }

    /// Warms up, and finds out how often the work fits into a turn.
    fn prepare(&mut self) {
        let mut times = 1;
        // The quickest of some turns: one in which the machine did something else says nothing.
        while (0..5).map(|_| self.time(times)).min() < Some(self.length / 2) {
            times *= 2;
        }
        self.times = times;
    }

    /// One turn with a meter of the caller's.
    pub fn turn(&mut self, times: u64, meter: &mut Meter<'_>) {
        (self.turn)(times, meter);
    }
}

/// A subject of a [`Contest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(usize);

/// Subjects that are measured together, and which of them is held beside which.
#[derive(Default)]
pub struct Contest {
    subjects: Vec<Subject>,
    pairs: Vec<(String, Id, Id)>,
}

impl Contest {
    /// One more subject.
    pub fn add(&mut self, subject: Subject) -> Id {
        self.subjects.push(subject);
        Id(self.subjects.len() - 1)
    }

    /// Rows of the table: ours beside each of theirs.
    pub fn beside(&mut self, name: &str, ours: Id, theirs: impl IntoIterator<Item = Id>) {
        let pairs = theirs
            .into_iter()
            .map(|theirs| (name.to_owned(), ours, theirs));
        self.pairs.extend(pairs);
    }

    /// Times everyone, so many rounds. The order of a round alternates, so that nobody always comes after the same one.
    pub fn time(&mut self, rounds: usize) -> Vec<Row> {
        for subject in &mut self.subjects {
            subject.prepare();
        }
        let mut times = vec![Vec::with_capacity(rounds); self.subjects.len()];
        for round in 0..rounds {
            let mut order: Vec<_> = self.subjects.iter_mut().zip(&mut times).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for (subject, times) in order {
                times.push(subject.time(subject.times).as_secs_f64() / of(subject.times));
            }
        }
        let figures: Vec<_> = times
            .into_iter()
            .map(|times| Figure::Nanos(median(times) * 1e9))
            .collect();
        self.rows(&figures)
    }

    /// Measures everyone once, by a meter that gives a figure for so many times of the work.
    pub fn measure(
        &mut self,
        times: u64,
        meter: impl Fn(&mut dyn FnMut()) -> f64,
        unit: fn(f64) -> Figure,
    ) -> Vec<Row> {
        let figures: Vec<_> = self
            .subjects
            .iter_mut()
            .map(|subject| {
                // What is allocated once, such as a buffer of a thread, is there before anything is counted.
                subject.turn(times, &mut |work| work());
                let mut figure = 0.0;
                subject.turn(times, &mut |work| figure += meter(work));
                unit(figure / of(times))
            })
            .collect();
        self.rows(&figures)
    }

    fn rows(&self, figures: &[Figure]) -> Vec<Row> {
        let row = |(name, ours, theirs): &(String, Id, Id)| Row {
            name: name.clone(),
            ours: figures[ours.0],
            peer: self.subjects[theirs.0].peer.clone(),
            theirs: figures[theirs.0],
        };
        self.pairs.iter().map(row).collect()
    }
}

/// A number of things as a divisor.
#[allow(
    clippy::cast_precision_loss,
    reason = "nothing here comes near 2^53 times"
)]
pub(crate) fn of(number: u64) -> f64 {
    number as f64
}

/// The middle one.
pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}
