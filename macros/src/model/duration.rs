//! `5m`, `250ms`, `1h30m`: a length of time, as the declaration spells it.

use std::time::Duration;

use syn::LitStr;

use crate::diagnostics::Diagnostics;
use crate::parse::Spanned;

/// What a length of time is for: what it is called, and its bounds.
pub(super) struct Kind {
    /// With its article.
    name: &'static str,
    /// Milliseconds.
    longest: u64,
    /// The longest one as it is spelled, and why no longer.
    at_most: &'static str,
    /// What `"0"` says; nothing, if it may not be zero.
    zero: Option<&'static str>,
}

const MINUTE: u64 = 60_000;
const DAY: u64 = 86_400_000;

/// How long a result stays fresh.
pub(super) const TTL: Kind = Kind {
    name: "a TTL",
    longest: 365 * DAY,
    at_most: "\"365d\": what is right for longer belongs in the program",
    zero: Some("never cache"),
};

/// How long a result is served past its TTL.
pub(super) const STALE: Kind = Kind {
    name: "a stale time",
    longest: 365 * DAY,
    at_most: "\"365d\": what is right for longer belongs in the program",
    zero: None,
};

/// How long a call waits for company.
pub(super) const BATCH_WINDOW: Kind = Kind {
    name: "a batch window",
    longest: 1_000,
    at_most: "\"1s\": every call of the tool may wait that long",
    zero: Some("never wait"),
};

/// How long a run may take.
pub(super) const TIMEOUT: Kind = Kind {
    name: "a timeout",
    longest: DAY,
    at_most: "\"1d\": no model waits longer",
    zero: None,
};

/// The units, with their milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("m", MINUTE),
    ("h", 60 * MINUTE),
    ("d", DAY),
];

/// What people write for the units.
const SPELLINGS: &[(&str, &[&str])] = &[
    (
        "ms",
        &[
            "msec",
            "msecs",
            "milli",
            "millis",
            "millisecond",
            "milliseconds",
        ],
    ),
    ("s", &["sec", "secs", "second", "seconds"]),
    ("m", &["min", "mins", "minute", "minutes"]),
    ("h", &["hr", "hrs", "hour", "hours"]),
    ("d", &["day", "days"]),
];

/// The length of time that was given, if it is one.
pub(super) fn given(
    slot: Option<&Spanned<LitStr>>,
    kind: &Kind,
    found: &mut Diagnostics,
) -> Option<Duration> {
    let Spanned { value, .. } = slot?;
    read(&value.value(), kind)
        .map_err(|message| found.error(value, message))
        .ok()
}

/// Reads a length of time.
///
/// # Errors
/// What is wrong with the text and what to write instead.
pub(super) fn read(text: &str, kind: &Kind) -> Result<Duration, String> {
    let Kind { name, zero, .. } = kind;
    let or_zero = || match zero {
        Some(zero) => format!(", or \"0\" to {zero}"),
        None => String::new(),
    };
    let without: String = text.split_whitespace().collect();
    if without.is_empty() {
        let examples = match kind.longest {
            ..=1_000 => "\"1ms\" or \"10ms\"",
            _ => "\"5s\", \"5m\" or \"5h\"",
        };
        return Err(format!(
            "{name} cannot be empty: write {examples}{}",
            or_zero()
        ));
    }
    if text == "0" && zero.is_some() {
        return Ok(Duration::ZERO);
    }
    if let Some(rest) = without.strip_prefix('-') {
        let rest = if read(rest, kind).is_ok() { rest } else { "5m" };
        let rest = if read(rest, kind).is_ok() {
            rest
        } else {
            "10ms"
        };
        return Err(format!(
            "{name} cannot be negative: write \"{rest}\"{}",
            or_zero()
        ));
    }
    let time = sum(&without, kind)?;
    if without != text {
        return Err(format!("{name} has no spaces: write \"{without}\""));
    }
    Ok(time)
}

fn sum(text: &str, kind: &Kind) -> Result<Duration, String> {
    let name = kind.name;
    let (mut total, mut rest, mut seen) = (0_u64, text, Vec::new());
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit());
        let (unit, after) = split(after, |c| !c.is_ascii_digit());
        rest = after;
        if unit.starts_with(['.', ',']) {
            return Err(format!(
                "{name} takes whole numbers: write \"1h30m\" for an hour and a half"
            ));
        }
        if number.is_empty() {
            return Err(format!("{name} begins with a number, as in \"5m\""));
        }
        if unit.is_empty() {
            if total == 0 && number.bytes().all(|digit| digit == b'0') && rest.is_empty() {
                return Err(no_zero(kind));
            }
            return Err(no_unit(text, &seen, kind));
        }
        let Some(&(unit, millis)) = UNITS.iter().find(|(known, _)| *known == unit) else {
            return Err(unknown_unit(text, unit, kind));
        };
        if seen.contains(&unit) {
            return Err(format!("`{unit}` is given twice: add the two up"));
        }
        seen.push(unit);
        total = number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(millis))
            .and_then(|part| part.checked_add(total))
            .filter(|&total| total <= kind.longest)
            .ok_or_else(|| format!("{name} is at most {}", kind.at_most))?;
    }
    if total == 0 {
        return Err(no_zero(kind));
    }
    Ok(Duration::from_millis(total))
}

fn no_zero(Kind { name, zero, .. }: &Kind) -> String {
    match zero {
        Some(zero) => format!("{name} of zero is written \"0\", which says {zero}"),
        None => format!("{name} of zero says nothing: remove it"),
    }
}

/// The last number has no unit; `seen` are those of the numbers before it.
fn no_unit(text: &str, seen: &[&str], kind: &Kind) -> String {
    let name = kind.name;
    let units: &[&str] = match kind.longest {
        ..=1_000 => &["ms"],
        _ => &["s", "m", "h"],
    };
    let free: Vec<String> = units
        .iter()
        .filter(|unit| !seen.contains(unit))
        .map(|unit| format!("\"{text}{unit}\""))
        .collect();
    match free.as_slice() {
        [] => format!("{name} needs a unit behind each number"),
        [only] if seen.is_empty() => format!("{name} needs a unit: write {only}"),
        [only] => format!("{name} needs a unit behind each number: write {only}"),
        [others @ .., last] => {
            let others = others.join(", ");
            format!("{name} needs a unit: write {others} or {last}")
        }
    }
}

fn unknown_unit(text: &str, unit: &str, kind: &Kind) -> String {
    let name = kind.name;
    let word = unit.to_lowercase();
    let means = |(known, spellings): &&(&str, &[&str])| {
        *known == word || spellings.contains(&word.as_str())
    };
    if let Some((known, _)) = SPELLINGS.iter().find(means) {
        let instead = text.replacen(unit, known, 1);
        if sum(&instead, kind).is_ok() {
            return format!("{name} spells `{unit}` as `{known}`: write \"{instead}\"");
        }
    }
    format!("`{unit}` is not a unit of {name}: write `ms`, `s`, `m`, `h` or `d`, as in \"5m\"")
}

fn split(text: &str, is_first: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is_first(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BATCH_WINDOW, TIMEOUT, TTL, read};

    fn ttl(text: &str) -> Result<Duration, String> {
        read(text, &TTL)
    }

    fn check(text: &str, millis: u128) {
        assert_eq!(ttl(text).map(|ttl| ttl.as_millis()), Ok(millis), "{text}");
    }

    #[test]
    fn units_and_sums() {
        check("0", 0);
        check("1ms", 1);
        check("250ms", 250);
        check("5s", 5_000);
        check("5m", 300_000);
        check("2h", 7_200_000);
        check("365d", 365 * 86_400_000);
        check("1h30m", 5_400_000);
        check("1d2h3m4s5ms", 93_784_005);
    }

    #[test]
    fn refusals() {
        for text in [
            "",
            "5",
            "m",
            "5x",
            "5 minutes",
            "-5m",
            "1.5h",
            "0s",
            "0m",
            "366d",
            "5m5m",
            "1h30",
            "99999999999999999999d",
            "18446744073709551615d",
            "5M",
            "٥m",
            "5µs",
            "+5m",
            " 5m",
            "5 m",
            "1.5",
            ".5h",
        ] {
            assert!(ttl(text).is_err(), "{text}");
        }
    }

    fn check_refusal(text: &str, expected: &str) {
        let message = ttl(text).expect_err(text);
        assert!(message.contains(expected), "{text}: {message}");
    }

    #[test]
    fn what_to_write_instead_is_right() {
        check_refusal("5", "write \"5s\", \"5m\" or \"5h\"");
        check_refusal("1h30", "write \"1h30s\" or \"1h30m\"");
        check_refusal("1h30m5", "write \"1h30m5s\"");
        check_refusal("5 minutes", "write \"5m\"");
        check_refusal("1h 30 MIN", "write \"1h30m\"");
        check_refusal("-5", "write \"5m\"");
        check_refusal("-5h", "write \"5h\"");
        check_refusal(" 1h 30m ", "write \"1h30m\"");
        check_refusal("2 weeks", "`weeks` is not a unit");
    }

    #[test]
    fn each_kind_has_its_bounds() {
        let said = |text, kind| read(text, kind).expect_err(text);
        assert_eq!(read("0", &BATCH_WINDOW), Ok(Duration::ZERO));
        assert_eq!(read("1s", &BATCH_WINDOW), Ok(Duration::from_secs(1)));
        assert_eq!(
            said("1001ms", &BATCH_WINDOW),
            "a batch window is at most \"1s\": every call of the tool may wait that long"
        );
        assert_eq!(
            said("10", &BATCH_WINDOW),
            "a batch window needs a unit: write \"10ms\""
        );
        assert_eq!(
            said("-1", &BATCH_WINDOW),
            "a batch window cannot be negative: write \"10ms\", or \"0\" to never wait"
        );
        assert_eq!(
            said("0", &TIMEOUT),
            "a timeout of zero says nothing: remove it"
        );
        assert_eq!(
            said("0s", &TIMEOUT),
            "a timeout of zero says nothing: remove it"
        );
        assert_eq!(
            said("2d", &TIMEOUT),
            "a timeout is at most \"1d\": no model waits longer"
        );
    }
}
