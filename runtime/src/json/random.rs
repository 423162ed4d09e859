//! Random JSON for tests: values, and the many ways to spell one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Json, write_string};

/// Any value whose integers are within ±2^53, where every reader of JSON agrees.
pub(crate) fn json() -> impl Strategy<Value = Json<'static>> {
    let number = prop_oneof![
        (-20_i64..20).prop_map(|integer| integer.to_string()),
        (-(1_i64 << 53)..=1_i64 << 53).prop_map(|integer| integer.to_string()),
        (-100_000_i32..100_000).prop_map(|cents| format!("{:?}", f64::from(cents) / 100.0)),
        any::<f64>()
            .prop_filter("JSON has no infinity and no NaN", |float| float.is_finite())
            .prop_map(|float| format!("{float:?}")),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number.prop_map(|number| Json::Number(number.into())),
        text().prop_map(|text| Json::String(text.into())),
    ];
    leaf.prop_recursive(4, 48, 8, |element| {
        let members = proptest::collection::btree_map(text(), element.clone(), 0..24);
        prop_oneof![
            proptest::collection::vec(element, 0..6).prop_map(Json::Array),
            members.prop_map(object),
        ]
    })
}

/// Strings with what is hard about strings: escapes, several planes, surrogates' neighbours.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-e]{0,2}",
        "[a-z_ \"\\\\/\u{0}\n\u{1f}\u{7f}é€\u{d7ff}\u{e000}\u{fb33}\u{ffff}\u{10000}😂]{0,12}",
        any::<String>(),
    ]
}

fn object(members: BTreeMap<String, Json<'static>>) -> Json<'static> {
    let members = members.into_iter();
    Json::Object(members.map(|(name, value)| (name.into(), value)).collect())
}

/// One of the many texts that mean a value: whitespace, member order, escapes and numbers as the seed has it.
pub(crate) fn spelled(value: &Json<'_>, seed: u64) -> String {
    let mut out = String::new();
    let mut dice = Dice(seed | 1);
    spell(value, &mut dice, &mut out);
    space(&mut dice, &mut out);
    out
}

fn spell(value: &Json<'_>, dice: &mut Dice, out: &mut String) {
    space(dice, out);
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(&value.to_string()),
        Json::Number(number) => spell_number(number, dice, out),
        Json::String(text) => spell_string(text, dice, out),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                spell(item, dice, out);
                space(dice, out);
            }
            space(dice, out);
            out.push(']');
        }
        Json::Object(members) => {
            let mut order: Vec<_> = members.iter().collect();
            for index in (1..order.len()).rev() {
                order.swap(index, dice.below(index + 1));
            }
            out.push('{');
            for (index, (name, value)) in order.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                space(dice, out);
                spell_string(name, dice, out);
                space(dice, out);
                out.push(':');
                spell(value, dice, out);
                space(dice, out);
            }
            space(dice, out);
            out.push('}');
        }
    }
}

fn space(dice: &mut Dice, out: &mut String) {
    out.push_str(["", "", "", " ", "\n", "\t  ", "\r\n"][dice.below(7)]);
}

fn spell_number(number: &str, dice: &mut Dice, out: &mut String) {
    let float: f64 = number.parse().expect("a number of the strategy above");
    let scientific = format!("{float:E}");
    match dice.below(5) {
        0 => out.push_str(&scientific),
        1 if scientific.contains('-') => out.push_str(&scientific.replace("E-", "E-0")),
        1 => out.push_str(&scientific.replace('E', "e+")),
        2 => match number.split_once('.') {
            Some((_, fraction)) if !fraction.contains('e') => {
                out.push_str(number);
                out.push_str("00");
            }
            _ => out.push_str(number),
        },
        _ => out.push_str(number),
    }
}

fn spell_string(text: &str, dice: &mut Dice, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match dice.below(4) {
            0 => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let unit = format!("{unit:04x}");
                    out.push_str("\\u");
                    out.push_str(&if dice.below(2) == 0 {
                        unit
                    } else {
                        unit.to_uppercase()
                    });
                }
            }
            1 if character == '/' => out.push_str("\\/"),
            _ => {
                let mut one = Vec::new();
                write_string(character.encode_utf8(&mut [0; 4]), &mut one);
                let one = String::from_utf8(one).expect("a string is UTF-8");
                out.push_str(&one[1..one.len() - 1]);
            }
        }
    }
    out.push('"');
}

/// A small generator (xorshift), so that one number picks a whole spelling.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }
}
