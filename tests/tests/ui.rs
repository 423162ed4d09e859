//! What `#[tool]` says about declarations that are wrong: one file a mistake under `ui/`, with the exact text.
//!
//! After a change of a message: `TRYBUILD=overwrite cargo test -p toolwright-tests --test ui`, and read every `.stderr`
//! as its user would. One case: `cargo test -p toolwright-tests --test ui -- mistakes trybuild=no_unit`.

#[test]
fn mistakes_are_told_where_they_are() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
