//! `Registry::linked()`, and its trap.

use toolwright::Registry;
use toolwright_tests_linked as _;

#[test]
fn every_tool_that_is_linked_is_there() {
    let registry = Registry::linked().unwrap();
    let names: Vec<&str> = registry.names().collect();
    assert!(names.contains(&"linked_library"), "{names:?}");
    assert!(
        names.contains(&"lookup_order"),
        "tools of the program itself: {names:?}"
    );
    assert!(names.is_sorted(), "{names:?}");
    // A dependency that is never mentioned is not linked, so its tools are missing and nothing says so.
    assert!(!names.contains(&"unlinked_library"), "{names:?}");
}
