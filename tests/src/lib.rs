//! The [`soak`], which a program and a test run. The other tests are in `tests/`, in two binaries. The code of the README and of
//! the cookbook is tested from here, and so are tools that no registry takes.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;

#[cfg(test)]
mod broken;
mod cookbook;
pub mod soak;
