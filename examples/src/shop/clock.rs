//! The shop's clock: a fixed instant for a whole run, so that two runs answer alike.

/// Seconds in a day.
pub const DAY: i64 = 86_400;

/// The clock that the tools read, as shared state; it stands still, which makes a run repeatable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    now: i64,
}

impl Clock {
    /// The shop's day: 2 March 2026, half past nine in the morning, UTC.
    pub const OPENING: Self = Self::at(1_772_443_800);

    /// A clock that stands at this many seconds after 1 January 1970, UTC.
    #[must_use]
    pub const fn at(seconds: i64) -> Self {
        Self { now: seconds }
    }

    /// Seconds since 1 January 1970, UTC.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.now
    }

    /// The time as text, for example `2026-03-02T09:30:00Z`.
    #[must_use]
    pub fn timestamp(self) -> String {
        timestamp(self.now)
    }

    /// The day of the week, in English.
    #[must_use]
    pub fn weekday(self) -> &'static str {
        // 1 January 1970 was a Thursday.
        match self.now.div_euclid(DAY).rem_euclid(7) {
            0 => "Thursday",
            1 => "Friday",
            2 => "Saturday",
            3 => "Sunday",
            4 => "Monday",
            5 => "Tuesday",
            _ => "Wednesday",
        }
    }
}

/// Seconds since 1970 as an RFC 3339 timestamp in UTC; such texts sort in order of time.
#[must_use]
pub fn timestamp(seconds: i64) -> String {
    let time = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", date(seconds))
}

/// Seconds since 1970 as a date in UTC, for example `2026-03-02`.
#[must_use]
pub fn date(seconds: i64) -> String {
    let (mut year, mut day) = (1970, seconds.div_euclid(DAY));
    while day < 0 {
        year -= 1;
        day += days_of_year(year);
    }
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let february = days_of_year(year) - 337;
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", day + 1)
}

fn days_of_year(year: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if leap { 366 } else { 365 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_follow_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_772_323_199, "2026-02-28T23:59:59Z"),
            (1_772_323_200, "2026-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(seconds), text);
        }
    }

    #[test]
    fn the_shop_opens_on_a_monday_morning() {
        assert_eq!(Clock::OPENING.timestamp(), "2026-03-02T09:30:00Z");
        assert_eq!(Clock::OPENING.weekday(), "Monday");
    }
}
