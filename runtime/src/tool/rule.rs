//! What bounds an argument's values beyond its type, and which types each bound fits.
//!
//! A type that is surely no number cannot have a `range`, and the compiler says so; of a type of the user's own only
//! its schema knows, and the registry asks that. So the known types have constants of their own, and every other type
//! has those of a trait, which Rust looks for second.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;

/// One keyword of a schema. Numbers are JSON texts, so that they keep their digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// `minimum`
    Minimum(&'static str),
    /// `maximum`
    Maximum(&'static str),
    /// `exclusiveMaximum`
    ExclusiveMaximum(&'static str),
    /// `minLength`, `minItems` or `minProperties`, as the type is
    MinLength(u64),
    /// `maxLength`, `maxItems` or `maxProperties`, as the type is
    MaxLength(u64),
    /// `pattern`
    Pattern(&'static str),
    /// `format: email`
    Email,
    /// `format: uri`
    Url,
}

/// What is known of a type.
pub struct Kind<T>(PhantomData<T>);

/// It is not what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct No;
/// Its schema will say.
#[derive(Debug, Clone, Copy)]
pub struct Maybe;

/// What is known of a type that is not listed here: nothing.
pub trait AnyKind {
    /// Whether it is a number.
    const NUMBER: Maybe = Maybe;
    /// Whether it has a length.
    const LENGTH: Maybe = Maybe;
    /// Whether it is a text.
    const TEXT: Maybe = Maybe;
    /// Whether it is one value: a text, a number or a truth.
    const SCALAR: Maybe = Maybe;
}

impl<T> AnyKind for Kind<T> {}

macro_rules! known {
    ($([$($generics:tt)*] $ty:ty => $($constant:ident)*;)*) => {
        $(
            impl<$($generics)*> Kind<$ty> {
                $(
                    #[doc(hidden)]
                    pub const $constant: No = No;
                )*
            }
            impl<$($generics)*> Kind<Option<$ty>> {
                $(
                    #[doc(hidden)]
                    pub const $constant: No = No;
                )*
            }
        )*
    };
}

known! {
    [] i8 => LENGTH TEXT;
    [] i16 => LENGTH TEXT;
    [] i32 => LENGTH TEXT;
    [] i64 => LENGTH TEXT;
    [] i128 => LENGTH TEXT;
    [] isize => LENGTH TEXT;
    [] u8 => LENGTH TEXT;
    [] u16 => LENGTH TEXT;
    [] u32 => LENGTH TEXT;
    [] u64 => LENGTH TEXT;
    [] u128 => LENGTH TEXT;
    [] usize => LENGTH TEXT;
    [] f32 => LENGTH TEXT;
    [] f64 => LENGTH TEXT;
    [] bool => NUMBER LENGTH TEXT;
    [] char => NUMBER LENGTH;
    [] String => NUMBER;
    [] Box<str> => NUMBER;
    [] Cow<'static, str> => NUMBER;
    [T] Vec<T> => NUMBER TEXT SCALAR;
    [T, S] HashSet<T, S> => NUMBER TEXT SCALAR;
    [T] BTreeSet<T> => NUMBER TEXT SCALAR;
    [K, V, S] HashMap<K, V, S> => NUMBER TEXT SCALAR;
    [K, V] BTreeMap<K, V> => NUMBER TEXT SCALAR;
}

/// The type `T` may be a number.
#[diagnostic::on_unimplemented(
    message = "`range` is for numbers, and `{T}` is none",
    label = "remove it, or take a number",
    note = "a text or a list is bounded by its length: `length = 1..=64`"
)]
pub trait IsNumber<T>: Copy {}
impl<T> IsNumber<T> for Maybe {}

/// The type `T` may have a length.
#[diagnostic::on_unimplemented(
    message = "`length` is for texts, lists and maps, and `{T}` is none of them",
    label = "remove it, or take a `String` or a `Vec`",
    note = "a number is bounded by its range: `range = 1..=100`"
)]
pub trait HasLength<T>: Copy {}
impl<T> HasLength<T> for Maybe {}

/// The type `T` may be a text.
#[diagnostic::on_unimplemented(
    message = "`pattern`, `email` and `url` are for texts, and `{T}` is none",
    label = "remove it, or take a `String`"
)]
pub trait IsText<T>: Copy {}
impl<T> IsText<T> for Maybe {}

/// The type `T` may be one value.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not one value, so it cannot be a part of a resource's name",
    label = "name it by a text, a number or a boolean, or name all: `order/*`",
    note = "an argument that is a list or a map has no text of its own"
)]
pub trait IsScalar<T>: Copy {}
impl<T> IsScalar<T> for Maybe {}

/// Checks that `range` fits the type.
pub const fn is_number<T, K: IsNumber<T>>(_: K) {}
/// Checks that `length` fits the type.
pub const fn has_length<T, K: HasLength<T>>(_: K) {}
/// Checks that a pattern or a format fits the type.
pub const fn is_text<T, K: IsText<T>>(_: K) {}
/// Checks that an argument can be a part of a resource's name.
pub const fn is_scalar<T, K: IsScalar<T>>(_: K) {}
