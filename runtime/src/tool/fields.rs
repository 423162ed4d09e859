//! The order in which the fields of an argument's structs were declared.
//!
//! schemars keeps properties in a map that is sorted or not, as some other crate of the build decides. The order of
//! declaration means something (a model in strict mode writes arguments in the schema's order), and serde knows it: a
//! derived `Deserialize` names its fields to the deserializer. So we let the type deserialize from one that only
//! listens, and makes values up. What it cannot reach (structs behind an untagged enum or a hand-written impl) is
//! sorted by name instead.

use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::value::{BorrowedStrDeserializer, U32Deserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, Visitor,
};

type Fields = &'static [&'static str];

/// How often a type is asked: each time round, one more enum variant or one more failing field is passed over.
const ROUNDS: usize = 64;
/// How deep recursive types are followed.
const DEPTH: usize = 16;

/// The fields of each struct inside `T`.
pub(super) fn of<T: DeserializeOwned>() -> Vec<Fields> {
    let heard = RefCell::new(Heard::default());
    for round in 0..ROUNDS {
        let mut state = heard.borrow_mut();
        state.round = round;
        state.more = false;
        state.failed = None;
        drop(state);
        let listener = Listener {
            heard: &heard,
            depth: 0,
            path: String::new(),
        };
        // A hand-written impl may panic at a made-up value: then nothing more is heard of the type.
        let done = catch_unwind(AssertUnwindSafe(|| T::deserialize(listener).is_ok()));
        let Ok(done) = done else { break };
        let mut state = heard.borrow_mut();
        match state.failed.take() {
            Some(path) if !done && !state.skip.contains(&path) => state.skip.push(path),
            _ if state.more => {}
            _ => break,
        }
    }
    heard.into_inner().fields
}

#[derive(Default)]
struct Heard {
    fields: Vec<Fields>,
    /// Which variant of each enum is taken this time: this one, or the last.
    round: usize,
    /// Whether some enum has a variant that was not taken yet.
    more: bool,
    /// Fields whose made-up value their type refused.
    skip: Vec<String>,
    /// The innermost field that was being read when an error came.
    failed: Option<String>,
}

struct Listener<'h> {
    heard: &'h RefCell<Heard>,
    depth: usize,
    path: String,
}

#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped listening")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Stop
    }
}

impl<'h> Listener<'h> {
    fn below(&self, name: &str) -> Result<Listener<'h>, Stop> {
        if self.depth >= DEPTH {
            return Err(Stop);
        }
        Ok(Listener {
            heard: self.heard,
            depth: self.depth + 1,
            path: format!("{}/{name}", self.path),
        })
    }
}

macro_rules! made_up {
    ($($method:ident => $visit:ident($($value:expr)?),)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
            visitor.$visit($($value)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Stop;

    made_up! {
        deserialize_any => visit_unit(),
        deserialize_bool => visit_bool(false),
        deserialize_i8 => visit_i8(1),
        deserialize_i16 => visit_i16(1),
        deserialize_i32 => visit_i32(1),
        deserialize_i64 => visit_i64(1),
        deserialize_i128 => visit_i128(1),
        deserialize_u8 => visit_u8(1),
        deserialize_u16 => visit_u16(1),
        deserialize_u32 => visit_u32(1),
        deserialize_u64 => visit_u64(1),
        deserialize_u128 => visit_u128(1),
        deserialize_f32 => visit_f32(1.0),
        deserialize_f64 => visit_f64(1.0),
        deserialize_char => visit_char('a'),
        deserialize_str => visit_borrowed_str("a"),
        deserialize_string => visit_borrowed_str("a"),
        deserialize_bytes => visit_borrowed_bytes(b"a"),
        deserialize_byte_buf => visit_borrowed_bytes(b"a"),
        deserialize_unit => visit_unit(),
        deserialize_identifier => visit_borrowed_str("a"),
        deserialize_ignored_any => visit_unit(),
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        if self.depth >= DEPTH {
            return visitor.visit_none();
        }
        visitor.visit_some(Listener {
            depth: self.depth + 1,
            ..self
        })
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let left = usize::from(self.depth < DEPTH);
        visitor.visit_seq(Items { parent: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        visitor.visit_seq(Items {
            parent: self,
            left: len,
        })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        visitor.visit_seq(Items {
            parent: self,
            left: len,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        let names: &[&str] = if self.depth < DEPTH { &["a"] } else { &[] };
        visitor.visit_map(Members {
            parent: self,
            names: names.iter(),
            name: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let mut heard = self.heard.borrow_mut();
        if !heard.fields.contains(&fields) {
            heard.fields.push(fields);
        }
        drop(heard);
        visitor.visit_map(Members {
            parent: self,
            names: fields.iter(),
            name: None,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let mut heard = self.heard.borrow_mut();
        let index = heard.round.min(variants.len().saturating_sub(1));
        heard.more |= index + 1 < variants.len();
        drop(heard);
        let index = u32::try_from(index).map_err(|_| Stop)?;
        visitor.visit_enum(Variant {
            parent: self,
            index,
        })
    }
}

struct Items<'h> {
    parent: Listener<'h>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(self.parent.below(&self.left.to_string())?)
            .map(Some)
    }
}

struct Members<'h, 'n> {
    parent: Listener<'h>,
    names: std::slice::Iter<'n, &'static str>,
    name: Option<&'static str>,
}

impl<'de> de::MapAccess<'de> for Members<'_, '_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        loop {
            let Some(&name) = self.names.next() else {
                return Ok(None);
            };
            let path = format!("{}/{name}", self.parent.path);
            if self.parent.heard.borrow().skip.contains(&path) {
                continue;
            }
            self.name = Some(name);
            return seed
                .deserialize(BorrowedStrDeserializer::new(name))
                .map(Some);
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Stop> {
        let below = self.parent.below(self.name.unwrap_or_default())?;
        let path = below.path.clone();
        seed.deserialize(below).inspect_err(|_| {
            self.parent.heard.borrow_mut().failed.get_or_insert(path);
        })
    }
}

struct Variant<'h> {
    parent: Listener<'h>,
    index: u32,
}

impl<'de, 'h> de::EnumAccess<'de> for Variant<'h> {
    type Error = Stop;
    type Variant = Listener<'h>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Listener<'h>), Stop> {
        let index: U32Deserializer<Stop> = self.index.into_deserializer();
        let content = self.parent.below(&self.index.to_string())?;
        Ok((seed.deserialize(index)?, content))
    }
}

impl<'de> de::VariantAccess<'de> for Listener<'_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: Fields, visitor: V) -> Result<V::Value, Stop> {
        self.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests;
