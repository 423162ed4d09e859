#[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
/// Search the orders.
#[allow(unused_variables, reason = "not yet")]
async fn search(search: Search) -> Vec<Order> {
    vec![]
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
struct search {}
#[allow(unused_variables, reason = "not yet")]
#[allow(unused_imports)]
const _: () = {
    use ::toolwright::__private::{self as __tw, AnyKind as _, AnyOutput as _};
    const __TOOL_ARGS: (__tw::Param<Search>,) = (
        <Search as __tw::Arg>::PARAM.describe(0usize, "search", "").flat(),
    );
    impl __tw::Tool for search {
        type Output = Vec<Order>;
        const SPEC: __tw::ToolSpec = __tw::spec("search", "Search the orders.")
            .params(&[&__TOOL_ARGS.0])
            .ttl_millis(86400000u64)
            .stale_while_revalidate_millis(30000u64)
            .cache_key_exclude(&["page", "search"])
            .reads(&["order/{shop}"]);
        async fn call(__call: __tw::Call) -> __tw::Reply {
            let __args = (__call.arg(&__TOOL_ARGS.0)?,);
            let __output = search(__args.0).await;
            <Self::Output as __tw::ToolOutput<
                _,
            >>::into_reply(__output, <__tw::Output<Self::Output>>::KIND)
        }
    }
    __tw::linked!(search);
};
