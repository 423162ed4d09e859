//! Nothing: the tests are in `tests/`, in two binaries.
