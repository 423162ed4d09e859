//! The airline's calculator: sums as a model writes them, answered to the cent.
//!
//! The recorded system is written in Python, and its calculator is too: `/` always divides exactly, `//` rounds down,
//! `**` binds tighter than a sign on its left, and what cannot be calculated is refused in Python's words.

mod number;
mod parse;
mod token;

use self::number::Number;
use super::amount::decimal_text;
use super::error::AirlineError;

/// The value of an expression, rounded to two places: `498 * 1.5` is `747.0`.
///
/// # Errors
/// The expression holds other characters than digits, `+-*/().` and spaces, is not well formed, or has no value.
pub fn calculate(expression: &str) -> Result<String, AirlineError> {
    if !expression
        .chars()
        .all(|c| c.is_ascii_digit() || "+-*/(). ".contains(c))
    {
        return Err(refusal("invalid characters in expression"));
    }
    let value = parse::evaluate(expression)
        .and_then(Number::decimal)
        .map_err(|error| refusal(&error))?;
    Ok(decimal_text(to_cents(value)))
}

fn refusal(message: &str) -> AirlineError {
    AirlineError::Expression(message.to_owned())
}

/// Rounds the exact value of the decimal, so that 2.675, which is a little less than that, becomes 2.67.
fn to_cents(value: f64) -> f64 {
    format!("{value:.2}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::calculate;

    #[track_caller]
    fn check(expression: &str, expected: &str) {
        let answer = calculate(expression).unwrap_or_else(|error| format!("Error: {error}"));
        assert_eq!(answer, expected, "{expression}");
    }

    #[test]
    fn sums_are_decimals() {
        check("152 + 103", "255.0");
        check("(136 - (94 + 80)) * 3", "-114.0");
        check("498 * 1.5", "747.0");
        check("  7 ", "7.0");
        check("1.", "1.0");
        check(".5 + .25", "0.75");
        check("00", "0.0");
    }

    #[test]
    fn precedence_is_pythons() {
        check("2 + 3 * 4", "14.0");
        check("10 - 4 - 3", "3.0");
        check("-2 ** 2", "-4.0");
        check("2 ** 3 ** 2", "512.0");
        check("2 ** -1", "0.5");
        check("+-+3", "-3.0");
        check("12 / 4 * 3", "9.0");
    }

    #[test]
    fn division_is_exact_or_down() {
        check("1 / 4", "0.25");
        check("10 / 4 * 2", "5.0");
        check("-7 // 2", "-4.0");
        check("7.5 // 2", "3.0");
        check("-7.5 // -2", "3.0");
        check("1 // 0.1", "9.0");
        check("1 // -0.1", "-10.0");
    }

    #[test]
    fn answers_are_rounded_to_cents() {
        check("1 / 3", "0.33");
        check("2 / 3", "0.67");
        check("0.125", "0.12");
        check("0.375", "0.38");
        check("2.675", "2.67");
        check("10 ** 16 / 1.0", "1e+16");
        check("0 * -1.0", "-0.0");
    }

    #[test]
    fn what_has_no_value_says_why() {
        check("1 / 0", "Error: division by zero");
        check("1.0 / 0", "Error: float division by zero");
        check("1 // 0", "Error: integer division or modulo by zero");
        check("1. // 0", "Error: float floor division by zero");
        check("0 ** -1", "Error: 0.0 cannot be raised to a negative power");
        check(
            "(-8) ** .5",
            "Error: float() argument must be a string or a real number, not 'complex'",
        );
        check("10. ** 400", "Error: (34, 'Numerical result out of range')");
        check("9 ** 9 ** 9", "Error: int too large to convert to float");
        check("2(3)", "Error: 'int' object is not callable");
        check("100 (1 + 0.05)", "Error: 'int' object is not callable");
        check("2.5(1)", "Error: 'float' object is not callable");
        check("(1/0)(2)", "Error: division by zero");
        check("1 + 2(3 / 0)", "Error: division by zero");
    }

    #[test]
    fn what_is_not_well_formed_says_where() {
        check("$5 + 3", "Error: invalid characters in expression");
        check("1,000 + 3", "Error: invalid characters in expression");
        check("", "Error: invalid syntax (<string>, line 0)");
        check("  ", "Error: invalid syntax (<string>, line 0)");
        check("2 +", "Error: invalid syntax (<string>, line 1)");
        check("5 * * 3", "Error: invalid syntax (<string>, line 1)");
        check("1.2.3", "Error: invalid syntax (<string>, line 1)");
        check(".", "Error: invalid syntax (<string>, line 1)");
        check("1 2", "Error: invalid syntax (<string>, line 1)");
        check(
            "(1 2)",
            "Error: invalid syntax. Perhaps you forgot a comma? (<string>, line 1)",
        );
        check("2)", "Error: unmatched ')' (<string>, line 1)");
        check("(5", "Error: '(' was never closed (<string>, line 1)");
        check("2(", "Error: '(' was never closed (<string>, line 1)");
        check("1 / 0 +", "Error: invalid syntax (<string>, line 1)");
        check(
            "()",
            "Error: float() argument must be a string or a real number, not 'tuple'",
        );
        check(
            "012",
            "Error: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers (<string>, line 1)",
        );
    }

    #[test]
    fn size_and_depth_end_in_words() {
        check(
            &format!("{}1{}", "(".repeat(201), ")".repeat(201)),
            "Error: too many nested parentheses (<string>, line 1)",
        );
        check(&format!("{}1{}", "(".repeat(150), ")".repeat(150)), "1.0");
        check(&format!("{}1", "-".repeat(100_000)), "1.0");
        check(&vec!["1"; 100_000].join(" + "), "100000.0");
        check(
            &vec!["1"; 100_000].join("**"),
            "Error: too many nested powers",
        );
        check(&"9".repeat(400), "Error: int too large to convert to float");
        check(&format!("{}.0", "9".repeat(400)), "inf");
    }
}
