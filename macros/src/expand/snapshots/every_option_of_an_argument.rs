#[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
/// Send a message.
async fn send(
    confidence: f64,
    recipient: &Address,
    link: Option<String>,
    more: BTreeMap<String, u32>,
    order: Order,
    thread: String,
) -> Receipt {
    post(confidence, recipient, link, more, order, thread).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
struct send {}
#[allow(unused_imports)]
const _: () = {
    use ::tools::runtime::__private::{self as __tw, AnyKind as _, AnyOutput as _};
    const __TOOL_ARGS: (
        __tw::Param<f64>,
        __tw::Param<<Address as __tw::Lent>::Owned>,
        __tw::Param<Option<String>>,
        __tw::Param<BTreeMap<String, u32>>,
        __tw::Param<Order>,
        __tw::Param<String>,
    ) = (
        <f64 as __tw::Arg>::PARAM
            .describe(0usize, "confidence", "How sure.")
            .examples(&[|| __tw::show(&0.5), || __tw::show(&f64::EPSILON)])
            .rules(&[__tw::Rule::Minimum("0"), __tw::Rule::ExclusiveMaximum("1")]),
        <<Address as __tw::Lent>::Owned as __tw::Arg>::PARAM
            .describe(1usize, "to", "To whom.")
            .rules(&[__tw::Rule::Email]),
        <Option<String> as __tw::Arg>::PARAM
            .describe(2usize, "link", "Where more is told.")
            .rules(
                &[
                    __tw::Rule::MaxLength(200u64),
                    __tw::Rule::Pattern("^https:"),
                    __tw::Rule::Url,
                ],
            ),
        <BTreeMap<String, u32> as __tw::Arg>::PARAM
            .describe(3usize, "more", "More about it.")
            .or(
                || BTreeMap::<String, u32>::new(),
                <BTreeMap<String, u32> as __tw::Shown>::show,
            )
            .rules(&[__tw::Rule::Minimum("-1.5")]),
        <Order as __tw::Arg>::PARAM
            .describe(4usize, "order", "What it is about.")
            .from(
                <__tw::Output<<orders::lookup_order as __tw::Giver>::Output>>::VALUE
                    .given_to::<orders::lookup_order, Order>(),
            ),
        <String as __tw::Arg>::PARAM
            .describe(5usize, "thread", "What it answers.")
            .refs(),
    );
    const _: () = __tw::is_number::<f64, _>(<__tw::Kind<f64>>::NUMBER);
    const _: () = __tw::is_text::<
        <Address as __tw::Lent>::Owned,
        _,
    >(<__tw::Kind<<Address as __tw::Lent>::Owned>>::TEXT);
    const _: () = __tw::has_length::<
        Option<String>,
        _,
    >(<__tw::Kind<Option<String>>>::LENGTH);
    const _: () = __tw::is_text::<Option<String>, _>(<__tw::Kind<Option<String>>>::TEXT);
    const _: () = __tw::is_text::<Option<String>, _>(<__tw::Kind<Option<String>>>::TEXT);
    const _: () = __tw::is_number::<
        BTreeMap<String, u32>,
        _,
    >(<__tw::Kind<BTreeMap<String, u32>>>::NUMBER);
    impl __tw::Tool for send {
        type Output = Receipt;
        const SPEC: __tw::ToolSpec = __tw::spec("send", "Send a message.")
            .params(
                &[
                    &__TOOL_ARGS.0,
                    &__TOOL_ARGS.1,
                    &__TOOL_ARGS.2,
                    &__TOOL_ARGS.3,
                    &__TOOL_ARGS.4,
                    &__TOOL_ARGS.5,
                ],
            );
        async fn call(__call: __tw::Call) -> __tw::Reply {
            let __args = (
                __call.arg(&__TOOL_ARGS.0)?,
                __call.arg(&__TOOL_ARGS.1)?,
                __call.arg(&__TOOL_ARGS.2)?,
                __call.arg(&__TOOL_ARGS.3)?,
                __call.arg(&__TOOL_ARGS.4)?,
                __call.arg(&__TOOL_ARGS.5)?,
            );
            let __output = send(
                    __args.0,
                    <Address as __tw::Lent>::lend(&__args.1),
                    __args.2,
                    __args.3,
                    __args.4,
                    __args.5,
                )
                .await;
            <Self::Output as __tw::ToolOutput<
                _,
            >>::into_reply(__output, <__tw::Output<Self::Output>>::KIND)
        }
    }
    __tw::linked!(send);
};
