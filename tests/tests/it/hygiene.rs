//! The expansion in unfriendly places: shadowed names, no prelude, function bodies, names like ours.

mod attributes;
mod blocks;
mod renamed;
mod shadows;

use toolwright::{Harness, ToolCall, registry};

use crate::one;

#[expect(dead_code, reason = "they are here to be in the way")]
mod shadowed {
    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) struct Vec;
    pub(super) struct String;
    pub(super) struct Box;
    pub(super) trait Tool {}
    pub(super) trait Future {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod serde {}
    type Out = ::core::result::Result<u32, u32>;

    /// A tool among shadows.
    #[::toolwright::tool(ttl = "1m", cache_key_exclude = "type", reads = "n/{n}", batch = "all")]
    pub(super) async fn shadowed_tool(
        /// A number.
        n: u32,
        /// Another, with a keyword for a name.
        r#type: u32,
        /// One more.
        #[arg(default = 7)]
        more: u32,
    ) -> Out {
        ::core::result::Result::Ok(n + r#type + more)
    }

    async fn all(keys: ::std::vec::Vec<(u32, u32)>) -> ::std::vec::Vec<u32> {
        keys.into_iter().map(|(n, more)| n + more).collect()
    }
}

/// Names that an unhygienic expansion would capture.
#[toolwright::tool]
async fn our_names(
    /// A local of ours.
    call: u32,
    /// A module of ours.
    __tw: u32,
    /// Another local.
    args: u32,
) -> Result<u32, String> {
    Ok(call + __tw + args)
}

mod by_another_name {
    //! As if the crate had another name.
    use toolwright as tools_crate;

    /// A tool that names its runtime.
    #[tools_crate::tool(crate = tools_crate)]
    pub(super) async fn renamed_runtime() -> Result<u32, String> {
        Ok(1)
    }
}

mod linted {
    #![deny(
        warnings,
        missing_docs,
        unreachable_pub,
        unused_qualifications,
        clippy::all,
        clippy::pedantic
    )]

    /// A tool under all lints.
    #[toolwright::tool(ttl = "1m", tenant_scoped)]
    pub(super) async fn linted_tool(
        /// A number.
        n: u32,
    ) -> Result<u32, String> {
        Ok(n)
    }
}

#[tokio::test]
async fn it_works_all_the_same() {
    /// A tool in a function's body.
    #[toolwright::tool]
    async fn inside_a_body(
        /// A number.
        n: u32,
    ) -> Result<u32, String> {
        Ok(n)
    }
    let registry = registry![
        shadowed::shadowed_tool,
        our_names,
        by_another_name::renamed_runtime,
        linted::linted_tool,
        inside_a_body,
    ];
    let session = Harness::builder(registry.unwrap())
        .build()
        .unwrap()
        .session()
        .tenant("t")
        .start();
    // Several calls are answered by the batch function, one alone by the body.
    let shadowed = |n: u32| {
        let arguments = format!(r#"{{"n":{n},"type":2}}"#);
        ToolCall::new(n.to_string(), "shadowed_tool", arguments)
    };
    let outcomes = session.dispatch([1, 2].map(shadowed)).await;
    assert_eq!([outcomes[0].text(), outcomes[1].text()], ["8", "9"]);
    assert_eq!(session.dispatch([shadowed(3)]).await[0].text(), "12");
    assert_eq!(
        one(&session, "our_names", r#"{"call":1,"__tw":2,"args":3}"#)
            .await
            .text(),
        "6"
    );
    assert_eq!(one(&session, "renamed_runtime", "").await.text(), "1");
    assert_eq!(one(&session, "linted_tool", r#"{"n":5}"#).await.text(), "5");
    assert_eq!(
        one(&session, "inside_a_body", r#"{"n":6}"#).await.text(),
        "6"
    );
}
