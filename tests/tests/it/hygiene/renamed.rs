//! A library that knows toolwright by another name: see `tests/renamed`.

use std::collections::HashMap;
use std::sync::Arc;

use toolwright::{Harness, Registry};
use toolwright_tests_renamed::{Shop, registry};

use crate::one;

#[tokio::test]
async fn a_renamed_dependency_is_as_good() {
    let orders = HashMap::from([("A-1".to_owned(), 5), ("A-2".to_owned(), 7)]);
    let shop = Arc::new(Shop { orders });
    let harness = Harness::builder(registry().unwrap())
        .state(Shop::clone(&shop))
        .state(shop)
        .build()
        .unwrap();
    let session = harness.session().tenant("t").start();
    for (tool, arguments, expected) in [
        (
            "renamed_order",
            r#"{"id":"A-2"}"#,
            r#"{"id":"A-2","total":7}"#,
        ),
        (
            "renamed_search",
            r#"{"prefix":"A","limit":1}"#,
            r#"[{"id":"A-1","total":5}]"#,
        ),
        (
            "renamed_best",
            r#"{"at_least":"6"}"#,
            r#"{"id":"A-2","total":7}"#,
        ),
        (
            "renamed_picture",
            r#"{"order":{"id":"A-1","total":5}}"#,
            "A-1\n5 cents",
        ),
        ("renamed_delete", r#"{"id":"A-3"}"#, "false"),
    ] {
        let outcome = one(&session, tool, arguments).await;
        assert_eq!(outcome.text(), expected, "{tool}");
    }
}

#[test]
fn the_tools_of_a_renamed_dependency_are_linked() {
    let linked = Registry::linked().unwrap();
    let names: Vec<&str> = linked
        .names()
        .filter(|it| it.starts_with("renamed_"))
        .collect();
    assert_eq!(
        names,
        [
            "renamed_best",
            "renamed_delete",
            "renamed_order",
            "renamed_picture",
            "renamed_runtime",
            "renamed_search"
        ]
    );
}
