#[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
/// Refund one order in full.
///
/// The money is back within a day.
#[deprecated]
#[allow(non_snake_case, reason = "the API spells it so")]
#[cfg(feature = "refunds")]
async fn issue_refund(
    ctx: &Context,
    db: Db,
    mail: &Mail,
    id: OrderId,
    reason: String,
    notify: bool,
) -> Result<Refund, ShopError> {
    refund(ctx, db, mail, id, reason, notify).await
}
#[cfg(feature = "refunds")]
#[deprecated]
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
struct issue_refund {}
#[cfg(feature = "refunds")]
#[allow(non_snake_case, reason = "the API spells it so")]
#[allow(deprecated)]
#[allow(unused_imports)]
const _: () = {
    use ::toolwright::__private::{self as __tw, AnyKind as _, AnyOutput as _};
    const __TOOL_ARGS: (__tw::Param<OrderId>, __tw::Param<String>, __tw::Param<bool>) = (
        <OrderId as __tw::Arg>::PARAM
            .describe(0usize, "order_id", "The order to refund."),
        <String as __tw::Arg>::PARAM
            .describe(1usize, "reason", "Why.")
            .or(|| "unspecified".to_owned(), <String as __tw::Shown>::show),
        <bool as __tw::Arg>::PARAM
            .describe(2usize, "notify", "")
            .or(<bool as __tw::OwnDefault>::own_default, <bool as __tw::Shown>::show),
    );
    const _: () = __tw::is_scalar::<OrderId, _>(<__tw::Kind<OrderId>>::SCALAR);
    impl __tw::Tool for issue_refund {
        type Output = Result<Refund, ShopError>;
        const SPEC: __tw::ToolSpec = __tw::spec(
                "refund-order",
                "Refund one order in full.\n\nThe money is back within a day.",
            )
            .params(&[&__TOOL_ARGS.0, &__TOOL_ARGS.1, &__TOOL_ARGS.2])
            .states(
                &[<() as __tw::StateOf<Db>>::SPEC, <() as __tw::StateRefOf<Mail>>::SPEC],
            )
            .shared()
            .version(2u32)
            .writes(&["order/{order_id}", "balance"]);
        async fn call(__call: __tw::Call) -> __tw::Reply {
            let __args = (
                __call.arg(&__TOOL_ARGS.0)?,
                __call.arg(&__TOOL_ARGS.1)?,
                __call.arg(&__TOOL_ARGS.2)?,
            );
            let __output = issue_refund(
                    __call.context(),
                    <() as __tw::StateOf<Db>>::get_clone(&__call)?,
                    <() as __tw::StateRefOf<Mail>>::get(&__call)?,
                    __args.0,
                    __args.1,
                    __args.2,
                )
                .await;
            <Self::Output as __tw::ToolOutput<
                _,
            >>::into_reply(__output, <__tw::Output<Self::Output>>::KIND)
        }
    }
    __tw::linked!(issue_refund);
};
