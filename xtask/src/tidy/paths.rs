//! The paths of a source file that lead through its own crate.

use super::source::Source;

/// A word, a `::`, or another character of code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// Splits code, without comments and strings, into tokens.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let length = match first {
            first if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            ':' if rest.starts_with("::") => 2,
            other => other.len_utf8(),
        };
        if !first.is_whitespace() {
            let text = &rest[..length];
            tokens.push(Token { text, at });
        }
        at += length;
    }
    tokens
}

/// A path through the crate: where it is written, and the module directly below the root that it leads to.
#[derive(Debug, PartialEq)]
pub(super) struct CratePath<'a> {
    pub(super) at: usize,
    /// `None` when it leads to something of the root itself.
    pub(super) module: Option<&'a str>,
}

/// Every path of a file that begins with `crate` or leaves its module by `super`.
///
/// `folder` is where the crate's root file is. The names below the root are not looked up: `crate::Name` leads to a
/// module of that name if `is_module` says so, and else to the root.
pub(super) fn crate_paths<'a>(
    source: &'a Source,
    folder: &'a str,
    is_module: fn(&str) -> bool,
) -> Vec<CratePath<'a>> {
    let mut reader = Reader {
        tokens: tokens(&source.code),
        is_module,
        found: Vec::new(),
    };
    let mut module = module_of(&source.path, folder);
    let mut inline = Vec::new();
    let mut at = 0;
    while at < reader.tokens.len() {
        let next = |ahead: usize| reader.text(at + ahead);
        let path_begins =
            next(1) == "::" && (at == 0 || !matches!(reader.text(at - 1), "::" | "$"));
        match next(0) {
            "mod" if next(2) == "{" => {
                module.push(next(1));
                inline.push(true);
                at += 3;
            }
            "{" => {
                inline.push(false);
                at += 1;
            }
            "}" => {
                if inline.pop() == Some(true) {
                    module.pop();
                }
                at += 1;
            }
            "crate" if path_begins => at = reader.follow(at + 2, &[]),
            "self" | "super" if path_begins => at = reader.follow(at, &module),
            _ => at += 1,
        }
    }
    reader.found
}

/// The top-level names that a crate of another name is entered by: `parse` for `syn::parse::Parse`.
pub(super) fn entered<'a>(source: &'a Source, name: &str) -> Vec<CratePath<'a>> {
    let mut reader = Reader {
        tokens: tokens(&source.code),
        is_module: |_| true,
        found: Vec::new(),
    };
    let mut at = 0;
    while at < reader.tokens.len() {
        let begins = reader.text(at) == name && reader.text(at + 1) == "::";
        at = if begins {
            reader.follow(at + 2, &[])
        } else {
            at + 1
        };
    }
    reader.found
}

/// The modules that a file is in, from below the root.
fn module_of<'a>(path: &'a str, folder: &str) -> Vec<&'a str> {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    let stem = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut modules: Vec<_> = stem.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(&("mod" | "lib" | "main")) = modules.last() {
        modules.pop();
    }
    modules
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    is_module: fn(&str) -> bool,
    found: Vec<CratePath<'a>>,
}

impl<'a> Reader<'a> {
    fn text(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| token.text)
    }

    /// Follows a path that continues at a token, from a module; returns the index after what was read.
    fn follow(&mut self, at: usize, module: &[&'a str]) -> usize {
        let Some(&Token { text, at: byte }) = self.tokens.get(at) else {
            return at;
        };
        match text {
            "self" | "super" if self.text(at + 1) == "::" => {
                self.follow(at + 2, parent_if(text == "super", module))
            }
            "{" => self.follow_group(at + 1, module),
            _ => {
                let module = parent_if(text == "super", module);
                let first = module.first().copied();
                let named = first.or_else(|| (self.is_module)(text).then_some(text));
                self.found.push(CratePath {
                    at: byte,
                    module: named,
                });
                at + 1
            }
        }
    }

    /// Follows each path of a group, after its opening brace; returns the index after its closing brace.
    fn follow_group(&mut self, mut at: usize, module: &[&'a str]) -> usize {
        loop {
            match self.text(at) {
                "" => return at,
                "}" => return at + 1,
                "," => at += 1,
                _ => {
                    at = self.follow(at, module);
                    at = self.rest_of_element(at);
                }
            }
        }
    }

    /// Passes what an element of a group has after its first name.
    fn rest_of_element(&self, mut at: usize) -> usize {
        let mut depth = 0_usize;
        loop {
            match self.text(at) {
                "" => return at,
                "," | "}" if depth == 0 => return at,
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            at += 1;
        }
    }
}

/// The module around a module; the root is around all.
fn parent_if<'m, 'a>(parent: bool, module: &'m [&'a str]) -> &'m [&'a str] {
    match module.split_last() {
        Some((_, around)) if parent => around,
        _ => module,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, code: &str, expected: &[&str]) {
        let source = Source::new(format!("runtime/src/{path}"), code.to_owned());
        let is_module = |name: &str| name.starts_with(|c: char| c.is_lowercase());
        let found = crate_paths(&source, "runtime/src/", is_module);
        let found: Vec<_> = found
            .iter()
            .map(|path| path.module.unwrap_or("(root)"))
            .collect();
        assert_eq!(found, expected, "{code}");
    }

    #[test]
    fn paths_by_crate_are_found() {
        check("a.rs", "use crate::error::ToolError;", &["error"]);
        check(
            "a.rs",
            "fn f() -> crate::call::Content { crate::key::of(x) }",
            &["call", "key"],
        );
        check(
            "a.rs",
            "use crate::{call::{Content, self}, key, error::E as F};",
            &["call", "key", "error"],
        );
        check(
            "a.rs",
            "use crate::{Registry, tool};\nuse crate::*;",
            &["(root)", "tool", "(root)"],
        );
        check(
            "a.rs",
            "pub(crate) fn f() {} pub(in crate::cache) fn g() {}",
            &["cache"],
        );
        check(
            "a.rs",
            "// crate::cache::x\nlet x = \"crate::cache::x\"; $crate::cache::x!()",
            &[],
        );
    }

    #[test]
    fn paths_by_super_are_resolved() {
        check(
            "cache/store.rs",
            "use super::Cache; use super::super::batch::Batch;",
            &["cache", "batch"],
        );
        check(
            "cache/mod.rs",
            "use super::batch::Batch; use self::store::Store;",
            &["batch", "cache"],
        );
        check(
            "cache.rs",
            "use super::{batch, Registry};",
            &["batch", "(root)"],
        );
        check(
            "cache/mod.rs",
            "use super::super::x; use super::*;",
            &["x", "(root)"],
        );
        check(
            "cache/mod.rs",
            "use self::{super::batch::Batch, store::Store};",
            &["batch", "cache"],
        );
        check("lib.rs", "mod a; pub use self::a::A;", &["a"]);
    }

    #[test]
    fn inline_modules_are_one_deeper() {
        let code =
            "mod inner { fn f() { super::x(); super::super::batch::y(); } } use super::key::K;";
        check("cache.rs", code, &["cache", "batch", "key"]);
    }

    #[test]
    fn a_crate_is_entered_by_its_first_names() {
        let code = "use syn::{Path, parse::{Parse, ParseStream}}; syn::meta::parser(f); syn::parse_quote!(x)";
        let source = Source::new("macros/src/a.rs".to_owned(), code.to_owned());
        let names: Vec<_> = entered(&source, "syn")
            .iter()
            .filter_map(|path| path.module)
            .collect();
        assert_eq!(names, ["Path", "parse", "meta", "parse_quote"]);
    }
}
