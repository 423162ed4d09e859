//! Nothing: the tests are in `tests/`, in two binaries. The README's code is tested from here.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;
