//! Amounts of money: whole cents inside, `48.90 EUR` outside.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Serialize, Serializer};

/// An amount in euro cents; a model reads it as text such as `48.90 EUR`, which no float can round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Money {
    cents: i64,
}

impl Money {
    /// An amount of so many cents.
    #[must_use]
    pub const fn cents(cents: i64) -> Self {
        Self { cents }
    }
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::cents(self.cents + other.cents)
    }
}

impl Mul<i64> for Money {
    type Output = Self;

    fn mul(self, times: i64) -> Self {
        Self::cents(self.cents * times)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.cents < 0 { "-" } else { "" };
        let cents = self.cents.unsigned_abs();
        write!(f, "{sign}{}.{:02} EUR", cents / 100, cents % 100)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl ToSql for Money {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.cents.to_sql()
    }
}

impl FromSql for Money {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self::cents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_two_decimals_and_a_currency() {
        for (cents, text) in [
            (0, "0.00 EUR"),
            (5, "0.05 EUR"),
            (4890, "48.90 EUR"),
            (-120, "-1.20 EUR"),
        ] {
            assert_eq!(Money::cents(cents).to_string(), text);
        }
    }
}
