//! The stages of the macro crate: parse, then model, then expand, and what only one of them may do.

use super::Finding;
use super::paths::{crate_paths, entered, tokens};
use super::source::Source;

/// Where the files of the macro crate are.
const FOLDER: &str = "macros/src/";

/// The stages; each imports those before it.
const STAGES: [&str; 4] = ["diagnostics", "parse", "model", "expand"];

/// The modules of `syn` that read tokens.
const READERS: [&str; 2] = ["parse", "meta"];

/// The macros of `quote` that write tokens.
const WRITERS: [&str; 2] = ["quote", "quote_spanned"];

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let Some(inside) = source.path.strip_prefix(FOLDER) else {
        return Vec::new();
    };
    let name = inside.split('/').next().unwrap_or(inside);
    let name = name.strip_suffix(".rs").unwrap_or(name);
    let mut found = Vec::new();
    if let Some(stage) = stage(name) {
        found.extend(check_direction(source, name, stage));
    } else if name != "lib" {
        let message = format!(
            "the module `{name}` is no stage: give it its place in xtask/src/tidy/macros.rs"
        );
        found.push((0, message));
    }
    if name != "expand" {
        found.extend(check_writers(source));
    }
    if name != "parse" {
        found.extend(check_readers(source));
    }
    found.retain(|(at, _)| !source.is_test_at(*at));
    let finding = |(at, message)| Finding::problem(&source.path, source.line_of(at), message);
    found.into_iter().map(finding).collect()
}

fn check_direction(source: &Source, name: &str, stage: usize) -> Vec<(usize, String)> {
    let is_module = |name: &str| self::stage(name).is_some();
    let paths = crate_paths(source, FOLDER, is_module).into_iter();
    let refused = paths.filter_map(|path| {
        let Some(to) = path.module else {
            return Some((
                path.at,
                "imports from the root of the crate: name the module that has it".to_owned(),
            ));
        };
        let looks_ahead = self::stage(to) > Some(stage);
        let message =
            format!("`{name}` imports `{to}`, a later stage: pass it what it needs instead");
        looks_ahead.then_some((path.at, message))
    });
    refused.collect()
}

fn check_writers(source: &Source) -> Vec<(usize, String)> {
    let tokens = tokens(&source.code);
    let calls = tokens
        .windows(2)
        .filter(|next| WRITERS.contains(&next[0].text) && next[1].text == "!");
    let found = calls.map(|next| {
        let message = format!(
            "`{}!` is for {FOLDER}expand only: return data, and write tokens there",
            next[0].text
        );
        (next[0].at, message)
    });
    found.collect()
}

fn check_readers(source: &Source) -> Vec<(usize, String)> {
    let found = entered(source, "syn").into_iter().filter_map(|path| {
        let name = path.module.filter(|name| READERS.contains(name))?;
        let message = format!(
            "`syn::{name}` is for {FOLDER}parse only: read tokens there, and pass on what they say"
        );
        Some((path.at, message))
    });
    found.collect()
}

fn stage(name: &str) -> Option<usize> {
    STAGES.iter().position(|stage| *stage == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(path.to_owned(), text.to_owned());
        check(&source).iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn check_found(path: &str, text: &str, expected: &str) {
        let found = found(path, text);
        assert!(
            found.len() == 1 && found[0].starts_with(expected),
            "{found:?}"
        );
    }

    #[test]
    fn each_stage_does_its_own() {
        let expand = "use quote::quote; use crate::{model::Tool, parse, diagnostics::Diagnostics}; fn f() { quote!(a) }";
        assert!(found("macros/src/expand/tool.rs", expand).is_empty());
        let parse = "use syn::parse::Parse; use crate::diagnostics::Diagnostics; fn f() { syn::meta::parser(x) }";
        assert!(found("macros/src/parse/attr.rs", parse).is_empty());
        let model = "use syn::LitStr; use super::name; use crate::parse::Spelled; fn f() { syn::parse_quote!(a) }";
        assert!(found("macros/src/model/cache.rs", model).is_empty());
        assert!(found("macros/src/lib.rs", "mod expand; use crate::expand::tool;").is_empty());
        assert!(found("runtime/src/tool/mod.rs", "fn f() { quote!(a) }").is_empty());
    }

    #[test]
    fn quote_outside_expand_is_refused() {
        let text = "\nfn f() { quote!(a) }";
        check_found(
            "macros/src/model/mod.rs",
            text,
            "macros/src/model/mod.rs:2: `quote!` is for macros/src/expand only",
        );
        check_found(
            "macros/src/parse/mod.rs",
            "quote::quote_spanned!(a)",
            "macros/src/parse/mod.rs:1: `quote_spanned!`",
        );
    }

    #[test]
    fn reading_tokens_outside_parse_is_refused() {
        let path = "macros/src/model/mod.rs";
        check_found(
            path,
            "use syn::{Path, parse::Parse};",
            "macros/src/model/mod.rs:1: `syn::parse` is for",
        );
        check_found(
            path,
            "fn f() { syn::meta::parser(x) }",
            "macros/src/model/mod.rs:1: `syn::meta` is for",
        );
    }

    #[test]
    fn a_stage_never_looks_ahead() {
        check_found(
            "macros/src/parse/attr.rs",
            "use crate::model::Tool;",
            "macros/src/parse/attr.rs:1: `parse` imports `model`",
        );
        check_found(
            "macros/src/model/mod.rs",
            "use super::expand;",
            "macros/src/model/mod.rs:1: `model` imports `expand`",
        );
        check_found(
            "macros/src/diagnostics.rs",
            "use crate::parse;",
            "macros/src/diagnostics.rs:1: `diagnostics` imports",
        );
    }

    #[test]
    fn tests_may_write_and_read_tokens() {
        let text = "#[cfg(test)]\nmod tests { use syn::parse::Parser; fn f() { quote!(a) } }";
        assert!(found("macros/src/model/mod.rs", text).is_empty());
    }

    #[test]
    fn a_module_that_is_no_stage_is_told() {
        check_found(
            "macros/src/util.rs",
            "",
            "macros/src/util.rs:1: the module `util` is no stage",
        );
    }
}
