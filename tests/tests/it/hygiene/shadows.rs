//! Methods and every option where nothing of the prelude is there, and its names mean something else.

use serde::{Deserialize, Serialize};
use toolwright::{Harness, ToolCall, registry};

use crate::one;

/// What is looked for.
#[derive(Clone, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    /// The words.
    words: Vec<String>,
}

#[expect(dead_code, reason = "they are here to be in the way")]
mod shadowed {
    #![no_implicit_prelude]

    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct String;
    pub(super) struct Vec;
    pub(super) struct Box;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Context;
    pub(super) struct Part;
    pub(super) struct Content;
    pub(super) struct Call;
    pub(super) struct Output;
    pub(super) struct Param;
    pub(super) struct Kind;
    pub(super) struct Rule;
    pub(super) struct Tool;
    pub(super) struct ToolEntry;
    pub(super) trait From {}
    pub(super) trait Into {}
    pub(super) trait Default {}
    pub(super) trait Clone {}
    pub(super) trait Copy {}
    pub(super) trait Send {}
    pub(super) trait Sync {}
    pub(super) trait Fn {}
    pub(super) trait FnOnce {}
    pub(super) trait Iterator {}
    pub(super) trait Future {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod alloc {}
    pub(super) mod toolwright {}
    pub(super) mod linkme {}
    pub(super) mod schemars {}
    pub(super) mod serde {}
    #[expect(unused_macros, reason = "it is in the way as well")]
    macro_rules! concat {
        ($($any:tt)*) => {
            ::std::compile_error!("the user's own")
        };
    }

    type Text = ::std::string::String;
    type Texts = ::std::vec::Vec<Text>;
    type Maybe<T> = ::std::option::Option<T>;
    type Answer<T> = ::std::result::Result<T, Text>;
    type Number = ::std::primitive::u32;

    /// A type with tools among shadows.
    pub(super) struct Shop(pub(super) Number);

    #[::toolwright::tools]
    impl Shop {
        const LIMIT: Number = 10;

        /// Every option of a read,
        #[doc = ::std::concat!("and ", "what is computed.")]
        #[::toolwright::tool(
            name = "shadow_read",
            title = "Read",
            ttl = "1h30m",
            stale_while_revalidate = "30s",
            stale_if_error = "10m",
            cache_key_exclude("trace", "on"),
            tenant_scoped,
            version = 3,
            batch = "Self::many",
            batch_window = "10ms",
            batch_max = 32,
            reads("order/{id}", "rate/*"),
            after("shadow_find"),
            timeout = "5s",
            retries = 2,
            max_concurrency = 4,
            rate = "10/s",
            idempotent,
            coerce,
            output_schema
        )]
        pub(super) async fn read(
            &self,
            #[context] ctx: &::toolwright::Context,
            /// The order.
            #[arg(range = 1..=100, default = Self::LIMIT, example(1, Self::LIMIT))]
            id: Number,
            /// Traces.
            #[arg(length = ..=64, pattern = "^[a-z]*$", default = "none")]
            trace: Text,
            #[arg(rename = "on", undocumented)] or: Maybe<::std::primitive::bool>,
        ) -> Answer<Maybe<Text>> {
            let _ = (ctx, id, or);
            ::std::result::Result::Ok(::std::option::Option::Some(trace))
        }

        async fn many(
            &self,
            ctx: &::toolwright::Context,
            ids: ::std::vec::Vec<Number>,
        ) -> Answer<::std::vec::Vec<Maybe<Text>>> {
            let _ = ctx;
            let mut all = ::std::vec::Vec::new();
            for id in ids {
                let text = ::std::string::ToString::to_string(&(id + self.0));
                all.push(::std::option::Option::Some(text));
            }
            ::std::result::Result::Ok(all)
        }

        /// Finds, borrows and bounds.
        #[::toolwright::tool(name = "shadow_find", writes = "order/{mail}", destructive, shared)]
        async fn find(
            self: ::std::sync::Arc<Self>,
            /// Who asks.
            #[arg(email)]
            mail: &::std::primitive::str,
            /// From where.
            #[arg(url, default)]
            link: Maybe<Text>,
            /// What.
            #[arg(length(min = 1), from = search)]
            words: Maybe<Texts>,
            /// In which order.
            also: &[Number],
        ) -> Number {
            let _ = (mail, link, words);
            let mut sum = self.0;
            for number in also {
                sum += number;
            }
            sum
        }
    }

    /// Takes a struct and gives a list.
    #[::toolwright::tool(name = "shadow_search")]
    pub(super) async fn search(#[arg(flatten)] search: super::Search) -> Answer<Maybe<Texts>> {
        ::std::result::Result::Ok(::std::option::Option::Some(search.words))
    }

    /// Shows.
    #[::toolwright::tool(name = "shadow_show")]
    pub(super) async fn show(#[state] shop: &Shop) -> ::toolwright::Part {
        ::toolwright::Part::text(::std::string::ToString::to_string(&shop.0))
    }
}

/// Names of the expansion's own locals and constants, as items and as traits of everything.
#[allow(
    non_upper_case_globals,
    non_camel_case_types,
    dead_code,
    reason = "they are here to be in the way"
)]
mod everywhere {
    use toolwright::{tool, tools};

    const output: u8 = 1;
    static call: u8 = 2;
    struct args;

    trait Everything: Sized {
        const PARAM: u8 = 1;
        const SPEC: u8 = 2;
        const ENTRIES: u8 = 3;

        fn describe(self) {}
        fn params(self) {}
        fn arg(&self) {}
        fn context(&self) {}
        fn into_reply(self) {}
        fn lend(&self) {}
    }
    impl<T> Everything for T {}

    pub(super) struct Thing;

    #[tools]
    impl Thing {
        /// Takes what it can.
        #[tool(name = "shadow_thing", reads = "thing/{number}", output_schema)]
        async fn thing(
            &self,
            /// A number.
            #[arg(range = 0.., default)]
            number: u32,
            /// A text.
            #[arg(length = 1.., default = "a")]
            text: &str,
        ) -> String {
            format!("{number}{text}")
        }
    }

    /// Is called as a local of ours.
    #[tool(name = "shadow_fn")]
    pub(super) async fn reply(
        /// A number.
        n: u32,
    ) -> Result<u32, String> {
        Ok(n + u32::from(output) + u32::from(call))
    }
}

mod functions {
    /// Is called as a local of ours.
    #[toolwright::tool(name = "shadow_call")]
    pub(super) async fn call(
        /// As another.
        output: u32,
    ) -> u32 {
        output
    }

    /// Is called as a local of ours.
    #[toolwright::tool(name = "shadow_args")]
    pub(super) async fn args(
        /// As another.
        call: u32,
    ) -> u32 {
        call
    }

    /// Is called as a local of ours.
    #[toolwright::tool(name = "shadow_output")]
    pub(super) async fn output(
        /// As another.
        args: &str,
    ) -> String {
        args.to_owned()
    }
}

#[tokio::test]
async fn options_and_methods_need_nothing_of_the_prelude() {
    let registry = registry![
        shadowed::Shop,
        shadowed::search,
        shadowed::show,
        everywhere::Thing,
        everywhere::reply,
        functions::call,
        functions::args,
        functions::output,
    ];
    let registry = registry.unwrap();
    let read = registry.spec("shadow_read").unwrap();
    assert_eq!(
        read.description(),
        "Every option of a read,\nand what is computed."
    );
    let harness = Harness::builder(registry)
        .state(std::sync::Arc::new(shadowed::Shop(7)))
        .state(std::sync::Arc::new(everywhere::Thing))
        .build()
        .unwrap();
    let session = harness.session().tenant("t").start();
    // Several calls are answered by the batch function, one alone by the body.
    let read = |id: u32| ToolCall::new(id.to_string(), "shadow_read", format!(r#"{{"id":{id}}}"#));
    let outcomes = session.dispatch([5, 6].map(read)).await;
    assert_eq!([outcomes[0].text(), outcomes[1].text()], ["12", "13"]);
    for (tool, arguments, expected) in [
        ("shadow_read", r#"{"id":7}"#, "none"),
        (
            "shadow_find",
            r#"{"mail":"a@b.example","also":[1,2]}"#,
            "10",
        ),
        ("shadow_search", r#"{"words":["a"]}"#, r#"["a"]"#),
        ("shadow_show", "", "7"),
        ("shadow_thing", "", "0a"),
        ("shadow_fn", r#"{"n":1}"#, "4"),
        ("shadow_call", r#"{"output":1}"#, "1"),
        ("shadow_args", r#"{"call":2}"#, "2"),
        ("shadow_output", r#"{"args":"3"}"#, "3"),
    ] {
        let outcome = one(&session, tool, arguments).await;
        assert_eq!(outcome.text(), expected, "{tool}");
    }
}
