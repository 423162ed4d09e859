//! Progress on stderr: one line that changes on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often the line of a terminal changes at most.
const REFRESH: Duration = Duration::from_millis(50);
/// How often there is a new line where lines stay.
const REPEAT: Duration = Duration::from_secs(2);

/// Shows how far the work is; shared by all agents.
#[derive(Debug)]
pub struct Progress {
    display: Display,
    stage: Mutex<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Display {
    Terminal,
    Lines,
    Nothing,
}

#[derive(Debug)]
struct Stage {
    title: &'static str,
    unit: &'static str,
    total: usize,
    done: usize,
    begun: Instant,
    shown: Option<Instant>,
}

impl Progress {
    /// On stderr, as suits it.
    #[must_use]
    pub fn stderr() -> Self {
        Self::new(if io::stderr().is_terminal() {
            Display::Terminal
        } else {
            Display::Lines
        })
    }

    /// Nowhere: for tests.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(Display::Nothing)
    }

    fn new(display: Display) -> Self {
        Self {
            display,
            stage: Mutex::new(Stage {
                title: "",
                unit: "",
                total: 0,
                done: 0,
                begun: Instant::now(),
                shown: None,
            }),
        }
    }

    /// Begins a stage of `total` units of work.
    pub fn begin(&self, title: &'static str, total: usize, unit: &'static str) {
        self.change(|stage| {
            *stage = Stage {
                title,
                unit,
                total,
                done: 0,
                begun: Instant::now(),
                shown: None,
            };
        });
    }

    /// Says that so many more units are done.
    pub fn advance(&self, units: usize) {
        self.change(|stage| stage.done += units);
    }

    /// Ends the stage, and leaves its last line standing.
    pub fn end(&self) {
        self.change(|stage| {
            stage.done = stage.total;
            stage.shown = None;
        });
        self.close_line();
    }

    /// Ends the line that changes, so that what follows stands on its own.
    fn close_line(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if self.display == Display::Terminal && stage.shown.take().is_some() {
            let _ = writeln!(io::stderr());
        }
    }

    fn change(&self, change: impl FnOnce(&mut Stage)) {
        let pause = match self.display {
            Display::Terminal => REFRESH,
            Display::Lines => REPEAT,
            Display::Nothing => return,
        };
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut stage);
        if stage.shown.is_some_and(|shown| shown.elapsed() < pause) {
            return;
        }
        stage.shown = Some(Instant::now());
        let line = stage.line();
        let mut stderr = io::stderr().lock();
        // A progress that cannot be written must not stop the work.
        let _ = match self.display {
            Display::Terminal => write!(stderr, "\r\x1b[K{line}").and_then(|()| stderr.flush()),
            _ => writeln!(stderr, "{line}"),
        };
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.close_line();
    }
}

impl Stage {
    fn line(&self) -> String {
        let Self {
            title,
            unit,
            total,
            done,
            ..
        } = self;
        let seconds = self.begun.elapsed().as_secs_f64();
        format!("{title}: {done} of {total} {unit}, {seconds:.1} s")
    }
}
