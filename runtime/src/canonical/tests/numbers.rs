//! Numbers: every spelling of a float is one text, that of ECMAScript; integers keep what a float would lose.

use proptest::prelude::*;

use super::check;
use crate::canonical::canonicalize;

/// The greatest integer below which every integer is a float.
const SAFE: i64 = 1 << 53;

/// A float as ECMAScript's `Number::toString` has it, from the digits that Rust's own formatter finds: the steps of
/// ECMA-262, 6.1.6.1.20, and no code in common with what is tested.
fn ecmascript(float: f64) -> String {
    if float == 0.0 {
        return "0".to_owned();
    }
    let shortest = format!("{:e}", float.abs());
    let (mantissa, exponent) = shortest.split_once('e').expect("scientific notation");
    let mut digits = mantissa.replace('.', "");
    // Of two texts that are equally short and equally near, the even one, if it is read back as this float.
    let exact = format!("{:.800e}", float.abs()).replace('.', "");
    let (below, rest) = exact.split_at(digits.len());
    let is_halfway = rest.starts_with('5') && rest[1..].starts_with(&"0".repeat(700));
    if is_halfway && below.ends_with(['0', '2', '4', '6', '8']) {
        let (first, others) = below.split_at(1);
        if format!("{first}.{others}e{exponent}").parse() == Ok(float.abs()) {
            digits = below.to_owned();
        }
    }
    // The value is 0.digits × 10^n.
    let n = exponent.parse::<i32>().expect("an exponent") + 1;
    let k = i32::try_from(digits.len()).expect("at most 17 digits");
    let zeros = |count: i32| "0".repeat(usize::try_from(count).expect("not negative"));
    let text = if k <= n && n <= 21 {
        format!("{digits}{}", zeros(n - k))
    } else if 0 < n && n <= 21 {
        let (whole, fraction) = digits.split_at(usize::try_from(n).expect("positive"));
        format!("{whole}.{fraction}")
    } else if -6 < n && n <= 0 {
        format!("0.{}{digits}", zeros(-n))
    } else {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{first}{point}{rest}e{:+}", n - 1)
    };
    if float < 0.0 {
        format!("-{text}")
    } else {
        text
    }
}

/// Texts that all mean this float, none of them an integer.
fn spellings(float: f64) -> Vec<String> {
    let shortest = format!("{float:e}");
    let (mantissa, exponent) = shortest.split_once('e').expect("scientific notation");
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let after_point = digits.split_once('.').map_or(0, |(_, rest)| rest.len());
    let whole = digits.replace('.', "");
    let exponent: i64 = exponent.parse().expect("an exponent");
    let shifted = exponent - i64::try_from(after_point).expect("a few digits");
    // All digits that the float has: the smallest one has 751.
    let exact = format!("{float:.800e}");
    let (exact_mantissa, exact_exponent) = exact.split_once('e').expect("scientific notation");
    let plain = format!("{float}");
    let mut texts = vec![
        shortest.clone(),
        format!("{float:E}"),
        format!("{sign}{digits}e{exponent:+}"),
        format!("{sign}{digits}E{exponent:+05}"),
        format!("{sign}{whole}e{shifted}"),
        format!("{sign}{whole}000e{}", shifted - 3),
        format!("{sign}0.0{whole}e{}", exponent + 2),
        exact.clone(),
        // A little more than the float, and far from the next one.
        format!("{exact_mantissa}0001e{exact_exponent}"),
        if plain.contains('.') {
            format!("{plain}000")
        } else {
            format!("{plain}.0")
        },
    ];
    if whole.starts_with('0') {
        // `00` would be no number.
        texts.retain(|text| !text.starts_with(&format!("{sign}00")));
    }
    texts
}

#[track_caller]
fn check_float(float: f64) {
    let expected = ecmascript(float);
    let read = serde_json::json!(float);
    assert_eq!(
        serde_json_canonicalizer::to_string(&read).unwrap(),
        expected,
        "the two oracles disagree"
    );
    for text in spellings(float) {
        assert_eq!(text.parse(), Ok(float), "{text} is another float");
        check(&text, &expected);
    }
}

#[test]
fn the_oracle_is_ecmascript() {
    // From the table in RFC 8785, appendix B.
    for (bits, expected) in [
        (0x0000_0000_0000_0000, "0"),
        (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"),
        (0x8000_0000_0000_0001, "-5e-324"),
        (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"),
        (0xc340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
        (0x44b5_2d02_c7e1_4af6, "1e+23"),
        (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
        (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
        (0x444b_1ae4_d6e2_ef50, "1e+21"),
        (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
        (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
        (0x41b3_de43_5555_5553, "333333333.3333332"),
        (0x41b3_de43_5555_5557, "333333333.33333343"),
        (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
        (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
    ] {
        assert_eq!(ecmascript(f64::from_bits(bits)), expected, "{bits:x}");
        check_float(f64::from_bits(bits));
    }
}

#[test]
fn floats_at_every_edge() {
    let mut edges = vec![0.0, f64::MIN_POSITIVE, f64::MAX, f64::EPSILON];
    // Every power of two, the subnormal ones too, and every power of ten.
    edges.extend((0..52).map(|bit| f64::from_bits(1 << bit)));
    edges.extend((1..2047).map(|exponent| f64::from_bits(exponent << 52)));
    edges.extend((-323..=308).map(|exponent| format!("1e{exponent}").parse::<f64>().unwrap()));
    let mut checked = 0;
    for edge in edges {
        for float in [
            edge,
            edge.next_up(),
            edge.next_down(),
            edge.next_up().next_up(),
        ] {
            if float.is_finite() {
                check_float(float);
                check_float(-float);
                checked += 2;
            }
        }
    }
    assert!(checked > 20_000, "{checked} floats");
}

#[test]
fn a_float_is_the_nearest_one_to_what_was_written() {
    // Halfway between two floats the even one is the nearest; a digit more, and it is the other.
    let zeros = "0".repeat(900);
    for (text, expected) in [
        ("9007199254740993.0".to_owned(), "9007199254740992"),
        (format!("9007199254740993.{zeros}1"), "9007199254740994"),
        ("9007199254740995.0".to_owned(), "9007199254740996"),
        (
            format!("9007199254740994.{}", "9".repeat(900)),
            "9007199254740994",
        ),
        ("2.4703282292062327e-324".to_owned(), "0"),
        ("2.4703282292062328e-324".to_owned(), "5e-324"),
        (
            "1.7976931348623158e308".to_owned(),
            "1.7976931348623157e+308",
        ),
        ("1e-400".to_owned(), "0"),
        ("-1e-400".to_owned(), "0"),
        ("0e400".to_owned(), "0"),
        ("0.0e99999999999999999999".to_owned(), "0"),
        ("1e-99999999999999999999".to_owned(), "0"),
        (format!("0.{zeros}1e901"), "1"),
        (format!("1{zeros}e-900"), "1"),
        (format!("1{zeros}.0e-900"), "1"),
    ] {
        check(&text, expected);
    }
}

#[test]
fn what_no_float_can_hold_is_refused() {
    let nines = "9".repeat(309);
    for text in [
        "1e309",
        "-1e309",
        "1e400",
        "-1E+400",
        "1.7976931348623159e308",
        "17976931348623159e292",
        "0.1e310",
        "1e99999999999999999999",
        &format!("{nines}.0"),
        &format!("{nines}e0"),
    ] {
        for text in [
            text.to_owned(),
            format!("[1, {text}]"),
            format!("{{\"a\": {text}}}"),
        ] {
            let error = canonicalize(&text).unwrap_err().to_string();
            assert!(error.ends_with(": number out of range"), "{text}: {error}");
        }
    }
    // As is what is no number of JSON.
    for text in [
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "inf",
        "1e",
        "1e+",
        ".5",
        "5.",
        "+1",
        "01",
        "-01",
        "0x10",
        "1_000",
        "--1",
        "1e1.5",
        "1,5",
    ] {
        assert!(canonicalize(text).is_err(), "{text}");
        assert!(
            canonicalize(&format!("[{text}]")).is_err() || text == "1,5",
            "{text}"
        );
    }
}

#[test]
fn integers_are_exact_whatever_their_size() {
    for (integer, expected) in [
        // Where floats and integers part.
        ("9007199254740991", "9007199254740991"),
        ("9007199254740992", "9007199254740992"),
        ("9007199254740993", "9007199254740993"),
        ("-9007199254740993", "-9007199254740993"),
        // The greatest of a machine's types, and one more.
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-9223372036854775809", "-9223372036854775809"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "18446744073709551616"),
        (
            "340282366920938463463374607431768211456",
            "340282366920938463463374607431768211456",
        ),
        // Where ECMAScript goes over to exponents.
        ("999999999999999999999", "999999999999999999999"),
        ("1000000000000000000000", "1000000000000000000000"),
        ("-0", "0"),
        ("0", "0"),
    ] {
        check(integer, expected);
        check(&format!("[{integer}]"), &format!("[{expected}]"));
    }
    // An integer that no float can hold is one all the same.
    let googol = format!("1{}", "0".repeat(400));
    check(&googol, &googol);
}

proptest! {
    #[test]
    fn a_float_is_one_text_however_it_is_spelled(bits: u64) {
        let float = f64::from_bits(bits);
        if float.is_finite() {
            check_float(float);
        }
    }

    #[test]
    fn floats_that_people_write_are_one_text(units in -1_000_000_000_000_i64..1_000_000_000_000, decimals in 0..9) {
        let float: f64 = format!("{units}e-{decimals}").parse().unwrap();
        check_float(float);
        check(&format!("{units}e-{decimals}"), &ecmascript(float));
    }

    #[test]
    fn integers_within_two_to_the_53_are_floats_as_well(integer in -SAFE..=SAFE) {
        let digits = integer.to_string();
        let read: serde_json::Value = serde_json::from_str(&digits).unwrap();
        check(&digits, &serde_json_canonicalizer::to_string(&read).unwrap());
        check(&digits, &digits);
        for text in [format!("{digits}.0"), format!("{digits}e0"), format!("{digits}.000E-000"), format!("{digits}00e-2")] {
            check(&text, &digits);
        }
    }

    #[test]
    fn integers_beyond_keep_their_digits(integer: i128, wide: u128) {
        check(&integer.to_string(), &integer.to_string());
        check(&wide.to_string(), &wide.to_string());
        check(&(wide / 3).to_string(), &(wide / 3).to_string());
    }

    #[test]
    fn two_floats_have_two_texts(bits: u64, step in 1..4_u64) {
        let (one, other) = (f64::from_bits(bits), f64::from_bits(bits.wrapping_add(step)));
        if one.is_finite() && other.is_finite() {
            let form = |float: f64| canonicalize(&format!("{float:e}")).unwrap();
            // Two zeros are one, and no other two floats.
            let is_one = one.to_bits() == other.to_bits() || (one == 0.0 && other == 0.0);
            assert_eq!(form(one) == form(other), is_one, "{one:e} {other:e}");
            // And each is read back.
            assert_eq!(form(one).parse(), Ok(one));
        }
    }
}
