//! What a replay tries: when results are invalidated, how long they stay fresh, and what a question's key is made of.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// When a result is given up before its TTL is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Never.
    TtlAlone,
    /// When something that it read is written. A shell says what a command changed when it has run.
    Effects,
    /// The same, with a shell that declares that it writes everything.
    EffectsBlindShell,
    /// Whenever anything is written.
    Flush,
}

impl Policy {
    /// Whether no result may be served that a recorded call has made wrong.
    #[must_use]
    pub fn promises_no_stale_hit(self) -> bool {
        self != Self::TtlAlone
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::TtlAlone => "TTL alone",
            Self::Effects => "effects",
            Self::EffectsBlindShell => "effects, shell writes all",
            Self::Flush => "flush on any write",
        })
    }
}

/// What a question's key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// The arguments in their canonical form.
    Canonical,
    /// The text that was sent.
    AsSent,
}

/// How long a result stays fresh. A tool's TTL is part of its declaration, so there is a tool for each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Ttl {
    Minute,
    FiveMinutes,
    Hour,
    Day,
    Year,
}

impl Ttl {
    /// All of them, shortest first.
    pub const ALL: [Self; 5] = [
        Self::Minute,
        Self::FiveMinutes,
        Self::Hour,
        Self::Day,
        Self::Year,
    ];

    /// As the command line and a tool's declaration spell it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Minute => "1m",
            Self::FiveMinutes => "5m",
            Self::Hour => "1h",
            Self::Day => "1d",
            Self::Year => "365d",
        }
    }

    /// The time itself.
    #[must_use]
    pub fn duration(self) -> Duration {
        match self {
            Self::Minute => Duration::from_mins(1),
            Self::FiveMinutes => Duration::from_mins(5),
            Self::Hour => Duration::from_hours(1),
            Self::Day => Duration::from_hours(24),
            Self::Year => Duration::from_hours(24 * 365),
        }
    }
}
