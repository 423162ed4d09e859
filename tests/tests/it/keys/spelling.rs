//! One of the many texts that mean the same: order, white space, escapes and numbers as a seed has it.

use super::kind::{Argument, Presence, Value};

/// A small generator (xorshift), so that one number picks a whole spelling.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("fewer bits than a usize") % bound
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// A text of arguments: `values` has those that are not left out, in the order of the declaration.
pub(super) fn arguments(
    declared: &[Argument],
    values: &[Option<Value>],
    dice: &mut Dice,
) -> String {
    let mut members = Vec::new();
    for (argument, value) in declared.iter().zip(values) {
        let text = match (value, argument.presence) {
            (Some(value), Presence::Excluded) if dice.below(2) == 0 => spelled(value, dice),
            (Some(value), Presence::Required | Presence::Optional | Presence::Default(_)) => {
                spelled(value, dice)
            }
            (None, Presence::Default(default)) if dice.below(3) == 0 => default.to_owned(),
            (None, Presence::Optional | Presence::Default(_)) | (_, Presence::Excluded)
                if dice.below(3) == 0 =>
            {
                "null".to_owned()
            }
            _ => continue,
        };
        members.push((argument.name.to_owned(), text));
    }
    object(members, dice)
}

fn spelled(value: &Value, dice: &mut Dice) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float { value, is_declared } => float(*value, *is_declared, dice),
        Value::Text(text) => string(text, dice),
        Value::List(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| format!("{}{}{}", space(dice), spelled(item, dice), space(dice)))
                .collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), spelled(value, dice)));
            let members = members.collect();
            object(members, dice)
        }
    }
}

fn object(mut members: Vec<(String, String)>, dice: &mut Dice) -> String {
    dice.shuffle(&mut members);
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, text)| {
            let name = string(&name, dice);
            let [a, b, c, d] = [(); 4].map(|()| space(dice));
            format!("{a}{name}{b}:{c}{text}{d}")
        })
        .collect();
    format!("{{{}{}}}", members.join(","), space(dice))
}

fn space(dice: &mut Dice) -> &'static str {
    dice.pick(&["", "", "", " ", "\n", "\t  ", "\r\n"])
}

fn float(value: f64, is_declared: bool, dice: &mut Dice) -> String {
    let is_integer = value.fract() == 0.0 && (is_declared || value.abs() < 9e15);
    match dice.below(6) {
        0 | 1 if is_integer => format!("{value}"),
        0 if is_declared => format!("{value:.400}"),
        2 => format!("{value:e}"),
        3 => format!("{value:E}")
            .replace('E', "E+")
            .replace("E+-", "E-00"),
        4 => format!("{value:?}"),
        _ if format!("{value:?}").contains('e') => format!("{value:e}"),
        _ => format!("{value:?}00"),
    }
}

fn string(text: &str, dice: &mut Dice) -> String {
    let mut out = String::from('"');
    let mut units = [0; 2];
    for character in text.chars() {
        let plain = serde_json::to_string(&character).expect("a text can be written");
        match dice.below(5) {
            0 => {
                let units = character.encode_utf16(&mut units);
                out.extend(units.iter().map(|unit| format!("\\u{unit:04x}")));
            }
            1 => {
                let units = character.encode_utf16(&mut units);
                out.extend(units.iter().map(|unit| format!("\\u{unit:04X}")));
            }
            2 if character == '/' => out.push_str("\\/"),
            _ => out.push_str(&plain[1..plain.len() - 1]),
        }
    }
    out.push('"');
    out
}
