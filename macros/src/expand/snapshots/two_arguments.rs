#[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
/// Look up one order by its id.
pub async fn lookup_order(
    order_id: String,
    request_id: Option<String>,
) -> Result<Order, ShopError> {
    find(&order_id).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
pub struct lookup_order {}
#[allow(unused_imports)]
const _: () = {
    use ::toolwright::__private::{self as __tw, AnyKind as _, AnyOutput as _};
    const __TOOL_ARGS: (__tw::Param<String>, __tw::Param<Option<String>>) = (
        <String as __tw::Arg>::PARAM
            .describe(0usize, "order_id", "The order's id, for example `A-1234`."),
        <Option<String> as __tw::Arg>::PARAM
            .describe(
                1usize,
                "request_id",
                "Correlates log lines; never changes the answer.",
            ),
    );
    const _: () = __tw::is_scalar::<String, _>(<__tw::Kind<String>>::SCALAR);
    const __TOOL_BATCH: &dyn __tw::BatchCall = &__tw::Keyed::<
        String,
    >::batch(
        "lookup_orders",
        <__tw::Output<Result<Order, ShopError>>>::VALUE,
        lookup_orders,
        |__call| {
            let _ = __call.arg(&__TOOL_ARGS.1)?;
            __tw::Ok(__call.arg(&__TOOL_ARGS.0)?)
        },
    );
    impl __tw::Tool for lookup_order {
        type Output = Result<Order, ShopError>;
        const SPEC: __tw::ToolSpec = __tw::spec(
                "lookup_order",
                "Look up one order by its id.",
            )
            .params(&[&__TOOL_ARGS.0, &__TOOL_ARGS.1])
            .ttl_millis(3600000u64)
            .cache_key_exclude(&["request_id"])
            .tenant_scoped()
            .batch(__TOOL_BATCH)
            .reads(&["order/{order_id}"]);
        async fn call(__call: __tw::Call) -> __tw::Reply {
            let __args = (__call.arg(&__TOOL_ARGS.0)?, __call.arg(&__TOOL_ARGS.1)?);
            let __output = lookup_order(__args.0, __args.1).await;
            <Self::Output as __tw::ToolOutput<
                _,
            >>::into_reply(__output, <__tw::Output<Self::Output>>::KIND)
        }
    }
    __tw::linked!(lookup_order);
};
