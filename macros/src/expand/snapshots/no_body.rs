/// Look up one order of a customer.
#[doc = include_str!("lookup.md")]
/// It is quick.
#[must_use]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
pub(crate) struct lookup {}
#[allow(unused_imports)]
const _: () = {
    use ::toolwright::__private::{self as __tw, AnyKind as _, AnyOutput as _};
    const __TOOL_ARGS: (__tw::Param<u64>, __tw::Param<u64>) = (
        <u64 as __tw::Arg>::PARAM.describe(0usize, "customer", "The customer."),
        <u64 as __tw::Arg>::PARAM.describe(1usize, "order", "The order."),
    );
    const __TOOL_BATCH: &dyn __tw::BatchCall = &__tw::Keyed::<
        (u64, u64),
    >::batch(
        "orders::lookup_many",
        <__tw::Output<Result<Order, ShopError>>>::VALUE,
        orders::lookup_many,
        |__call| { __tw::Ok((__call.arg(&__TOOL_ARGS.0)?, __call.arg(&__TOOL_ARGS.1)?)) },
    );
    impl __tw::Tool for lookup {
        type Output = Result<Order, ShopError>;
        const SPEC: __tw::ToolSpec = __tw::spec(
                "lookup",
                __tw::concat!(
                    "Look up one order of a customer.", "\n", include_str!("lookup.md"),
                    "\n", "It is quick."
                )
                    .trim_ascii(),
            )
            .params(&[&__TOOL_ARGS.0, &__TOOL_ARGS.1])
            .batch_only(__TOOL_BATCH);
        async fn call(__call: __tw::Call) -> __tw::Reply {
            __tw::batch_of_one(__TOOL_BATCH, __call).await
        }
    }
    __tw::linked!(lookup);
};
