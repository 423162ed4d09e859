//! Tools that are methods: `#[tools] impl Shop { #[tool] async fn … }`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use toolwright::{
    Context, ErrorKind, Harness, Levers, Registry, Tool as _, ToolCall, ToolSet, registry, tool,
    tools,
};

/// Not `Clone`: methods borrow it.
#[derive(Default)]
struct Shop {
    orders: HashMap<String, u32>,
    batches: AtomicUsize,
}

#[tools]
impl Shop {
    fn new() -> Self {
        let orders = HashMap::from([("A-1".to_owned(), 1999), ("A-2".to_owned(), 500)]);
        Self {
            orders,
            ..Self::default()
        }
    }

    /// The total of one order of this shop, in cents.
    #[tool(ttl = "5m", reads = "order/{order_id}")]
    async fn method_total(
        &self,
        /// The order's id.
        order_id: &str,
    ) -> Option<u32> {
        self.orders.get(order_id).copied()
    }

    /// Whose shop this is.
    #[tool]
    async fn method_tenant(&self, #[context] ctx: &Context) -> Result<String, String> {
        ctx.tenant()
            .map(str::to_owned)
            .ok_or_else(|| "nobody's".to_owned())
    }

    /// How many orders there are.
    #[tool]
    async fn method_count(self: Arc<Self>) -> usize {
        self.orders.len()
    }

    /// The total of one order, asked for together with others.
    #[tool(batch = "Self::method_totals")]
    async fn method_batched(
        &self,
        /// The order's id.
        order_id: String,
    ) -> u32;

    async fn method_totals(&self, ctx: &Context, ids: Vec<String>) -> HashMap<String, u32> {
        assert!(ctx.call_id().is_none());
        self.batches.fetch_add(1, Ordering::Relaxed);
        let total = |id: String| Some((id.clone(), *self.orders.get(&id)?));
        ids.into_iter().filter_map(total).collect()
    }

    /// What the shop is called.
    #[tool]
    async fn method_name() -> &'static str {
        "the corner shop"
    }
}

/// A free tool beside them.
#[tool]
async fn method_neighbour() -> Result<u8, String> {
    Ok(7)
}

fn call(tool: &str, arguments: &str) -> ToolCall {
    ToolCall::new("1", tool, arguments)
}

#[tokio::test]
async fn methods_join_free_tools_and_take_their_type_as_state() {
    let registry = registry![Shop, method_neighbour].unwrap();
    assert_eq!(
        registry.names().collect::<Vec<_>>(),
        [
            "method_batched",
            "method_count",
            "method_name",
            "method_neighbour",
            "method_tenant",
            "method_total"
        ]
    );
    let shop = Arc::new(Shop::new());
    let harness = Harness::builder(registry)
        .state(Arc::clone(&shop))
        .build()
        .unwrap();
    let session = harness.session().tenant("acme").start();
    for (tool, arguments, expected) in [
        ("method_total", r#"{"order_id":"A-1"}"#, "1999"),
        ("method_total", r#"{"order_id":"A-9"}"#, "null"),
        ("method_tenant", "{}", "acme"),
        ("method_count", "{}", "2"),
        ("method_name", "{}", "the corner shop"),
        ("method_neighbour", "{}", "7"),
    ] {
        let outcomes = session.dispatch([call(tool, arguments)]).await;
        assert_eq!(outcomes[0].text(), expected, "{tool}");
    }
    // It stays a method that can be called directly.
    assert_eq!(shop.method_total("A-2").await, Some(500));
}

#[tokio::test]
async fn a_batch_method_takes_self_and_the_context() {
    let shop = Arc::new(Shop::new());
    let harness = Harness::builder(registry![Shop].unwrap())
        .state(Arc::clone(&shop))
        .build()
        .unwrap();
    let session = harness.session().start();
    let outcomes = session
        .dispatch(
            ["A-1", "A-2", "A-9"]
                .map(|id| ToolCall::new(id, "method_batched", format!(r#"{{"order_id":"{id}"}}"#))),
        )
        .await;
    let texts: Vec<&str> = outcomes.iter().map(toolwright::Outcome::text).collect();
    assert_eq!(
        texts,
        ["1999", "500", "nothing was found for these arguments"]
    );
    assert_eq!(shop.batches.load(Ordering::Relaxed), 1);

    let harness = Harness::builder(registry![Shop].unwrap())
        .state(Arc::clone(&shop))
        .levers(Levers::none())
        .build()
        .unwrap();
    let session = harness.session().start();
    let outcomes = session
        .dispatch([call("method_batched", r#"{"order_id":"A-1"}"#)])
        .await;
    assert_eq!(outcomes[0].text(), "1999");
}

#[test]
fn a_missing_self_is_found_when_the_harness_is_built() {
    let error = Harness::builder(registry![Shop].unwrap())
        .build()
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("`method_total`"), "{text}");
    assert!(
        text.contains("methods::Shop`: give the harness one"),
        "{text}"
    );
}

#[test]
fn the_set_can_be_taken_apart() {
    let some = Shop::ENTRIES
        .iter()
        .filter(|tool| tool.spec().name() != "method_count");
    let registry = Registry::new(some.copied()).unwrap();
    assert_eq!(registry.len(), 4);
    assert!(registry.spec("method_count").is_none());
    assert_eq!(method_neighbour::SPEC.name(), "method_neighbour");
}

#[tokio::test]
async fn errors_of_methods_are_errors() {
    let harness = Harness::builder(registry![Shop].unwrap())
        .state(Arc::new(Shop::new()))
        .build()
        .unwrap();
    let outcomes = harness
        .session()
        .start()
        .dispatch([call("method_tenant", "")])
        .await;
    let error = outcomes[0].result().unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Failed, "nobody's")
    );
}
