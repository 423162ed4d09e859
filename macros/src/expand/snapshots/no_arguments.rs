#[allow(clippy::missing_errors_doc, clippy::too_many_arguments, clippy::unused_async)]
/// Tell the time.
async fn now() -> Result<String, Infallible> {
    Ok(clock())
}
#[doc(hidden)]
#[allow(non_camel_case_types, dead_code, unreachable_pub, clippy::exhaustive_structs)]
struct now {}
#[allow(unused_imports)]
const _: () = {
    use ::toolwright::__private::{self as __tw, AnyKind as _, AnyOutput as _};
    impl __tw::Tool for now {
        type Output = Result<String, Infallible>;
        const SPEC: __tw::ToolSpec = __tw::spec("now", "Tell the time.");
        async fn call(__call: __tw::Call) -> __tw::Reply {
            let __output = now().await;
            <Self::Output as __tw::ToolOutput<
                _,
            >>::into_reply(__output, <__tw::Output<Self::Output>>::KIND)
        }
    }
    __tw::linked!(now);
};
