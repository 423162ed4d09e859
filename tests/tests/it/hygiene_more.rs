//! Declarations as people write them: attributes of all kinds, computed descriptions, odd names, and tools made by
//! `macro_rules!`.

#![allow(clippy::unused_async, reason = "a tool is async, whatever it does")]

use toolwright::{Context, Harness, Tool as _, registry, tool};

use crate::one;

/**
 * Look up a shelf.
 *
 *   - by its number
 */
#[tool]
#[must_use = "it is a long way to the shelf"]
#[cfg_attr(all(), allow(clippy::unused_async))]
#[inline]
pub(crate) async fn block_comment(
    /** The number
    of the shelf. */
    number: u32,
) -> Result<u32, String> {
    Ok(number)
}

/// The first line,
#[doc = concat!("the ", "second, ", stringify!(and))]
#[doc = include_str!("hygiene_more.md")]
/// the last.
#[tool]
async fn computed_description(
    #[doc = concat!("A ", "number.")] number: u32,
) -> Result<u32, String> {
    Ok(number)
}

#[doc = include_str!("hygiene_more.md")]
#[tool]
async fn included_description() -> Result<u32, String> {
    Ok(0)
}

/// Not there.
#[tool]
#[cfg(any())]
async fn never_there(of: NoSuchType) -> NoSuchType {
    NoSuchType::of(of)
}

/// There.
#[tool]
#[cfg(not(any()))]
async fn always_there() -> Result<u32, String> {
    Ok(1)
}

/// Old.
#[tool]
#[deprecated = "use `always_there`"]
async fn deprecated_tool(
    /// A number.
    number: u32,
) -> Result<u32, String> {
    Ok(number)
}

mod old {
    #![allow(deprecated, reason = "derives name the type")]

    #[deprecated]
    #[derive(Debug, serde::Deserialize, schemars::JsonSchema, serde::Serialize)]
    pub(super) struct OldId(u32);
}

/// Takes what is deprecated.
#[tool]
#[expect(deprecated, reason = "models of old still send it")]
async fn deprecated_type(
    /// An old id.
    id: old::OldId,
) -> Result<old::OldId, String> {
    Ok(id)
}

/// Names as another API spells them.
#[allow(non_snake_case, reason = "the API spells it so")]
#[tool]
async fn camelCase(
    /// The order.
    orderId: u32,
) -> Result<u32, String> {
    Ok(orderId)
}

/// Has a keyword for a name.
#[tool]
async fn r#match(
    /// Is changed inside.
    mut r#type: u32,
    #[state] mut log: Vec<u32>,
    #[state] (first, _): (u8, u8),
    #[context] _: &Context,
) -> Result<u32, String> {
    r#type += u32::from(first);
    log.push(r#type);
    Ok(log.len().try_into().unwrap_or(r#type))
}

/// Names that the expansion uses as well.
#[tool]
async fn names_of_the_expansion(
    /// A local of ours.
    output: u32,
    /// Another.
    args: u32,
    /// And another.
    call: u32,
    /// The usual name of the context.
    ctx: u32,
    /// A constant of ours.
    spec: u32,
) -> Result<u32, String> {
    Ok(output + args + call + ctx + spec)
}

macro_rules! getter {
    ($(#[$attribute:meta])* $vis:vis $name:ident($argument:ident: $ty:ty) -> $output:ty, $ttl:literal, $batch:path) => {
        $(#[$attribute])*
        #[doc = concat!("Get a ", stringify!($name))]
        #[tool(ttl = $ttl, batch = $batch, reads = "thing")]
        $vis async fn $name(
            #[context] ctx: &Context,
            #[doc = concat!("The ", stringify!($argument))]
            $argument: $ty,
        ) -> $output {
            let _ = ctx;
            Ok($argument)
        }
    };
}

async fn same(ids: Vec<Option<String>>) -> Vec<Option<String>> {
    ids
}

getter!(
    /// Made by a macro.
    pub(super) made_by_a_macro(id: Option<String>) -> Result<Option<String>, String>, "5m", same
);

mod every_lint {
    #![deny(
        warnings,
        missing_docs,
        unreachable_pub,
        missing_copy_implementations,
        missing_debug_implementations,
        unused_qualifications,
        unused_results,
        unused_lifetimes,
        trivial_casts,
        trivial_numeric_casts,
        let_underscore_drop,
        redundant_lifetimes,
        single_use_lifetimes,
        unnameable_types,
        variant_size_differences,
        clippy::all,
        clippy::pedantic,
        clippy::nursery,
        clippy::cargo
    )]

    /// Must be used.
    #[must_use]
    #[derive(Debug, Clone, Copy, serde::Deserialize, schemars::JsonSchema, serde::Serialize)]
    pub(super) struct Id(u32);

    /// A tool under every lint.
    ///
    /// # Errors
    /// Never.
    #[toolwright::tool(ttl = "1m", cache_key_exclude = "unused", batch = "every_answer")]
    #[expect(
        clippy::unused_async,
        reason = "the function's own, not the expansion's"
    )]
    pub(super) async fn every_lint_tool(
        #[context] ctx: &toolwright::Context,
        #[state] state: &u64,
        /// A number.
        id: Id,
        /// Another.
        #[arg(default = Id(7))]
        unused: Id,
    ) -> Result<Id, String> {
        Ok(Id(id.0
            + unused.0
            + u32::from(ctx.tenant().is_some())
            + u32::from(*state > 1)))
    }

    /// A tool that its batch function answers.
    #[toolwright::tool(batch = "every_answer")]
    pub(super) async fn every_lint_batch(
        /// A number.
        id: Id,
    ) -> Result<Id, String>;

    /// All answers.
    #[expect(clippy::unused_async, reason = "it is a batch function")]
    pub(super) async fn every_answer(ids: Vec<Id>) -> Vec<Id> {
        ids
    }
}

mod no_prelude {
    #![no_implicit_prelude]

    /// A tool without a prelude.
    #[::toolwright::tool(ttl = "1m", batch = "answers", tenant_scoped, reads = "a/{id}")]
    pub(super) async fn no_prelude_tool(
        #[context] ctx: &::toolwright::Context,
        #[state] state: ::std::primitive::u64,
        /// A number.
        id: ::std::primitive::u32,
        #[arg(default, undocumented)] more: ::std::option::Option<::std::primitive::u32>,
    ) -> ::std::result::Result<::std::primitive::u32, ::std::string::String> {
        let _ = (ctx, state, more);
        ::std::result::Result::Ok(id)
    }

    async fn answers(
        keys: ::std::vec::Vec<(
            ::std::primitive::u32,
            ::std::option::Option<::std::primitive::u32>,
        )>,
    ) -> ::std::vec::Vec<::std::primitive::u32> {
        let mut answers = ::std::vec::Vec::new();
        for (id, _) in keys {
            answers.push(id);
        }
        answers
    }
}

#[test]
fn descriptions_are_what_was_written() {
    assert_eq!(
        block_comment::SPEC.description(),
        "Look up a shelf.\n\n  - by its number"
    );
    assert_eq!(
        block_comment::SPEC.arguments()[0].description(),
        "The number\nof the shelf."
    );
    assert_eq!(
        computed_description::SPEC.description(),
        "The first line,\nthe second, and\nIncluded from a file.\n\nthe last."
    );
    assert_eq!(
        computed_description::SPEC.arguments()[0].description(),
        "A number."
    );
    assert_eq!(
        included_description::SPEC.description(),
        "Included from a file."
    );
    assert_eq!(
        made_by_a_macro::SPEC.description(),
        "Made by a macro.\nGet a made_by_a_macro"
    );
    assert_eq!(made_by_a_macro::SPEC.arguments()[0].description(), "The id");
}

#[tokio::test]
async fn they_all_run() {
    #[expect(deprecated, reason = "it is under test")]
    let registry = registry![
        block_comment,
        computed_description,
        always_there,
        deprecated_tool,
        deprecated_type,
        camelCase,
        r#match,
        names_of_the_expansion,
        made_by_a_macro,
        every_lint::every_lint_tool,
        every_lint::every_lint_batch,
        no_prelude::no_prelude_tool,
    ];
    let harness = Harness::builder(registry.unwrap())
        .state(vec![1_u32])
        .state((3_u8, 4_u8))
        .state(2_u64)
        .build()
        .unwrap();
    let session = harness.session().tenant("t").start();
    for (tool, arguments, expected) in [
        ("block_comment", r#"{"number":1}"#, "1"),
        ("computed_description", r#"{"number":2}"#, "2"),
        ("always_there", "{}", "1"),
        ("deprecated_tool", r#"{"number":3}"#, "3"),
        ("deprecated_type", r#"{"id":4}"#, "4"),
        ("camelCase", r#"{"orderId":5}"#, "5"),
        ("match", r#"{"type":6}"#, "2"),
        (
            "names_of_the_expansion",
            r#"{"output":1,"args":2,"call":3,"ctx":4,"spec":5}"#,
            "15",
        ),
        ("made_by_a_macro", r#"{"id":"x"}"#, "x"),
        ("every_lint_batch", r#"{"id":9}"#, "9"),
        ("no_prelude_tool", r#"{"id":10}"#, "10"),
    ] {
        assert_eq!(
            one(&session, tool, arguments).await.text(),
            expected,
            "{tool}"
        );
    }
}
