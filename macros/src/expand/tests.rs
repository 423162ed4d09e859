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
            #[must_use]
            #[rustfmt::skip]
            #[clippy::has_significant_drop]
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
fn every_option_of_an_argument() {
    check!(
        "every_option_of_an_argument",
        quote!(crate = ::tools::runtime),
        quote! {
            /// Send a message.
            async fn send(
                /// How sure.
                #[arg(range(0.0..1.0), example(0.5, f64::EPSILON))]
                confidence: f64,
                /// To whom.
                #[arg(email, rename = "to")]
                recipient: &Address,
                /// Where more is told.
                #[arg(url, pattern = "^https:", length(max = 200))]
                link: Option<String>,
                /// More about it.
                #[arg(default = BTreeMap::<String, u32>::new(), range = -1.5..)]
                more: BTreeMap<String, u32>,
                /// What it is about.
                #[arg(from = "orders::lookup_order")]
                order: Order,
                /// What it answers.
                #[arg(refs)]
                thread: String,
            ) -> Receipt {
                post(confidence, recipient, link, more, order, thread).await
            }
        },
    );
}

#[test]
fn all_arguments_at_once() {
    check!(
        "all_arguments_at_once",
        quote!(
            ttl = "1d",
            stale_while_revalidate = "30s",
            cache_key_exclude("page", "search"),
            reads = "order/{shop}"
        ),
        quote! {
            /// Search the orders.
            #[allow(unused_variables, reason = "not yet")]
            async fn search(
                #[arg(flatten)]
                search: Search,
            ) -> Vec<Order> {
                vec![]
            }
        },
    );
}

#[test]
fn methods() {
    let item = quote! {
        /// A shop.
        #[cfg(feature = "shop")]
        impl Shop<Db> {
            const LIMIT: u32 = 10;

            /// Look up one order.
            #[tool(ttl = "5m", stale_if_error = "1h", batch = "Self::lookup_all", batch_max = 64)]
            #[tracing::instrument]
            pub(crate) async fn lookup_order(
                &self,
                /// The order's id.
                #[arg(length = 1..=64, example = "A-1")]
                id: &str,
            ) -> Option<Order> {
                self.find(id).await
            }

            async fn lookup_all(&self, ids: Vec<String>) -> Vec<Option<Order>> {
                self.find_all(ids).await
            }

            /// Look up one user, as everyone does.
            #[tool(batch = "Self::lookup_users", shared)]
            async fn lookup_user(
                /// The user's id.
                id: u64,
            ) -> String;

            async fn lookup_users(ids: Vec<u64>) -> Vec<String> {
                users::all(ids).await
            }

            /// List the orders of a page.
            #[tool(output_schema, coerce, timeout = "5s", rate = "10/s", after = "lookup_order")]
            #[cfg(unix)]
            async fn list_orders(
                self: Arc<Self>,
                /// Where to begin.
                #[arg(from = Self::lookup_order)]
                from: Option<Order>,
                /// How many.
                #[arg(range = 1..=100, default = Self::LIMIT)]
                limit: u32,
                /// In which language.
                #[arg(default = "en")]
                language: String,
            ) -> Result<Vec<Self>, ShopError> {
                self.list(from, limit, language).await
            }
        }
    };
    let tokens = super::tools(quote!(), &item);
    let file = syn::parse2(tokens).expect("an expansion is a file of items");
    expect_file!["snapshots/methods.rs"].assert_eq(&prettyplease::unparse(&file));
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

#[test]
fn a_half_typed_body_does_not_cost_a_method_or_its_neighbours() {
    let item = quote! {
        impl Shop {
            /// Look up one order.
            #[tool]
            async fn lookup_order(&self) -> Result<Order, ShopError> {
                let order = find(;); order.
            }

            async fn helper(&self, ids: Vec<String>) -> Vec<Order> {
                self.
            }

            /// Look up one user.
            #[tool(batch = "Self::helper")]
            async fn lookup_user(
                &self,
                /// The user's id.
                id: String,
            ) -> Result<Order, ShopError>;

            pub async fn new_
        }
    };
    for attribute in [quote!(), quote!(crate = ), quote!(ttl = "5")] {
        let is_sound = attribute.is_empty();
        let tokens = super::tools(attribute, &item).to_string();
        for kept in [
            "async fn lookup_order",
            "let order = find (;) ; order .",
            "async fn helper",
            "{ self . }",
            "pub async fn new_ }",
            "ToolSet for Shop",
        ] {
            assert!(tokens.contains(kept), "{kept}: {tokens}");
        }
        for declared in ["struct lookup_order", "struct lookup_user", "batch_method"] {
            assert_eq!(tokens.contains(declared), is_sound, "{declared}: {tokens}");
        }
        assert!(!tokens.contains("# [tool"), "{tokens}");
    }
}
