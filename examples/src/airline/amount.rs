//! Amounts and counts: numbers that stay whole as long as everything that went into them was whole.

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// An amount of money. A model may send `5` or `5.0`; what is stored and shown later is what was sent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Amount {
    /// A whole number.
    Whole(i64),
    /// A number with a point.
    Decimal(f64),
}

/// A number of things. Not every model sticks to whole numbers, so `2.0` is taken for a count too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Count(pub Amount);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self::Whole(0);

    /// Whether this is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// The larger of two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a sum that mixes both kinds is a decimal"
    )]
    fn decimal(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Decimal(decimal) => decimal,
        }
    }

    /// Whole where both are whole and the result fits, else decimal.
    fn combine(
        self,
        other: Self,
        whole: fn(i64, i64) -> Option<i64>,
        decimal: fn(f64, f64) -> f64,
    ) -> Self {
        if let (Self::Whole(a), Self::Whole(b)) = (self, other)
            && let Some(result) = whole(a, b)
        {
            return Self::Whole(result);
        }
        Self::Decimal(decimal(self.decimal(), other.decimal()))
    }
}

impl From<i64> for Amount {
    fn from(whole: i64) -> Self {
        Self::Whole(whole)
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => Some(a.cmp(b)),
            _ => self.decimal().partial_cmp(&other.decimal()),
        }
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.combine(other, i64::checked_add, Add::add)
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.combine(other, i64::checked_sub, Sub::sub)
    }
}

impl Mul for Amount {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.combine(other, i64::checked_mul, Mul::mul)
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(whole) => write!(f, "{whole}"),
            Self::Decimal(decimal) => f.write_str(&decimal_text(*decimal)),
        }
    }
}

/// A decimal as the recorded system writes it: always with a point or an exponent, which starts at `1e+16` and `1e-05`.
pub(super) fn decimal_text(decimal: f64) -> String {
    let magnitude = decimal.abs();
    if decimal.is_nan() {
        "nan".to_owned()
    } else if decimal.is_infinite() {
        if decimal > 0.0 { "inf" } else { "-inf" }.to_owned()
    } else if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{decimal:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        format!("{digits}e{sign}{exponent:0>2}")
    } else {
        format!("{decimal:?}")
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

impl JsonSchema for Count {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Count".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Amount {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_was_whole_stays_whole() {
        assert_eq!((read("250") + read("5")).to_string(), "255");
        assert_eq!((read("250") + read("5.0")).to_string(), "255.0");
        assert_eq!(serde_json::to_string(&read("5.0")).unwrap(), "5.0");
        assert_eq!(serde_json::to_string(&-read("5")).unwrap(), "-5");
        assert!(matches!(read("5.0"), Amount::Decimal(_)));
    }

    #[test]
    fn both_kinds_compare() {
        assert_eq!(read("5"), read("5.0"));
        assert!(read("5.5") > read("5"));
        assert_eq!(read("3").max(read("2.5")).to_string(), "3");
    }

    #[test]
    fn too_large_for_whole_becomes_decimal() {
        let large = Amount::Whole(i64::MAX);
        assert_eq!((large + large).to_string(), "1.8446744073709552e+19");
        assert_eq!((large * large * large).to_string(), "7.846377169233351e+56");
    }

    #[test]
    fn decimals_are_written_as_recorded() {
        for (decimal, text) in [
            (0.0, "0.0"),
            (-114.0, "-114.0"),
            (0.1, "0.1"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e300, "1.5e+300"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(decimal_text(decimal), text);
        }
    }
}
