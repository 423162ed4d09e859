//! Python's two kinds of numbers and what its operators do with them.

/// A number of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// A whole number.
    Int(i128),
    /// A whole number beyond 128 bits, as near as a decimal comes; infinite if no decimal comes near.
    Large(f64),
    /// A decimal.
    Float(f64),
}

use Number::{Float, Int};

impl Number {
    /// The nearest decimal.
    pub(super) fn decimal(self) -> Result<f64, String> {
        match self {
            Self::Int(value) => Ok(nearest(value)),
            Self::Large(value) if value.is_finite() => Ok(value),
            Self::Large(_) => Err("int too large to convert to float".to_owned()),
            Self::Float(value) => Ok(value),
        }
    }

    /// What Python calls the kind.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Int(_) | Self::Large(_) => "int",
            Self::Float(_) => "float",
        }
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Self::Int(value) => value
                .checked_neg()
                .map_or(Self::Large(-nearest(value)), Int),
            Self::Large(value) => Self::Large(-value),
            Self::Float(value) => Float(-value),
        }
    }

    pub(super) fn plus(self, other: Self) -> Result<Self, String> {
        self.combine(other, i128::checked_add, |a, b| a + b)
    }

    pub(super) fn minus(self, other: Self) -> Result<Self, String> {
        self.combine(other, i128::checked_sub, |a, b| a - b)
    }

    pub(super) fn times(self, other: Self) -> Result<Self, String> {
        self.combine(other, i128::checked_mul, |a, b| a * b)
    }

    pub(super) fn divided_by(self, other: Self) -> Result<Self, String> {
        let (dividend, divisor) = (self.decimal()?, other.decimal()?);
        if divisor == 0.0 {
            let kind = if self.kind() == other.kind() && self.kind() == "int" {
                ""
            } else {
                "float "
            };
            return Err(format!("{kind}division by zero"));
        }
        Ok(Float(dividend / divisor))
    }

    pub(super) fn floor_divided_by(self, other: Self) -> Result<Self, String> {
        match (self, other) {
            (Int(_), Int(0)) => Err("integer division or modulo by zero".to_owned()),
            (Int(a), Int(b)) => {
                // Rust rounds towards zero, Python down.
                let down = i128::from(a % b != 0 && (a < 0) != (b < 0));
                Ok(a.checked_div(b)
                    .map_or(Self::Large(nearest(a) / nearest(b)), |q| Int(q - down)))
            }
            _ => {
                let (dividend, divisor) = (self.decimal()?, other.decimal()?);
                if divisor == 0.0 {
                    return Err("float floor division by zero".to_owned());
                }
                Ok(Float(floor_of_quotient(dividend, divisor)))
            }
        }
    }

    pub(super) fn to_the_power_of(self, other: Self) -> Result<Self, String> {
        if let (Int(base), Int(exponent)) = (self, other)
            && exponent >= 0
        {
            return Ok(power(base, exponent));
        }
        let (base, exponent) = (self.decimal()?, other.decimal()?);
        if base == 0.0 && exponent < 0.0 {
            return Err("0.0 cannot be raised to a negative power".to_owned());
        }
        if base < 0.0 && exponent.fract() != 0.0 {
            return Err(
                "float() argument must be a string or a real number, not 'complex'".to_owned(),
            );
        }
        let value = base.powf(exponent);
        if value.is_infinite() && base.is_finite() && exponent.is_finite() {
            return Err("(34, 'Numerical result out of range')".to_owned());
        }
        Ok(Float(value))
    }

    /// Whole where both are whole, else decimal.
    fn combine(
        self,
        other: Self,
        whole: fn(i128, i128) -> Option<i128>,
        decimal: fn(f64, f64) -> f64,
    ) -> Result<Self, String> {
        if let (Int(a), Int(b)) = (self, other)
            && let Some(value) = whole(a, b)
        {
            return Ok(Int(value));
        }
        let value = decimal(self.decimal()?, other.decimal()?);
        Ok(match (self, other) {
            (Float(_), _) | (_, Float(_)) => Float(value),
            _ => Self::Large(value),
        })
    }
}

/// By the remainder, which is exact where the quotient is not: `1 // 0.1` is 9.
fn floor_of_quotient(dividend: f64, divisor: f64) -> f64 {
    let remainder = dividend % divisor;
    let towards_zero = (dividend - remainder) / divisor;
    let down = remainder != 0.0 && (remainder < 0.0) != (divisor < 0.0);
    (if down {
        towards_zero - 1.0
    } else {
        towards_zero
    })
    .round()
}

fn power(base: i128, exponent: i128) -> Number {
    let exact = u32::try_from(exponent)
        .ok()
        .and_then(|exponent| base.checked_pow(exponent));
    match exact {
        Some(value) => Int(value),
        // Also where the exponent is too large for `u32`: these bases need no multiplying.
        None if base.abs() <= 1 => Int(if base == 0 || (base < 0 && exponent % 2 != 0) {
            base
        } else {
            1
        }),
        None => Number::Large(nearest(base).powf(nearest(exponent))),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest decimal is what is asked for"
)]
fn nearest(value: i128) -> f64 {
    value as f64
}
