//! Nothing: the tests are in `tests/`, in two binaries. The README's code is tested from here, and so are tools that no
//! registry takes.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;

#[cfg(test)]
mod broken;
