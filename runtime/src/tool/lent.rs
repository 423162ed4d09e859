//! Arguments that a function borrows: `&str` is read as a `String`, `&[T]` as a `Vec<T>`, and `&T` as a `T`.

/// What can be lent to a function for the length of a call.
pub trait Lent {
    /// What is read from JSON and lent.
    type Owned;
    /// Lends it.
    fn lend(owned: &Self::Owned) -> &Self;
}

impl Lent for str {
    type Owned = String;

    fn lend(owned: &String) -> &str {
        owned
    }
}

impl<T> Lent for [T] {
    type Owned = Vec<T>;

    fn lend(owned: &Vec<T>) -> &[T] {
        owned
    }
}

impl<T> Lent for T {
    type Owned = T;

    fn lend(owned: &T) -> &T {
        owned
    }
}
