//! Which constraints of a type are checked, and which types need no check.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};

use super::{check_passes, check_refused, parse};
use crate::definition::check::Check;
use crate::definition::normal::normal;
use crate::json::Json;

/// The schema of a type, in our form.
fn schema_of<T: JsonSchema>() -> Json<'static> {
    let mut generator = SchemaGenerator::new(
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true),
    );
    let schema = T::json_schema(&mut generator);
    normal(schema.to_value(), &[])
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is of interest")]
struct Plain {
    text: String,
    amount: f64,
    flag: Option<bool>,
    signed: (i8, i16, i32, i64, i128, isize),
    unsigned: Vec<(u8, u16, u32, u64, u128, usize)>,
    pair: Vec<(String, f64)>,
    by_name: std::collections::BTreeMap<String, Vec<Option<i64>>>,
    kind: Kind,
}

#[derive(JsonSchema)]
#[serde(tag = "kind")]
#[expect(dead_code, reason = "only its schema is of interest")]
enum Kind {
    One { text: String },
    Other { amount: f64 },
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is of interest")]
struct Constrained {
    #[schemars(range(min = 1, max = 50))]
    limit: Option<u32>,
    #[schemars(length(min = 1, max = 3), inner(regex(pattern = "^[A-Z]{3}$")))]
    currencies: Vec<String>,
    #[schemars(email)]
    contact: String,
    #[schemars(url)]
    page: Option<String>,
}

#[test]
fn types_without_constraints_need_no_check() {
    for schema in [
        r"{}",
        r"true",
        r#"{"type":"array","items":{"type":"string"},"description":"minLength"}"#,
        r#"{"type":"object","properties":{"minimum":{"type":"integer"}},"required":["minimum"]}"#,
        r#"{"type":"string","minLength":0}"#,
        r#"{"type":"integer","format":"uint32","minimum":0}"#,
        r#"{"type":["integer","null"],"format":"uint8","minimum":0,"maximum":255}"#,
        r#"{"type":"integer","format":"int8","minimum":-1000}"#,
        r#"{"type":"array","prefixItems":[{"type":"string"},{"type":"integer"}],"minItems":2,"maxItems":2}"#,
    ] {
        let check = Check::new(&parse(schema)).unwrap();
        assert!(check.is_none(), "{schema}: {check:?}");
    }
    let of_types = [schema_of::<Plain>(), schema_of::<Option<Vec<f32>>>()];
    for schema in of_types {
        assert!(Check::new(&schema).unwrap().is_none(), "{schema:?}");
    }
}

#[test]
fn bounds_within_the_range_of_a_type_are_checked() {
    let schema = r#"{"type":"integer","format":"uint8","minimum":1,"maximum":255}"#;
    check_refused(schema, "0", "", "expected at least 1, got 0");
    check_passes(schema, &["256"]);
    let schema = r#"{"type":"integer","format":"uint8","minimum":0,"maximum":254}"#;
    check_refused(schema, "255", "", "expected at most 254, got 255");
    check_passes(schema, &["-1"]);
}

#[test]
fn constraints_of_schemars_are_enforced() {
    let check = Check::new(&schema_of::<Constrained>()).unwrap().unwrap();
    let refused = |value: &str| {
        let violation = check.check(&parse(value)).expect_err(value);
        format!("{}: {}", violation.pointer, violation.message)
    };
    let fine = r#"{"limit":50,"currencies":["EUR"],"contact":"a@example.com","page":null}"#;
    assert_eq!(check.check(&parse(fine)), Ok(()));
    assert_eq!(
        refused(r#"{"limit":51}"#),
        "/limit: expected at most 50, got 51"
    );
    assert_eq!(
        refused(r#"{"currencies":[]}"#),
        "/currencies: expected at least 1 item, got 0"
    );
    assert_eq!(
        refused(r#"{"currencies":["EUR","eur"]}"#),
        "/currencies/1: expected text that matches `^[A-Z]{3}$`, got \"eur\""
    );
    assert_eq!(
        refused(r#"{"contact":"a"}"#),
        "/contact: expected an e-mail address, got \"a\""
    );
    assert_eq!(
        refused(r#"{"page":"a"}"#),
        "/page: expected an absolute URL such as `https://example.com`, got \"a\""
    );
}
