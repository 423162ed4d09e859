//! `#[tools]` in odd places, and methods as people write them.

use std::sync::Arc;

use toolwright::{Harness, Registry, Tool as _, ToolSet, registry, tool, tools};

use crate::one;

/// What each call of each tool answers; the harness has a `3` as state of every type here.
async fn check(registry: Registry, harness: fn(Registry) -> Harness, calls: &[(&str, &str, &str)]) {
    let harness = harness(registry);
    let session = harness.session().tenant("t").start();
    for (tool, arguments, expected) in calls {
        let outcome = one(&session, tool, arguments).await;
        assert_eq!(outcome.text(), *expected, "{tool}");
    }
}

mod private {
    use toolwright::tools;

    #[derive(Clone)]
    pub(super) struct Hidden(pub(super) u8);

    struct Unreachable;

    #[tools]
    impl Hidden {
        /// A private method of a private type.
        #[tool]
        async fn block_private(self) -> u8 {
            self.0
        }

        /// One that only the module around may call.
        #[tool]
        pub(super) async fn block_super(&self) -> u8 {
            self.0 + 1
        }

        /// One that the whole crate may call.
        #[tool]
        pub(crate) async fn block_crate() -> u8 {
            9
        }
    }

    #[tools]
    impl Unreachable {
        /// A tool that only a linked registry finds.
        #[tool]
        async fn block_unreachable() -> u8 {
            8
        }
    }

    pub(super) fn unreachable() -> Result<toolwright::Registry, toolwright::RegistryError> {
        toolwright::registry![Unreachable]
    }
}

#[tokio::test]
async fn a_block_may_be_in_a_private_module_or_in_a_function() {
    struct Inner(u8);

    #[tools]
    impl Inner {
        const STEP: u8 = 2;

        /// A method of a type in a function's body.
        #[tool]
        async fn block_inner(
            &self,
            /// How often.
            #[arg(default = Self::STEP)]
            times: u8,
        ) -> u8 {
            self.0 * times
        }
    }

    assert!(private::unreachable().is_ok());
    let hidden = private::Hidden(3);
    assert_eq!(hidden.block_super().await, 4);
    assert_eq!(private::Hidden::block_crate().await, 9);
    check(
        registry![private::Hidden, Inner].unwrap(),
        |registry| {
            let builder = Harness::builder(registry).state(private::Hidden(3));
            builder.state(Arc::new(Inner(3))).build().unwrap()
        },
        &[
            ("block_private", "", "3"),
            ("block_super", "", "4"),
            ("block_crate", "", "9"),
            ("block_inner", "", "6"),
        ],
    )
    .await;
}

/// Two types in one module.
struct Cats(u8);
struct Dogs(u8);

#[tools]
impl Cats {
    /// Count the cats.
    #[tool(name = "count_cats")]
    async fn count(&self) -> u8 {
        self.0
    }

    /// Feed the cats.
    #[tool(name = "feed_cats", batch = "Self::feed_all")]
    async fn feed(
        &self,
        /// What they eat.
        food: String,
    ) -> String;

    async fn feed_all(&self, foods: Vec<String>) -> Vec<String> {
        let fed = |food| format!("{} cats eat {food}", self.0);
        foods.into_iter().map(fed).collect()
    }
}

#[tools]
impl Dogs {
    /// Count the dogs.
    #[tool(name = "count_dogs")]
    async fn count(&self) -> u8 {
        self.0
    }

    /// Feed the dogs.
    #[tool(name = "feed_dogs", batch = "Self::feed_all")]
    async fn feed(
        &self,
        /// What they eat.
        food: String,
    ) -> String;

    async fn feed_all(&self, foods: Vec<String>) -> Vec<String> {
        let fed = |food| format!("{} dogs eat {food}", self.0);
        foods.into_iter().map(fed).collect()
    }
}

/// A free tool of the same name as theirs.
#[tool(name = "count_birds")]
async fn count() -> u8 {
    1
}

#[tokio::test]
async fn two_types_of_one_module_may_name_their_methods_alike() {
    assert_eq!(count::SPEC.name(), "count_birds");
    check(
        registry![Cats, Dogs, count].unwrap(),
        |registry| {
            let builder = Harness::builder(registry).state(Arc::new(Cats(3)));
            builder.state(Arc::new(Dogs(4))).build().unwrap()
        },
        &[
            ("count_cats", "", "3"),
            ("count_dogs", "", "4"),
            ("count_birds", "", "1"),
            ("feed_cats", r#"{"food":"fish"}"#, "3 cats eat fish"),
            ("feed_dogs", r#"{"food":"meat"}"#, "4 dogs eat meat"),
        ],
    )
    .await;
}

/// A type with a parameter and a lifetime, both given.
struct Of<'a, T>(&'a str, T);

#[derive(Clone, Copy, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Money(u32);

#[tools]
impl Of<'static, Money> {
    const DEFAULT: Money = Money(5);

    /// Says what it is of.
    #[tool]
    async fn block_of(
        &self,
        /// How much more.
        #[arg(default = Self::DEFAULT, example(Self::DEFAULT, Money(1)))]
        more: Money,
    ) -> String
    where
        Self: Sized,
    {
        format!("{} {}", self.0, self.1.0 + more.0)
    }
}

#[tools]
impl Money {
    /// Adds two amounts.
    #[tool]
    async fn block_add(
        self,
        /// The other amount.
        other: Self,
        /// More of them.
        more: &[Self],
        /// And perhaps one more.
        last: Option<Self>,
    ) -> Result<Self, String> {
        let more = more.iter().copied().chain(last);
        Ok(more.fold(Self(self.0 + other.0), |a, b| Self(a.0 + b.0)))
    }

    /// Has a keyword for a name, and so have its arguments.
    #[tool]
    async fn r#type(
        &self,
        /// A keyword.
        r#match: u32,
        /// Another.
        #[arg(default = 2)]
        r#fn: u32,
    ) -> u32 {
        self.0 + r#match + r#fn
    }

    /// Takes what another tool of the block gives.
    #[tool]
    async fn block_given(
        &self,
        /// What was added.
        #[arg(from = Self::block_add)]
        sum: Money,
        /// What else was.
        #[arg(from = block_add)]
        other: Option<Money>,
    ) -> u32 {
        sum.0 + other.map_or(0, |other| other.0)
    }

    /// Is called what the expansion calls its own.
    #[tool(name = "block_call")]
    async fn call(
        self: Arc<Self>,
        /// A local.
        args: u32,
        /// Another.
        output: u32,
        /// The name of its type.
        __tool_self: u32,
    ) -> u32 {
        self.0 + args + output + __tool_self
    }
}

#[tokio::test]
async fn self_means_the_type_wherever_it_stands() {
    assert_eq!(Money(1).r#type(2, 3).await, 6);
    check(
        registry![Of<'static, Money>, Money].unwrap(),
        |registry| {
            let builder = Harness::builder(registry).state(Arc::new(Of("euros", Money(3))));
            builder
                .state(Arc::new(Money(3)))
                .state(Money(3))
                .build()
                .unwrap()
        },
        &[
            ("block_of", "", "euros 8"),
            ("block_of", r#"{"more":1}"#, "euros 4"),
            ("block_add", r#"{"other":1,"more":[2,3],"last":4}"#, "13"),
            ("block_given", r#"{"sum":1,"other":2}"#, "3"),
            ("type", r#"{"match":1}"#, "6"),
            (
                "block_call",
                r#"{"args":1,"output":2,"__tool_self":3}"#,
                "9",
            ),
        ],
    )
    .await;
}

/// As if the crate had another name.
mod renamed {
    use tools_crate::tools;
    use toolwright as tools_crate;

    pub(super) struct Clock;

    #[tools(crate = tools_crate)]
    impl Clock {
        /// Tell the time.
        #[tools_crate::tool]
        async fn block_time(&self) -> &'static str {
            "noon"
        }

        /// Tell the day.
        #[tools_crate::tool(ttl = "1d")]
        async fn block_day() -> &'static str {
            "today"
        }
    }
}

#[tokio::test]
async fn a_block_hands_the_path_of_the_crate_to_its_tools() {
    assert_eq!(renamed::Clock::ENTRIES.len(), 2);
    check(
        registry![renamed::Clock].unwrap(),
        |registry| {
            let builder = Harness::builder(registry).state(Arc::new(renamed::Clock));
            builder.build().unwrap()
        },
        &[("block_time", "", "noon"), ("block_day", "", "today")],
    )
    .await;
}
