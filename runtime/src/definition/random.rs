//! Random schemas for tests, of the forms that schemars emits, and values that have their structure or nearly so.

use proptest::prelude::*;

use crate::json::Json;

/// A schema of some depth, with and without constraints.
pub(super) fn schema() -> impl Strategy<Value = Json<'static>> {
    let leaf = prop_oneof![
        integer(),
        number(),
        text(),
        Just(r#"{"type":"boolean"}"#.to_owned()),
        Just(r#"{"type":["boolean","null"]}"#.to_owned()),
        Just(r#"{"type":"string","enum":["new","sent"]}"#.to_owned()),
        Just(r#"{"type":"integer","enum":[1,5,20]}"#.to_owned()),
        Just("{}".to_owned()),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            3 => object(inner.clone()),
            2 => array(inner.clone()),
            1 => inner.clone().prop_map(|value| format!(r#"{{"type":"object","additionalProperties":{value}}}"#)),
            1 => inner.clone().prop_map(|only| format!(r#"{{"anyOf":[{only},{{"type":"null"}}]}}"#)),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|all| tagged(&all)),
            1 => prop::collection::vec(inner, 2..4).prop_map(|all| format!(r#"{{"anyOf":[{}]}}"#, all.join(","))),
        ]
    })
    .prop_map(|text| {
        let schema = Json::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        schema.into_owned()
    })
}

fn integer() -> impl Strategy<Value = String> {
    let bound = prop::option::of(-20_i64..20);
    (
        bound,
        prop::option::of(0_i64..40),
        any::<bool>(),
        prop::option::of(2_u8..5),
    )
        .prop_map(|(minimum, range, exclusive, step)| {
            let mut keywords = vec![r#""type":"integer""#.to_owned()];
            keywords.extend(minimum.map(|minimum| format!(r#""minimum":{minimum}"#)));
            let keyword = if exclusive {
                "exclusiveMaximum"
            } else {
                "maximum"
            };
            keywords.extend(
                range.map(|range| format!(r#""{keyword}":{}"#, minimum.unwrap_or(0) + range)),
            );
            keywords.extend(step.map(|step| format!(r#""multipleOf":{step}"#)));
            braced(&keywords)
        })
}

fn number() -> impl Strategy<Value = String> {
    (prop::option::of(-4_i8..4), prop::option::of(0_u8..8)).prop_map(|(minimum, range)| {
        let mut keywords = vec![r#""type":"number""#.to_owned()];
        keywords.extend(minimum.map(|minimum| format!(r#""minimum":{minimum}.5"#)));
        let lowest = minimum.unwrap_or(0);
        keywords.extend(
            range.map(|range| format!(r#""maximum":{}.5"#, i16::from(lowest) + i16::from(range))),
        );
        braced(&keywords)
    })
}

fn text() -> impl Strategy<Value = String> {
    (prop::option::of(0_usize..3), prop::option::of(0_usize..4)).prop_map(|(minimum, range)| {
        let mut keywords = vec![r#""type":"string""#.to_owned()];
        keywords.extend(minimum.map(|minimum| format!(r#""minLength":{minimum}"#)));
        let longest = |range| minimum.unwrap_or(0) + range;
        keywords.extend(range.map(|range| format!(r#""maxLength":{}"#, longest(range))));
        braced(&keywords)
    })
}

fn object(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let property = (inner, any::<bool>());
    (prop::collection::vec(property, 0..4), any::<bool>()).prop_map(|(properties, closed)| {
        let names = ["a", "b", "c", "d"];
        let (mut members, mut required) = (Vec::new(), Vec::new());
        for (name, (schema, is_required)) in names.iter().zip(properties) {
            members.push(format!(r#""{name}":{schema}"#));
            required.extend(is_required.then(|| format!(r#""{name}""#)));
        }
        let mut keywords = vec![
            r#""type":"object""#.to_owned(),
            format!(r#""properties":{}"#, braced(&members)),
            format!(r#""required":[{}]"#, required.join(",")),
        ];
        keywords.extend(closed.then(|| r#""additionalProperties":false"#.to_owned()));
        braced(&keywords)
    })
}

fn array(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (inner, 0_usize..3, prop::option::of(0_usize..3), any::<bool>(), any::<bool>()).prop_map(
        |(item, minimum, range, unique, tuple)| {
            if tuple {
                return format!(
                    r#"{{"type":"array","prefixItems":[{item},{{"type":"integer"}}],"minItems":2,"maxItems":2}}"#
                );
            }
            let mut keywords = vec![
                r#""type":"array""#.to_owned(),
                format!(r#""items":{item}"#),
                format!(r#""minItems":{minimum}"#),
            ];
            keywords.extend(range.map(|range| format!(r#""maxItems":{}"#, minimum + range)));
            keywords.extend(unique.then(|| r#""uniqueItems":true"#.to_owned()));
            braced(&keywords)
        },
    )
}

/// An enum with a tag, as serde has it.
fn tagged(contents: &[String]) -> String {
    let branches: Vec<String> = contents
        .iter()
        .enumerate()
        .map(|(index, content)| {
            format!(
                r#"{{"type":"object","properties":{{"kind":{{"type":"string","const":"k{index}"}},"content":{content}}},"required":["kind","content"]}}"#
            )
        })
        .collect();
    format!(r#"{{"oneOf":[{}]}}"#, branches.join(","))
}

fn braced(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}
