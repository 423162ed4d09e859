::core::compile_error! {
    "a tool is an `async fn`: write `async fn lookup_order`"
}
::core::compile_error! {
    "a TTL needs a unit: write \"5s\", \"5m\" or \"5h\""
}
#[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
/// Look up one order.
fn lookup_order(order_id: &str) -> Result<Order, ShopError> {
    find(order_id)
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
struct lookup_order {}
const _: () = {
    use ::toolwright::__private as __tw;
    impl __tw::Tool for lookup_order {
        type Output = __tw::Never;
        const SPEC: __tw::ToolSpec = __tw::spec("", "");
        async fn call(__call: __tw::Call) -> __tw::Reply {
            __tw::never(__call)
        }
    }
};
