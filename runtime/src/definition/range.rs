//! The range of each integer type of Rust, by the name that schemars gives it as a `format`.

/// The lowest and the highest integer of a type. None for a format that is no integer type.
pub(super) fn range_of(format: &str) -> Option<(&'static str, &'static str)> {
    Some(match format {
        "int8" => ("-128", "127"),
        "int16" => ("-32768", "32767"),
        "int32" => ("-2147483648", "2147483647"),
        "int64" | "int" => ("-9223372036854775808", "9223372036854775807"),
        "int128" => (
            "-170141183460469231731687303715884105728",
            "170141183460469231731687303715884105727",
        ),
        "uint8" => ("0", "255"),
        "uint16" => ("0", "65535"),
        "uint32" => ("0", "4294967295"),
        "uint64" | "uint" => ("0", "18446744073709551615"),
        "uint128" => ("0", "340282366920938463463374607431768211455"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::range_of;

    #[test]
    fn ranges_are_those_of_the_types() {
        macro_rules! check {
            ($($format:literal: $type:ty),*) => {$(
                let (lowest, highest) = (<$type>::MIN.to_string(), <$type>::MAX.to_string());
                assert_eq!(range_of($format), Some((&*lowest, &*highest)), "{}", $format);
            )*};
        }
        check!("int8": i8, "int16": i16, "int32": i32, "int64": i64, "int128": i128);
        check!("uint8": u8, "uint16": u16, "uint32": u32, "uint64": u64, "uint128": u128);
        assert_eq!(range_of("double"), None);
    }
}
