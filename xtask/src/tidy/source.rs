//! A source file, with code, comments and strings told apart, and which parts are tests.

use std::ops::Range;
use std::path::Path;

/// A Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the root of the workspace, with `/`.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
    /// The text with everything but code replaced by spaces: the same places, the same lines.
    pub(crate) code: String,
    /// The text with everything but comments replaced by spaces.
    pub(crate) comments: String,
    /// Whether the whole file is only compiled for tests.
    pub(crate) is_test: bool,
    tests: Vec<Range<usize>>,
}

impl Source {
    /// Reads a text. Whether a file is only for tests is known from its path, and by [`Source::test_files`] of its parent.
    pub(crate) fn new(path: String, text: String) -> Self {
        let kinds = kinds(&text);
        let code = only(Kind::Code, &text, &kinds);
        let comments = only(Kind::Comment, &text, &kinds);
        let is_test = path
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs");
        let tests = test_items(&code);
        Source {
            path,
            text,
            code,
            comments,
            is_test,
            tests,
        }
    }

    /// Whether the code at a byte is only compiled for tests.
    pub(crate) fn is_test_at(&self, byte: usize) -> bool {
        self.is_test || self.tests.iter().any(|item| item.contains(&byte))
    }

    /// The files of the modules that this one declares for tests only.
    pub(crate) fn test_files(&self) -> Vec<String> {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let folder = match stem.rsplit_once('/') {
            Some((folder, "mod" | "lib" | "main")) => folder,
            _ => stem,
        };
        let names = self.tests.iter().filter_map(|item| {
            let declaration = self.code[item.clone()].strip_suffix(';')?;
            let (_, name) = declaration.rsplit_once("mod ")?;
            Some(name.trim())
        });
        names
            .flat_map(|name| {
                [
                    format!("{folder}/{name}.rs"),
                    format!("{folder}/{name}/mod.rs"),
                ]
            })
            .collect()
    }

    /// The line of a byte, from 1.
    pub(crate) fn line_of(&self, byte: usize) -> usize {
        line_of(&self.text, byte)
    }
}

/// The line of a byte of a text, from 1.
pub(crate) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.as_bytes()[..byte]
        .iter()
        .map(|byte| usize::from(*byte == b'\n'))
        .sum::<usize>()
}

/// Every Rust file below a folder that is part of the project, in order.
pub(crate) fn rust_files(root: &Path) -> Result<Vec<String>, String> {
    files(root, &["rs"])
}

/// Every other text file below a folder that is part of the project, in order.
pub(crate) fn text_files(root: &Path) -> Result<Vec<String>, String> {
    files(
        root,
        &[
            "toml", "md", "json", "jsonl", "yml", "yaml", "sh", "stderr", "txt", "html",
        ],
    )
}

fn files(root: &Path, extensions: &[&str]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let cannot = |error| format!("cannot list {}: {error}", root.join(&folder).display());
        for entry in std::fs::read_dir(root.join(&folder)).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Hidden folders and build output are not the project's text.
            if name.starts_with('.') || name == "target" {
                continue;
            }
            let path = format!("{folder}{name}");
            let kind = entry.file_type().map_err(cannot)?;
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            if kind.is_dir() {
                folders.push(path + "/");
            } else if kind.is_file() && extensions.contains(&extension) {
                found.push(path);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// What a byte of a source belongs to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Code,
    Comment,
    Text,
}

/// The bytes of one kind in their places, spaces elsewhere.
fn only(kind: Kind, text: &str, kinds: &[Kind]) -> String {
    let bytes = text.bytes().zip(kinds);
    let kept = bytes.map(|(byte, of)| {
        if *of == kind || byte == b'\n' {
            byte
        } else {
            b' '
        }
    });
    String::from_utf8(kept.collect()).expect("a character is of one kind")
}

fn kinds(text: &str) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(text.len());
    while kinds.len() < text.len() {
        let (kind, length) = next(&text[kinds.len()..]);
        kinds.extend(std::iter::repeat_n(kind, length));
    }
    kinds
}

/// The kind and length of what a text begins with.
fn next(text: &str) -> (Kind, usize) {
    if text.starts_with("//") {
        return (Kind::Comment, text.find('\n').unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (Kind::Comment, block_comment(text));
    }
    let word = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    let rest = &text[word..];
    match &text[..word] {
        "" if rest.starts_with('\'') => character(rest),
        "b" if rest.starts_with('\'') => (Kind::Text, 1 + character(rest).1),
        "" | "b" | "c" if rest.starts_with('"') => (Kind::Text, word + quoted(rest, '"')),
        "r" | "br" | "cr" => match raw(rest) {
            Some(length) => (Kind::Text, word + length),
            None => (Kind::Code, word),
        },
        "" => (Kind::Code, rest.chars().next().map_or(1, char::len_utf8)),
        _ => (Kind::Code, word),
    }
}

/// The length of a block comment, which may hold others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of a literal between quotes, in which a backslash hides the next character.
fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

/// The length of a raw string after its `r`; none when it is something else, such as a raw identifier.
fn raw(text: &str) -> Option<usize> {
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    let inside = text[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(hashes + 1 + length)
}

/// A character literal, or the quote of a lifetime.
fn character(text: &str) -> (Kind, usize) {
    let mut inside = text[1..].chars();
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => (Kind::Text, quoted(text, '\'')),
        (Some(one), Some('\'')) => (Kind::Text, 2 + one.len_utf8()),
        _ => (Kind::Code, 1),
    }
}

/// The items under `#[cfg(test)]`, each from its attribute to its end.
fn test_items(code: &str) -> Vec<Range<usize>> {
    const ATTRIBUTE: &str = "#[cfg(test)]";
    let mut items: Vec<Range<usize>> = Vec::new();
    for (start, _) in code.match_indices(ATTRIBUTE) {
        if items.last().is_some_and(|item| item.contains(&start)) {
            continue;
        }
        let length = item_length(&code[start + ATTRIBUTE.len()..]);
        items.push(start..start + ATTRIBUTE.len() + length);
    }
    items
}

/// Up to the end of an item: a semicolon or a closing brace that is not inside anything.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in code.char_indices() {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && character == '}' {
                    return at + 1;
                }
            }
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new("runtime/src/a.rs".to_owned(), text.to_owned())
    }

    #[track_caller]
    fn check_code(text: &str, expected: &str) {
        let code = source(text).code;
        assert_eq!(code.len(), text.len());
        let words: Vec<_> = code.split_whitespace().collect();
        assert_eq!(words.join(" "), expected);
    }

    #[test]
    fn comments_and_strings_are_not_code() {
        check_code("a // b\nc /* d /* e */ f */ g", "a c g");
        check_code(r##"a "b \" c" d r"e\" f r#"g " h"# i b"j" k"##, "a d f i k");
        check_code("a '\"' b '\\'' c b'\"' d 'é' e '\\u{22}' f", "a b c d e f");
        check_code(
            "fn f<'a>(x: &'a str, y: &'static str) {}",
            "fn f<'a>(x: &'a str, y: &'static str) {}",
        );
        check_code("r#type br\"x\" for\"y\" é \"open", "r#type for é");
        check_code("a /* open", "a");
    }

    #[test]
    fn comments_are_kept_in_their_places() {
        let source = source("a // b\n/// c \"d\"\n\"// e\"");
        assert_eq!(source.comments.trim_end(), "  // b\n/// c \"d\"");
        assert_eq!(source.line_of(source.text.find("c \"d\"").unwrap()), 2);
    }

    #[test]
    fn test_items_are_found() {
        let source = source(
            "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { \"}\" }\n}\nfn c() {}\n#[cfg(test)]\nuse d;\nfn e() {}",
        );
        let is_test = |name: &str| source.is_test_at(source.text.find(name).unwrap());
        assert_eq!(
            ["a()", "b()", "c()", "d;", "e()"].map(is_test),
            [false, true, false, true, false]
        );
    }

    #[test]
    fn files_of_test_modules_are_known_from_their_parent() {
        let text = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod random;\nmod other;\n";
        let at = |path: &str| Source::new(path.to_owned(), text.to_owned()).test_files();
        assert!(at("runtime/src/json/mod.rs").contains(&"runtime/src/json/random.rs".to_owned()));
        assert!(at("runtime/src/json.rs").contains(&"runtime/src/json/tests.rs".to_owned()));
        assert!(at("runtime/src/lib.rs").contains(&"runtime/src/tests/mod.rs".to_owned()));
        assert_eq!(at("runtime/src/lib.rs").len(), 4);
    }
}
