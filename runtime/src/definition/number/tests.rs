//! Numbers against each other, in every way to write them.

use proptest::prelude::*;

use super::*;

#[test]
fn integers_are_compared_by_their_digits() {
    let in_order = [
        "-100000000000000000000000000000000000000001",
        "-100000000000000000000000000000000000000000",
        "-9007199254740993",
        "-9007199254740992",
        "-10",
        "-9",
        "0",
        "9",
        "10",
        "9007199254740992",
        "9007199254740993",
        "340282366920938463463374607431768211456",
    ];
    for (place, one) in in_order.iter().enumerate() {
        for (other_place, other) in in_order.iter().enumerate() {
            assert_eq!(
                compare(one, other),
                place.cmp(&other_place),
                "{one} and {other}"
            );
        }
    }
    assert_eq!(compare("-0", "0"), Ordering::Equal);
    assert_eq!(compare("-0", "-1"), Ordering::Greater);
    assert_eq!(compare("-0", "1"), Ordering::Less);
}

#[test]
fn a_fraction_or_an_exponent_makes_it_a_float() {
    for (one, other, expected) in [
        ("1", "1.0", Ordering::Equal),
        ("0", "-0.0", Ordering::Equal),
        ("1e2", "100", Ordering::Equal),
        ("0.1", "0.10000000000000000001", Ordering::Equal),
        ("1.5", "2", Ordering::Less),
        ("-1.5", "-2", Ordering::Greater),
        ("1e300", "1e299", Ordering::Greater),
        ("1e-400", "0", Ordering::Equal),
    ] {
        assert_eq!(compare(one, other), expected, "{one} and {other}");
        assert_eq!(compare(other, one), expected.reverse(), "{other} and {one}");
    }
}

#[test]
fn whole_numbers_have_exact_digits() {
    for (number, expected) in [
        ("20", Some("20")),
        ("20.0", Some("20")),
        ("2e1", Some("20")),
        ("2.50E+2", Some("250")),
        ("-2.0", Some("-2")),
        ("100e-2", Some("1")),
        ("0.0025e4", Some("25")),
        ("0", Some("0")),
        ("-0", Some("0")),
        ("-0.0", Some("0")),
        ("0e99999999999999999999", Some("0")),
        ("9007199254740993.0", Some("9007199254740993")),
        (
            "123456789012345678901234567890.000",
            Some("123456789012345678901234567890"),
        ),
        ("1e22", Some("10000000000000000000000")),
        ("20.5", None),
        ("25e-1", None),
        ("1e-400", None),
        ("1e-99999999999999999999", None),
        ("0.1", None),
    ] {
        assert_eq!(whole(number).as_deref(), expected, "{number}");
    }
}

#[test]
fn multiples_are_exact() {
    for (step, number, expected) in [
        ("5", "10", true),
        ("5", "-15", true),
        ("5", "7", false),
        ("5", "0", true),
        ("5", "-0.0", true),
        ("5", "10.0", true),
        ("5", "1e1", true),
        ("5", "10.5", false),
        ("0.01", "19.99", true),
        ("0.01", "19.990", true),
        ("0.01", "1e300", true),
        ("0.01", "19.999", false),
        ("0.1", "0.30000000000000004", false),
        ("0.5", "1.5", true),
        ("2.5", "5", true),
        ("2.5", "4", false),
        ("1e2", "300", true),
        ("1e2", "350", false),
        ("3", "1000000000000000000000000000000000000000002", true),
        ("3", "1000000000000000000000000000000000000000001", false),
        ("18446744073709551615", "36893488147419103230", true),
        ("18446744073709551615", "36893488147419103231", false),
    ] {
        let step_of = Step::new(step).unwrap();
        assert_eq!(step_of.divides(number), expected, "{number} by {step}");
    }
    for no_step in ["0", "0.0", "-1", "18446744073709551616"] {
        assert!(Step::new(no_step).is_none(), "{no_step}");
    }
}

proptest! {
    #[test]
    fn small_integers_agree_with_the_arithmetic_of_rust(
        one in any::<i64>(), other in prop_oneof![any::<i64>(), -20_i64..20], step in 1_u64..50, zeros in 0_u32..3,
    ) {
        prop_assert_eq!(compare(&one.to_string(), &other.to_string()), one.cmp(&other));
        let divides = Step::new(&step.to_string()).unwrap().divides(&other.to_string());
        prop_assert_eq!(divides, i128::from(other) % i128::from(step) == 0);
        let written = format!("{other}.{}", "0".repeat(zeros as usize + 1));
        prop_assert_eq!(whole(&written), Some(other.to_string().into()));
        let shifted = format!("{other}e{zeros}");
        let expected = (i128::from(other) * 10_i128.pow(zeros)).to_string();
        prop_assert_eq!(whole(&shifted), Some(expected.into()));
    }
}
