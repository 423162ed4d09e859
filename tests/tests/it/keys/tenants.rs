//! No key is shared by two tenants, whatever they are called and whatever they ask.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use toolwright::{Context, registry, tool};

use super::{Asked, Question};
use crate::Runs;

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_session(
    #[state] runs: &Runs,
    /// Anything.
    id: String,
    /// Anything else.
    more: Option<String>,
) -> usize {
    let _ = (id, more);
    runs.add()
}

/// Count this run.
#[tool(ttl = "1h", reads = "nothing")]
async fn key_sessio(
    #[state] runs: &Runs,
    /// Anything.
    id: String,
    /// Anything else.
    more: Option<String>,
) -> usize {
    let _ = (id, more);
    runs.add()
}

/// Count this run.
#[tool(ttl = "1h", tenant_scoped, reads = "nothing")]
async fn key_scoped(
    #[state] runs: &Runs,
    /// Anything.
    id: String,
    /// Anything else.
    more: Option<String>,
) -> usize {
    let _ = (id, more);
    runs.add()
}

/// Count this run.
#[tool(ttl = "1h", shared, reads = "nothing")]
async fn key_shared(
    #[context] ctx: &Context,
    #[state] runs: &Runs,
    /// Anything.
    id: String,
    /// Anything else.
    more: Option<String>,
) -> usize {
    let _ = (id, more);
    assert_eq!(ctx.tenant(), None, "a shared tool sees no tenant");
    runs.add()
}

const TOOLS: [&str; 4] = ["key_session", "key_sessio", "key_scoped", "key_shared"];

fn asked() -> Asked {
    Asked::of(registry![key_session, key_sessio, key_scoped, key_shared].unwrap())
}

/// Asks each tool, in the name of this tenant.
#[track_caller]
fn ask_all(asked: &Asked, tenant: Option<&str>, id: &str, more: Option<&str>) {
    for tool in TOOLS {
        if tool == "key_scoped" && tenant.is_none() {
            continue;
        }
        let question = Question {
            tool,
            tenant: tenant.filter(|_| tool != "key_shared").map(str::to_owned),
            meaning: format!("{id:?} {more:?}"),
        };
        let arguments = serde_json::json!({ "id": id, "more": more }).to_string();
        asked.ask(&question, tenant, &arguments);
        asked.ask(&question, tenant, &arguments);
    }
}

/// Names that a sloppy key would mix up: with the signs by which parts are joined, with the words by which they are
/// named, such as end where another begins.
fn adversarial() -> Vec<String> {
    let mut names: Vec<String> = [
        "",
        "a",
        "b",
        "ab",
        "a:b",
        "a:",
        ":b",
        ":",
        "::",
        "a/b",
        "a\0b",
        "\0",
        "\0\0",
        "a\0",
        "\0a",
        "null",
        "none",
        "nobody",
        "shared",
        "tenant",
        "Tenant(a)",
        "None",
        "*",
        "a*",
        "s",
        "n",
        "t",
        "0",
        "1",
        "-1",
        "{}",
        "{\"id\":\"a\"}",
        "a{\"id\":\"b\"}",
        "a\"",
        "\\u0061",
        "A",
        "a ",
        " a",
        "a\n",
        "\u{e9}",
        "e\u{301}",
        "\u{fb33}",
        "\u{1d306}",
        "\u{ffff}",
        "😂",
        "key_session",
        "key_scoped",
        "\u{1}\0\0\0\0\0\0\0a",
        "\0\0\0\0\0\0\0\0",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("a".repeat(255));
    names.push("a".repeat(256));
    names.push("a".repeat(257));
    names.push("a".repeat(100_000));
    names.push(format!("{}b", "a".repeat(99_999)));
    names
}

#[test]
fn no_two_tenants_have_one_key_whatever_they_are_called() {
    let asked = asked();
    let names = adversarial();
    for id in ["", "a", "b", ":", "\0"] {
        ask_all(&asked, None, id, None);
        for name in &names {
            ask_all(&asked, Some(name), id, None);
        }
    }
    // And whatever they ask: the same letters, cut elsewhere into tenant, first and second argument.
    for letters in [
        "aaaa",
        "a:a:",
        "\0\0\0\0",
        "t:a:b",
        "\"a\",\"",
        "a\",\"more\":\"b",
    ] {
        for (first, _) in letters.char_indices() {
            for (second, _) in letters
                .char_indices()
                .filter(|(second, _)| *second >= first)
            {
                let more = Some(&letters[second..]);
                ask_all(
                    &asked,
                    Some(&letters[..first]),
                    &letters[first..second],
                    more,
                );
                ask_all(&asked, None, &letters[first..second], more);
            }
        }
    }
}

#[test]
fn random_tenants_that_share_their_letters_with_their_arguments() {
    let asked = asked();
    let name = || {
        let piece = prop::sample::select(
            &[
                "a",
                "b",
                ":",
                "\0",
                "/",
                "\"",
                "{",
                "}",
                ",",
                "\\",
                "id",
                "t",
                "\u{1}\0\0\0\0\0\0\0",
                "é",
            ][..],
        );
        prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    };
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let calls = (prop::option::of(name()), name(), prop::option::of(name()));
    let result = runner.run(&calls, |(tenant, id, more)| {
        ask_all(&asked, tenant.as_deref(), &id, more.as_deref());
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(asked.answers.borrow().len() > 500);
}
