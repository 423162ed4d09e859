/// A shop.
#[cfg(feature = "shop")]
impl Shop<Db> {
    const LIMIT: u32 = 10;
    #[allow(
        clippy::missing_errors_doc,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    /// Look up one order.
    #[tracing::instrument]
    pub(crate) async fn lookup_order(&self, id: &str) -> Option<Order> {
        self.find(id).await
    }
    async fn lookup_all(&self, ids: Vec<String>) -> Vec<Option<Order>> {
        self.find_all(ids).await
    }
    async fn lookup_users(ids: Vec<u64>) -> Vec<String> {
        users::all(ids).await
    }
    #[allow(
        clippy::missing_errors_doc,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    /// List the orders of a page.
    #[cfg(unix)]
    async fn list_orders(
        self: Arc<Self>,
        from: Option<Order>,
        limit: u32,
        language: String,
    ) -> Result<Vec<Self>, ShopError> {
        self.list(from, limit, language).await
    }
}
#[cfg(feature = "shop")]
const _: () = {
    use ::toolwright::__private as __tw;
    #[allow(dead_code)]
    type __ToolSelf = Shop<Db>;
    #[allow(non_camel_case_types, clippy::exhaustive_structs)]
    struct lookup_order {}
    #[allow(unused_imports)]
    const _: () = {
        use __tw::{self as __tw, AnyKind as _, AnyOutput as _};
        const __TOOL_ARGS: (__tw::Param<<str as __tw::Lent>::Owned>,) = (
            <<str as __tw::Lent>::Owned as __tw::Arg>::PARAM
                .describe(0usize, "id", "The order's id.")
                .examples(&[|| __tw::show(&"A-1")])
                .rules(&[__tw::Rule::MinLength(1u64), __tw::Rule::MaxLength(64u64)]),
        );
        const _: () = __tw::has_length::<
            <str as __tw::Lent>::Owned,
            _,
        >(<__tw::Kind<<str as __tw::Lent>::Owned>>::LENGTH);
        const __TOOL_BATCH: &dyn __tw::BatchCall = &__tw::Keyed::<
            <str as __tw::Lent>::Owned,
        >::batch_method::<
            __ToolSelf,
            _,
            _,
            _,
        >(
            "Self::lookup_all",
            <__tw::Output<Option<Order>>>::VALUE,
            __ToolSelf::lookup_all,
            |__call| { __tw::Ok(__call.arg(&__TOOL_ARGS.0)?) },
        );
        impl __tw::Tool for lookup_order {
            type Output = Option<Order>;
            const SPEC: __tw::ToolSpec = __tw::spec("lookup_order", "Look up one order.")
                .params(&[&__TOOL_ARGS.0])
                .states(&[<() as __tw::StateRefOf<__ToolSelf>>::SPEC])
                .ttl_millis(300000u64)
                .stale_if_error_millis(3600000u64)
                .batch(__TOOL_BATCH)
                .batch_of_at_most(64u32);
            async fn call(__call: __tw::Call) -> __tw::Reply {
                let __args = (__call.arg(&__TOOL_ARGS.0)?,);
                let __output = <__ToolSelf>::lookup_order(
                        <() as __tw::StateRefOf<__ToolSelf>>::get(&__call)?,
                        <str as __tw::Lent>::lend(&__args.0),
                    )
                    .await;
                <Self::Output as __tw::ToolOutput<
                    _,
                >>::into_reply(__output, <__tw::Output<Self::Output>>::KIND)
            }
        }
        __tw::linked!(lookup_order);
    };
    #[allow(non_camel_case_types, clippy::exhaustive_structs)]
    struct lookup_user {}
    #[allow(unused_imports)]
    const _: () = {
        use __tw::{self as __tw, AnyKind as _, AnyOutput as _};
        const __TOOL_ARGS: (__tw::Param<u64>,) = (
            <u64 as __tw::Arg>::PARAM.describe(0usize, "id", "The user's id."),
        );
        const __TOOL_BATCH: &dyn __tw::BatchCall = &__tw::Keyed::<
            u64,
        >::batch(
            "Self::lookup_users",
            <__tw::Output<String>>::VALUE,
            __ToolSelf::lookup_users,
            |__call| { __tw::Ok(__call.arg(&__TOOL_ARGS.0)?) },
        );
        impl __tw::Tool for lookup_user {
            type Output = String;
            const SPEC: __tw::ToolSpec = __tw::spec(
                    "lookup_user",
                    "Look up one user, as everyone does.",
                )
                .params(&[&__TOOL_ARGS.0])
                .shared()
                .batch_only(__TOOL_BATCH);
            async fn call(__call: __tw::Call) -> __tw::Reply {
                __tw::batch_of_one(__TOOL_BATCH, __call).await
            }
        }
        __tw::linked!(lookup_user);
    };
    #[cfg(unix)]
    #[allow(non_camel_case_types, clippy::exhaustive_structs)]
    struct list_orders {}
    #[cfg(unix)]
    #[allow(unused_imports)]
    const _: () = {
        use __tw::{self as __tw, AnyKind as _, AnyOutput as _};
        const __TOOL_ARGS: (
            __tw::Param<Option<Order>>,
            __tw::Param<u32>,
            __tw::Param<String>,
        ) = (
            <Option<Order> as __tw::Arg>::PARAM
                .describe(0usize, "from", "Where to begin.")
                .from(
                    <__tw::Output<<lookup_order as __tw::Giver>::Output>>::VALUE
                        .given_to::<lookup_order, Option<Order>>(),
                ),
            <u32 as __tw::Arg>::PARAM
                .describe(1usize, "limit", "How many.")
                .or(|| __ToolSelf::LIMIT, <u32 as __tw::Shown>::show)
                .rules(&[__tw::Rule::Minimum("1"), __tw::Rule::Maximum("100")]),
            <String as __tw::Arg>::PARAM
                .describe(2usize, "language", "In which language.")
                .or(
                    || <String as __tw::FromText>::from_text("en"),
                    <String as __tw::Shown>::show,
                ),
        );
        const _: () = __tw::is_number::<u32, _>(<__tw::Kind<u32>>::NUMBER);
        impl __tw::Tool for list_orders {
            type Output = Result<Vec<__ToolSelf>, ShopError>;
            const SPEC: __tw::ToolSpec = __tw::spec(
                    "list_orders",
                    "List the orders of a page.",
                )
                .params(&[&__TOOL_ARGS.0, &__TOOL_ARGS.1, &__TOOL_ARGS.2])
                .states(&[<() as __tw::StateOf<Arc<__ToolSelf>>>::SPEC])
                .output_schema(
                    __tw::output_schema(
                        <__tw::Output<Result<Vec<__ToolSelf>, ShopError>>>::VALUE,
                    ),
                )
                .coerce()
                .after(&["lookup_order"])
                .timeout_millis(5000u64)
                .rate(10u32, 1000u64);
            async fn call(__call: __tw::Call) -> __tw::Reply {
                let __args = (
                    __call.arg(&__TOOL_ARGS.0)?,
                    __call.arg(&__TOOL_ARGS.1)?,
                    __call.arg(&__TOOL_ARGS.2)?,
                );
                let __output = <__ToolSelf>::list_orders(
                        <() as __tw::StateOf<Arc<__ToolSelf>>>::get_clone(&__call)?,
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
        __tw::linked!(list_orders);
    };
    impl __tw::ToolSet for Shop<Db> {
        const ENTRIES: &'static [__tw::ToolEntry] = &[
            __tw::ToolEntry::of::<lookup_order>(),
            __tw::ToolEntry::of::<lookup_user>(),
            #[cfg(unix)]
            __tw::ToolEntry::of::<list_orders>(),
        ];
    }
};
