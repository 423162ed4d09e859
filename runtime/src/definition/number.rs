//! Numbers as they are written: exact where both are integers, an `f64` otherwise, as the types that read them are.

use std::borrow::Cow;
use std::cmp::Ordering;

/// Whether a number has neither a fraction nor an exponent, so that it can be read into an integer type.
pub(super) fn is_integer(number: &str) -> bool {
    !number
        .bytes()
        .any(|byte| matches!(byte, b'.' | b'e' | b'E'))
}

/// Compares two numbers: two integers by their digits, however many, and any others as `f64`.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    if is_integer(one) && is_integer(other) {
        compare_integers(one, other)
    } else {
        // Only a text that is no number has no float, and the parser has seen to that.
        float(one).total_cmp(&float(other))
    }
}

/// The closest `f64`; zero without its sign, which means nothing here.
fn float(number: &str) -> f64 {
    number.parse::<f64>().unwrap_or(f64::NAN) + 0.0
}

fn compare_integers(one: &str, other: &str) -> Ordering {
    let sign_and_size = |integer: &'_ str| match integer.strip_prefix('-') {
        Some("0") => (false, 1),
        Some(digits) => (true, digits.len()),
        None => (false, integer.len()),
    };
    let ((one_negative, one_size), (other_negative, other_size)) =
        (sign_and_size(one), sign_and_size(other));
    let digits = |integer: &'_ str| integer.len() - integer.trim_start_matches('-').len();
    // No leading zeros: the longer one is the larger, and digits of one length sort as text does.
    let sizes = || {
        one_size
            .cmp(&other_size)
            .then_with(|| one[digits(one)..].cmp(&other[digits(other)..]))
    };
    match (one_negative, other_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => sizes(),
        (true, true) => sizes().reverse(),
    }
}

/// A number taken apart: `digits × 10^exponent`, the digits as they are written.
struct Decimal<'n> {
    negative: bool,
    integer: &'n str,
    fraction: &'n str,
    exponent: i64,
}

impl<'n> Decimal<'n> {
    fn new(number: &'n str) -> Self {
        let (negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number),
        };
        let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        // An exponent that no `i64` holds stands beside a zero, or makes one.
        let exponent = exponent.parse::<i64>().unwrap_or(i64::MIN / 2);
        let places = i64::try_from(fraction.len()).unwrap_or(i64::MAX / 2);
        Self {
            negative,
            integer,
            fraction,
            exponent: exponent.saturating_sub(places),
        }
    }

    fn digits(&self) -> impl DoubleEndedIterator<Item = u8> {
        self.integer.bytes().chain(self.fraction.bytes())
    }

    fn is_zero(&self) -> bool {
        self.digits().all(|digit| digit == b'0')
    }

    /// How many digits there are without the zeros at the end.
    fn telling(&self) -> usize {
        let zeros = self.digits().rev().take_while(|digit| *digit == b'0');
        self.integer.len() + self.fraction.len() - zeros.count()
    }

    /// The exponent of the last digit that is no zero.
    fn last_exponent(&self) -> i64 {
        let zeros = self.integer.len() + self.fraction.len() - self.telling();
        self.exponent
            .saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX))
    }
}

/// The integer that a number is, in exact digits: `20` for `20`, `20.0` and `2e1`. None for what is no integer.
pub(super) fn whole(number: &str) -> Option<Cow<'_, str>> {
    if is_integer(number) && number != "-0" {
        return Some(Cow::Borrowed(number));
    }
    let decimal = Decimal::new(number);
    if decimal.is_zero() {
        return Some(Cow::Borrowed("0"));
    }
    let zeros = usize::try_from(decimal.last_exponent()).ok()?;
    let digits = decimal.digits().take(decimal.telling());
    let mut whole = String::from(if decimal.negative { "-" } else { "" });
    whole.extend(digits.map(char::from).skip_while(|digit| *digit == '0'));
    whole.extend(std::iter::repeat_n('0', zeros));
    Some(Cow::Owned(whole))
}

/// What a number must be a multiple of: `digits × 10^exponent`.
#[derive(Debug)]
pub(super) struct Step {
    digits: u64,
    exponent: i64,
}

impl Step {
    /// The step of this size; none for zero, a negative number, and one with more digits than a `u64` holds.
    pub(super) fn new(number: &str) -> Option<Self> {
        let decimal = Decimal::new(number);
        let digits = decimal
            .digits()
            .take(decimal.telling())
            .try_fold(0_u64, |all, digit| {
                all.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
            })?;
        (digits > 0 && !decimal.negative).then(|| Self {
            digits,
            exponent: decimal.last_exponent(),
        })
    }

    /// Whether a number, as it is written, is a multiple of this.
    pub(super) fn divides(&self, number: &str) -> bool {
        let decimal = Decimal::new(number);
        if decimal.is_zero() {
            return true;
        }
        // A number with a finer last digit is none: the multiples of this have zeros there.
        let Ok(zeros) = usize::try_from(decimal.last_exponent().saturating_sub(self.exponent))
        else {
            return false;
        };
        let step = u128::from(self.digits);
        let digits = decimal
            .digits()
            .take(decimal.telling())
            .chain(std::iter::repeat_n(b'0', zeros));
        // The rest is below a `u64`, so ten times it and a digit fit.
        digits.fold(0, |rest, digit| {
            (rest * 10 + u128::from(digit - b'0')) % step
        }) == 0
    }
}

#[cfg(test)]
mod tests;
