//! `5m`, `250ms`, `1h30m`: a time to live, as the declaration spells it.

use std::time::Duration;

/// The longest TTL: a result that is right for longer than a year is a constant.
const LONGEST: u64 = 365 * 86_400_000;

/// The units, with their milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
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

/// Reads a TTL; `"0"` is zero, which says never.
///
/// # Errors
/// What is wrong with the text and what to write instead.
pub(super) fn ttl(text: &str) -> Result<Duration, String> {
    let without: String = text.split_whitespace().collect();
    if without.is_empty() {
        return Err(
            "a TTL cannot be empty: write \"5s\", \"5m\" or \"5h\", or \"0\" to never cache".into(),
        );
    }
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    if let Some(rest) = without.strip_prefix('-') {
        let rest = if ttl(rest).is_ok() { rest } else { "5m" };
        return Err(format!(
            "a TTL cannot be negative: write \"{rest}\", or \"0\" to never cache"
        ));
    }
    let ttl = sum(&without)?;
    if without != text {
        return Err(format!("a TTL has no spaces: write \"{without}\""));
    }
    Ok(ttl)
}

fn sum(text: &str) -> Result<Duration, String> {
    let (mut total, mut rest, mut seen) = (0_u64, text, Vec::new());
    while !rest.is_empty() {
        let (number, after) = split(rest, |c| c.is_ascii_digit());
        let (unit, after) = split(after, |c| !c.is_ascii_digit());
        rest = after;
        if unit.starts_with(['.', ',']) {
            return Err("a TTL takes whole numbers: write \"1h30m\" for an hour and a half".into());
        }
        if number.is_empty() {
            return Err("a TTL begins with a number, as in \"5m\"".into());
        }
        if unit.is_empty() {
            return Err(no_unit(text, &seen));
        }
        let Some(&(unit, millis)) = UNITS.iter().find(|(known, _)| *known == unit) else {
            return Err(unknown_unit(text, unit));
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
            .filter(|&total| total <= LONGEST)
            .ok_or(
                "a TTL is at most \"365d\": what is right for longer belongs into the program",
            )?;
    }
    if total == 0 {
        return Err("a TTL of zero is written \"0\", which says never cache".into());
    }
    Ok(Duration::from_millis(total))
}

/// The last number has no unit; `seen` are those of the numbers before it.
fn no_unit(text: &str, seen: &[&str]) -> String {
    let free: Vec<String> = ["s", "m", "h"]
        .iter()
        .filter(|unit| !seen.contains(unit))
        .map(|unit| format!("\"{text}{unit}\""))
        .collect();
    match free.as_slice() {
        [] => "a TTL needs a unit behind each number".to_owned(),
        [only] => format!("a TTL needs a unit behind each number: write {only}"),
        [others @ .., last] => {
            let others = others.join(", ");
            format!("a TTL needs a unit: write {others} or {last}")
        }
    }
}

fn unknown_unit(text: &str, unit: &str) -> String {
    let word = unit.to_lowercase();
    let means = |(known, spellings): &&(&str, &[&str])| {
        *known == word || spellings.contains(&word.as_str())
    };
    if let Some((known, _)) = SPELLINGS.iter().find(means) {
        let instead = text.replacen(unit, known, 1);
        if sum(&instead).is_ok() {
            return format!("a TTL spells `{unit}` as `{known}`: write \"{instead}\"");
        }
    }
    format!("`{unit}` is not a unit of a TTL: write `ms`, `s`, `m`, `h` or `d`, as in \"5m\"")
}

fn split(text: &str, is_first: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !is_first(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::ttl;

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
}
