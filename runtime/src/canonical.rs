//! The canonical form of JSON: the same bytes for every spelling of the same value.
//!
//! RFC 8785: members sorted by the UTF-16 code units of their names, numbers as ECMAScript prints them, only the
//! escapes that must be, no whitespace. With one difference: RFC 8785 reads every number as an `f64`, so that
//! neighbouring integers beyond ±2^53 (many services have such ids) come out as the same bytes. Here an integer keeps
//! its digits, however many, unless it is known to be a float.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::json::{Json, JsonError, write_string};

/// The digits of an integer that every `f64` of that size can hold, and prints as they are.
const EXACT_DIGITS: usize = 15;

/// The canonical form of a JSON text: the same for every order of members, spelling of a string or number, and layout.
///
/// It is the form of RFC 8785, except that integers beyond ±2^53 keep their exact digits.
///
/// ```
/// let canonical = toolwright::canonicalize(r#"{"id": 9007199254740993, "cur\u0072ency": "EUR", "amount": 1.50}"#)?;
/// assert_eq!(canonical, r#"{"amount":1.5,"currency":"EUR","id":9007199254740993}"#);
/// # Ok::<(), toolwright::JsonError>(())
/// ```
///
/// # Errors
///
/// When the text is not one JSON value, nests more than 128 deep, gives a member of an object twice, or holds a
/// number such as `1e400` that no `f64` can.
pub fn canonicalize(text: &str) -> Result<String, JsonError> {
    let value = Json::parse(text)?;
    let mut out = Vec::with_capacity(text.len());
    write(&value, &Shape::Any, &mut out);
    Ok(String::from_utf8(out).expect("only whole strings and ASCII are written"))
}

/// What the declaration knows about the numbers of a value: which ones are floats.
///
/// Where value and shape do not match (a null or a string at `Float`, an array at `Object`) the shape says nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Shape {
    /// Nothing is known: numbers are told apart by how they are written.
    #[default]
    Any,
    /// Every number here is read into a float, so `1` and `1.0` are one.
    Float,
    /// An array whose elements have this shape.
    Array(Box<Shape>),
    /// An object: the shapes of its members by name, and of all the others.
    Object {
        /// The members that have a shape of their own.
        members: Vec<(String, Shape)>,
        /// The shape of the members that are not named, as in a map.
        rest: Option<Box<Shape>>,
    },
}

impl Shape {
    fn element(&self) -> &Shape {
        match self {
            Shape::Array(element) => element,
            _ => &Shape::Any,
        }
    }

    fn member(&self, name: &str) -> &Shape {
        let Shape::Object { members, rest } = self else {
            return &Shape::Any;
        };
        match members.iter().find(|(member, _)| member == name) {
            Some((_, shape)) => shape,
            None => rest.as_deref().unwrap_or(&Shape::Any),
        }
    }
}

/// Appends the canonical form of a value.
///
/// It cannot fail: the parser refuses a fraction or exponent beyond the range of an `f64`, and an integer beyond it
/// keeps its digits even where the shape says float, since it is not equal to any float; whoever reads it refuses it.
pub(crate) fn write(value: &Json<'_>, shape: &Shape, out: &mut Vec<u8>) {
    match value {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(number) => write_number(number, shape, out),
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            let shape = shape.element();
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, shape, out);
            }
            out.push(b']');
        }
        Json::Object(members) => write_object(members, shape, out),
    }
}

fn write_object(members: &[(Cow<'_, str>, Json<'_>)], shape: &Shape, out: &mut Vec<u8>) {
    out.push(b'{');
    if members.is_sorted_by(|(a, _), (b, _)| utf16_order(a, b).is_le()) {
        write_members(members.iter(), shape, out);
    } else {
        let mut sorted: Vec<_> = members.iter().collect();
        sorted.sort_by(|(a, _), (b, _)| utf16_order(a, b));
        write_members(sorted.into_iter(), shape, out);
    }
    out.push(b'}');
}

fn write_members<'m, 'a: 'm>(
    members: impl Iterator<Item = &'m (Cow<'a, str>, Json<'a>)>,
    shape: &Shape,
    out: &mut Vec<u8>,
) {
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_string(name, out);
        out.push(b':');
        write(value, shape.member(name), out);
    }
}

/// Compares names by their UTF-16 code units, in UTF-8.
///
/// UTF-8 sorts as code points do. UTF-16 differs in one place: characters beyond U+FFFF are written with surrogates,
/// which come before U+E000 to U+FFFF. Those begin with the bytes EE and EF, and the others with F0 and above; bytes
/// inside a character are all below. So it is enough to lift EE and EF above every other byte.
fn utf16_order(a: &str, b: &str) -> Ordering {
    let lift = |byte| match byte {
        0xEE | 0xEF => byte + 0x10,
        _ => byte,
    };
    a.bytes().map(lift).cmp(b.bytes().map(lift))
}

fn write_number(number: &str, shape: &Shape, out: &mut Vec<u8>) {
    let is_integer = !number
        .bytes()
        .any(|byte| matches!(byte, b'.' | b'e' | b'E'));
    let keeps_digits = is_integer && (number.len() <= EXACT_DIGITS || *shape != Shape::Float);
    if keeps_digits {
        let digits = if number == "-0" { "0" } else { number };
        out.extend_from_slice(digits.as_bytes());
        return;
    }
    match number.parse::<f64>() {
        Ok(float) if float.is_finite() => {
            out.extend_from_slice(ryu_js::Buffer::new().format_finite(float).as_bytes());
        }
        _ => out.extend_from_slice(number.as_bytes()),
    }
}

#[cfg(test)]
mod tests;
