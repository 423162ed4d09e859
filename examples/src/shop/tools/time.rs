//! The time, which is never cached.

use std::convert::Infallible;

use serde::Serialize;
use toolwright::tool;

use crate::shop::clock::Clock;

/// The time as a model reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Now {
    /// A timestamp in UTC.
    pub now: String,
    /// The day of the week, in English.
    pub weekday: &'static str,
}

/// Get the current date, time (UTC) and day of the week. Use it before you say how long ago
/// something was, or how many days are left.
#[tool(ttl = "0")]
pub async fn current_time(#[state] clock: Clock) -> Result<Now, Infallible> {
    Ok(Now {
        now: clock.timestamp(),
        weekday: clock.weekday(),
    })
}
