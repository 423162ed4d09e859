//! What bounds the runs of a tool: how long, how often, how many at once.

use std::time::Duration;

use syn::LitInt;

use super::duration;
use crate::diagnostics::Diagnostics;
use crate::parse::{Attr, Spanned};

/// The bounds that were given.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    pub(crate) max_concurrency: Option<u32>,
    pub(crate) rate: Option<Rate>,
}

/// So many calls in such a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) calls: u32,
    pub(crate) millis: u64,
}

/// What is tried that often in vain is not going to work.
const MOST_RETRIES: u32 = 10;

impl Limits {
    pub(super) fn new(attr: &Attr, found: &mut Diagnostics) -> Self {
        Limits {
            timeout: duration::given(attr.timeout.as_ref(), &duration::TIMEOUT, found),
            retries: retries(attr, found),
            max_concurrency: at_least_one(
                attr.max_concurrency.as_ref(),
                "a cap is a whole number from 1 on: write `max_concurrency = 4`",
                found,
            ),
            rate: rate(attr, found),
        }
    }
}

fn retries(attr: &Attr, found: &mut Diagnostics) -> Option<u32> {
    let Spanned { key, value } = attr.retries.as_ref()?;
    if attr.has("writes") && !attr.has("idempotent") {
        found.error(
            key,
            "what writes is not run twice: remove `retries`, or add `idempotent` if a second run changes nothing more",
        );
    }
    let retries = value.base10_parse().ok();
    let retries = retries.filter(|retries| (1..=MOST_RETRIES).contains(retries));
    if retries.is_none() {
        found.error(
            value,
            format_args!("a call is tried again 1 to {MOST_RETRIES} times: write `retries = 2`"),
        );
    }
    retries
}

/// A number that counts something that must be there.
pub(super) fn at_least_one(
    slot: Option<&Spanned<LitInt>>,
    how: &str,
    found: &mut Diagnostics,
) -> Option<u32> {
    let Spanned { key, value } = slot?;
    match value.base10_parse() {
        Ok(0) => found.error(value, how),
        Ok(number) => return Some(number),
        Err(_) => found.error(value, format_args!("`{key}` is at most {}", u32::MAX)),
    }
    None
}

fn rate(attr: &Attr, found: &mut Diagnostics) -> Option<Rate> {
    let literal = &attr.rate.as_ref()?.value;
    match Rate::read(&literal.value()) {
        Ok(rate) => Some(rate),
        Err(message) => {
            found.error(literal, message);
            None
        }
    }
}

impl Rate {
    fn read(text: &str) -> Result<Self, String> {
        const HOW: &str = "write \"10/s\", \"100/m\" or \"1000/h\"";
        let Some((calls, unit)) = text.split_once('/') else {
            return Err(format!("a rate is a number of calls in a time: {HOW}"));
        };
        let (calls, unit) = (calls.trim(), unit.trim());
        let millis = match unit {
            "s" | "sec" | "second" => 1_000,
            "m" | "min" | "minute" => 60_000,
            "h" | "hour" => 3_600_000,
            "d" | "day" => 86_400_000,
            "" => return Err(format!("a rate needs a unit of time: {HOW}")),
            other => {
                return Err(format!(
                    "`{other}` is not a unit of a rate, which are `s`, `m`, `h` and `d`: {HOW}"
                ));
            }
        };
        if !calls.bytes().all(|digit| digit.is_ascii_digit()) || calls.is_empty() {
            return Err(format!("a rate begins with a whole number of calls: {HOW}"));
        }
        let rate = match calls.parse() {
            Ok(0) => return Err(format!("a rate of zero would never run anything: {HOW}")),
            Ok(calls) => Rate { calls, millis },
            Err(_) => {
                return Err(format!(
                    "a rate is at most {} calls: remove it, if there is no limit",
                    u32::MAX
                ));
            }
        };
        if unit.len() > 1 || calls.len() + unit.len() + 1 != text.len() {
            let unit = &unit[..1];
            return Err(format!(
                "a rate is written in short: write \"{calls}/{unit}\""
            ));
        }
        Ok(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn rates() {
        let rate = |calls, millis| Ok(Rate { calls, millis });
        assert_eq!(Rate::read("10/s"), rate(10, 1_000));
        assert_eq!(Rate::read("100/m"), rate(100, 60_000));
        assert_eq!(Rate::read("1/h"), rate(1, 3_600_000));
        assert_eq!(Rate::read("5/d"), rate(5, 86_400_000));
    }

    #[test]
    fn what_is_no_rate() {
        for text in [
            "",
            "10",
            "/s",
            "10/",
            "10/x",
            "0/s",
            "-1/s",
            "1.5/s",
            "10 / s",
            "10/sec",
            "s/10",
            "4294967296/s",
            "10/s/s",
            "+1/s",
        ] {
            assert!(Rate::read(text).is_err(), "{text}");
        }
        assert_eq!(
            Rate::read("10 / sec").unwrap_err(),
            "a rate is written in short: write \"10/s\""
        );
    }
}
