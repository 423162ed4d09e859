//! Snapshots of the expansion, one file a case; `UPDATE_EXPECT=1 cargo test -p toolwright-macros` rewrites them.

use expect_test::expect_file;
use proc_macro2::TokenStream;
use quote::quote;

/// Compares what `#[tool(attribute)]` makes of `item` with a committed file.
macro_rules! check {
    ($name:literal, $attribute:expr, $item:expr $(,)?) => {
        expect_file![concat!("snapshots/", $name, ".rs")].assert_eq(&expansion($attribute, &$item))
    };
}

/// The formatted expansion.
fn expansion(attribute: TokenStream, item: &TokenStream) -> String {
    let tokens = super::tool(attribute, item);
    let file = syn::parse2(tokens).expect("an expansion is a file of items");
    prettyplease::unparse(&file)
}

fn lookup_order() -> (TokenStream, TokenStream) {
    let attribute = quote! {
        ttl = "1h", cache_key_exclude = "request_id", tenant_scoped, batch = "lookup_orders",
        reads = "order/{order_id}"
    };
    let item = quote! {
        /// Look up one order by its id.
        pub async fn lookup_order(
            /// The order's id, for example `A-1234`.
            order_id: String,
            /// Correlates log lines; never changes the answer.
            request_id: Option<String>,
        ) -> Result<Order, ShopError> {
            find(&order_id).await
        }
    };
    (attribute, item)
}

#[test]
fn two_arguments() {
    let (attribute, item) = lookup_order();
    check!("two_arguments", attribute, item);
}

#[test]
fn two_arguments_fit_on_a_page() {
    let (attribute, item) = lookup_order();
    let all = expansion(attribute, &item);
    // The user's own function ends with the first line that is a brace and nothing else.
    let ours = all.lines().skip_while(|line| *line != "}").skip(1).count();
    assert!((20..=50).contains(&ours), "{ours} lines:\n{all}");
}

#[test]
fn state_context_and_default() {
    check!(
        "state_context_and_default",
        quote!(
            writes = "order/{order_id}, balance",
            name = "refund-order",
            version = 2,
            shared
        ),
        quote! {
            /// Refund one order in full.
            ///
            /// The money is back within a day.
            #[deprecated]
            #[allow(non_snake_case, reason = "the API spells it so")]
            #[cfg(feature = "refunds")]
            async fn issue_refund(
                #[context] ctx: &Context,
                #[state] db: Db,
                #[state] mail: &Mail,
                /// The order to refund.
                #[arg(rename = "order_id")]
                id: OrderId,
                /// Why.
                #[arg(default = "unspecified".to_owned())]
                reason: String,
                #[arg(default, undocumented)]
                notify: bool,
            ) -> Result<Refund, ShopError> {
                refund(ctx, db, mail, id, reason, notify).await
            }
        },
    );
}

#[test]
fn no_body() {
    check!(
        "no_body",
        quote!(batch = orders::lookup_many),
        quote! {
            /// Look up one order of a customer.
            #[doc = include_str!("lookup.md")]
            /// It is quick.
            pub(crate) async fn lookup(
                /// The customer.
                customer: u64,
                /// The order.
                order: u64,
            ) -> Result<Order, ShopError>;
        },
    );
}

#[test]
fn no_arguments() {
    check!(
        "no_arguments",
        quote!(),
        quote! {
            /// Tell the time.
            async fn now() -> Result<String, Infallible> {
                Ok(clock())
            }
        },
    );
}

#[test]
fn broken() {
    check!(
        "broken",
        quote!(ttl = "5", batch = "lookup_orders"),
        quote! {
            /// Look up one order.
            fn lookup_order(
                /// The order's id.
                order_id: &str,
            ) -> Result<Order, ShopError> {
                find(order_id)
            }
        },
    );
}

#[test]
fn not_a_function() {
    check!(
        "not_a_function",
        quote!(),
        quote!(
            pub struct Order {
                id: String,
            }
        )
    );
}

#[test]
fn a_half_typed_body_does_not_cost_the_function() {
    let item = quote! {
        /// Look up one order.
        async fn lookup_order() -> Result<Order, ShopError> {
            let order = find(;); order.
        }
    };
    for attribute in [quote!(), quote!(ttl = ), quote!(ttl = "5", batch)] {
        let tokens = super::tool(attribute, &item).to_string();
        assert!(tokens.contains("async fn lookup_order"), "{tokens}");
        assert!(
            tokens.contains("let order = find (;) ; order ."),
            "{tokens}"
        );
        assert!(tokens.contains("struct lookup_order"), "{tokens}");
    }
}
