//! Attributes of the user's own, on methods and beside other macros.

use std::sync::{Arc, Mutex};

use toolwright::{Harness, ToolSet, registry, tool, tools};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::one;

/// A type whose methods have attributes.
struct Store(u32);

#[tools]
#[allow(clippy::use_self, reason = "the block's own attributes stay")]
impl Store {
    /// There.
    #[tool]
    #[cfg(not(any()))]
    async fn attr_there(&self) -> u32 {
        self.0
    }

    /// Not there, and its types are not either.
    #[tool(batch = "Self::no_such_function")]
    #[cfg(any())]
    async fn attr_absent(
        &self,
        /// Of what.
        of: NoSuchType,
    ) -> NoSuchType;

    /// Two of one name, of which one is there.
    #[cfg(not(any()))]
    #[tool]
    async fn attr_either(&self) -> u32 {
        1
    }

    /// The other one.
    #[cfg(any())]
    #[tool]
    async fn attr_either(&self) -> NoSuchType {
        NoSuchType
    }

    /// Old.
    #[deprecated = "use `attr_there`"]
    #[tool]
    async fn attr_deprecated(
        &self,
        /// A number.
        number: u32,
    ) -> u32 {
        number
    }

    /// Spelled as another API spells it.
    #[allow(non_snake_case, reason = "the API spells it so")]
    #[tool]
    async fn attrCamelCase(
        &self,
        /// The order.
        orderId: u32,
    ) -> u32 {
        orderId
    }

    /// Takes what is deprecated.
    #[expect(deprecated, reason = "models of old still send it")]
    #[tool]
    async fn attr_old_type(
        &self,
        /// An old id.
        id: OldId,
    ) -> OldId {
        id
    }

    /// Is traced.
    #[tool]
    #[tracing::instrument(skip(self), fields(store = self.0))]
    #[must_use = "it costs a span"]
    async fn attr_traced_method(
        &self,
        /// A number.
        number: u32,
    ) -> Store {
        drop(tracing::Span::current());
        Store(number)
    }
}

impl serde::Serialize for Store {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

/// A block that is not there.
#[cfg(any())]
#[tools]
impl NoSuchType {
    /// Nor is its tool.
    #[tool]
    async fn attr_of_nothing(&self) -> NoSuchType {
        NoSuchType
    }
}

#[tools]
#[cfg(any())]
impl NoSuchType {
    /// Nor is its tool.
    #[tool]
    async fn attr_of_nothing_either(&self) -> NoSuchType {
        NoSuchType
    }
}

#[allow(deprecated, reason = "derives name the type")]
mod old {
    #[deprecated]
    #[derive(serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
    pub(super) struct OldId(u32);
}
#[expect(deprecated, reason = "it is under test")]
use old::OldId;

/// Is traced, below our attribute.
#[tool]
#[tracing::instrument(err)]
async fn attr_traced_below(
    /// A number.
    number: u32,
) -> Result<u32, String> {
    Ok(number)
}

/// Is traced, above our attribute.
#[tracing::instrument(skip_all)]
#[tool]
async fn attr_traced_above(
    #[context] ctx: &toolwright::Context,
    /// A number.
    #[arg(range = 1..)]
    number: u32,
) -> u32 {
    number + u32::from(ctx.tenant().is_some())
}

/// Remembers the names of all spans.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<&'static str>>>);

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut names = self.0.lock().unwrap();
        names.push(span.metadata().name());
        Id::from_u64(names.len() as u64)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn attributes_stay_with_their_methods() {
    let names: Vec<&str> = Store::ENTRIES.iter().map(|it| it.spec().name()).collect();
    assert_eq!(
        names,
        [
            "attr_there",
            "attr_either",
            "attr_deprecated",
            "attrCamelCase",
            "attr_old_type",
            "attr_traced_method"
        ]
    );
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let harness = Harness::builder(registry![Store, attr_traced_below, attr_traced_above].unwrap())
        .state(Arc::new(Store(3)))
        .build()
        .unwrap();
    let session = harness.session().tenant("t").start();
    for (tool, arguments, expected) in [
        ("attr_there", "", "3"),
        ("attr_either", "", "1"),
        ("attr_deprecated", r#"{"number":4}"#, "4"),
        ("attrCamelCase", r#"{"orderId":5}"#, "5"),
        ("attr_old_type", r#"{"id":6}"#, "6"),
        ("attr_traced_method", r#"{"number":7}"#, "7"),
        ("attr_traced_below", r#"{"number":8}"#, "8"),
        ("attr_traced_above", r#"{"number":9}"#, "10"),
    ] {
        let outcome = one(&session, tool, arguments).await;
        assert_eq!(outcome.text(), expected, "{tool}");
    }
    let mut seen = spans.0.lock().unwrap().clone();
    // Those of the ticks and of the calls themselves.
    seen.retain(|name| !["tick", "execute_tool"].contains(name));
    assert_eq!(
        seen,
        [
            "attr_traced_method",
            "attr_traced_below",
            "attr_traced_above"
        ]
    );
}
