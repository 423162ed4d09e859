//! `Registry::linked()`, and its trap.

use toolwright::__private::LINKED;
use toolwright::{Provider, Registry, ToolEntry};
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

#[test]
fn the_order_of_linking_does_not_matter() {
    let entries: Vec<ToolEntry> = LINKED.iter().copied().collect();
    assert!(entries.len() > 10, "or there is no order to speak of");
    let linked = Registry::linked().unwrap();
    let reversed = Registry::new(entries.iter().rev().copied()).unwrap();
    let middle = entries.len() / 2;
    let rotated = Registry::new([&entries[middle..], &entries[..middle]].concat()).unwrap();
    for other in [reversed, rotated] {
        for provider in Provider::ALL {
            assert_eq!(linked.definitions(provider), other.definitions(provider));
        }
        assert_eq!(linked.fingerprint(), other.fingerprint());
    }
}
