//! What must hold of every file: its size, its first line, nothing left undone, no path of one machine.

use super::Finding;
use super::paths::tokens;
use super::source::{Source, line_of};

/// A file longer than this holds more than one idea.
const LONG: usize = 400;

/// A file longer than this is refused.
const TOO_LONG: usize = 500;

/// Macros that stand for work to be done.
const PLACEHOLDERS: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// The word, in two parts so that this line is not one of its findings, for work to be done in a comment.
const UNDONE: &str = concat!("FIX", "ME");

/// The first folders of paths that exist on one machine only.
const MACHINE_FOLDERS: [&str; 4] = ["home", "root", "work", TEMPORARY];

/// The one that tests may name.
const TEMPORARY: &str = "tmp";

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !is_fixture(&source.path) {
        findings.extend(check_heading(source));
        findings.extend(check_placeholders(source));
        if !source.path.starts_with("tests/") {
            findings.extend(check_size(source));
        }
    }
    let is_test = |byte| source.is_test_at(byte);
    findings.extend(check_machine_paths(&source.path, &source.text, is_test));
    findings
}

/// Programs that a test compiles or compares, which are not modules of ours.
fn is_fixture(path: &str) -> bool {
    let mut folders = path.split('/');
    folders.any(|folder| matches!(folder, "ui" | "snapshots"))
}

fn check_size(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    let path = &source.path;
    if lines > TOO_LONG {
        let message = format!(
            "{lines} lines, of at most {TOO_LONG}: move one of its ideas into a file of its own"
        );
        return Some(Finding::problem(path, lines, message));
    }
    let message = format!("{lines} lines: beyond {LONG} a file usually holds two ideas");
    (lines > LONG).then(|| Finding::warning(path, lines, message))
}

fn check_heading(source: &Source) -> Option<Finding> {
    let has_heading = source.text.starts_with("//!") || source.text.starts_with("#![doc");
    let message = "begin the file with a `//!` line that says what it is for";
    (!has_heading).then(|| Finding::problem(&source.path, 1, message))
}

fn check_placeholders(source: &Source) -> Vec<Finding> {
    let tokens = tokens(&source.code);
    let macros = tokens.windows(3).filter(|next| {
        PLACEHOLDERS.contains(&next[0].text) && next[1].text == "!" && next[2].text != "="
    });
    let mut findings: Vec<_> = macros
        .map(|next| {
            let message = format!(
                "`{}!` stands for work to be done: do it, or leave it out",
                next[0].text
            );
            Finding::problem(&source.path, source.line_of(next[0].at), message)
        })
        .collect();
    findings.extend(source.comments.match_indices(UNDONE).map(|(at, _)| {
        let message = format!("`{UNDONE}`: do it now, or write down what holds");
        Finding::problem(&source.path, source.line_of(at), message)
    }));
    findings
}

/// Finds paths such as a user's home folder, in code, comments and any other text.
pub(super) fn check_machine_paths(
    path: &str,
    text: &str,
    is_test: impl Fn(usize) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in MACHINE_FOLDERS {
        let machine_path = format!("/{folder}/");
        for (at, _) in text.match_indices(&machine_path) {
            // After a name it is the middle of a longer path, which may be a relative one or an address.
            let within =
                text[..at].ends_with(|c: char| c.is_alphanumeric() || "._-~*}>)".contains(c));
            if within || (folder == TEMPORARY && is_test(at)) {
                continue;
            }
            let message = format!(
                "`{machine_path}` is a path of one machine: take it from an argument, or make it relative"
            );
            findings.push(Finding::problem(path, line_of(text, at), message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(path.to_owned(), text.to_owned());
        check(&source).iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn check_found(path: &str, text: &str, expected: &[&str]) {
        let found = found(path, text);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn a_long_file_is_warned_of_and_a_longer_one_refused() {
        let of = |lines: usize| format!("//! Doc.\n{}", "\n".repeat(lines - 1));
        check_found("runtime/src/a.rs", &of(400), &[]);
        check_found(
            "runtime/src/a.rs",
            &of(401),
            &["runtime/src/a.rs:401: warning: 401 lines"],
        );
        check_found(
            "runtime/src/a.rs",
            &of(501),
            &["runtime/src/a.rs:501: 501 lines, of at most 500"],
        );
        check_found("tests/tests/it/a.rs", &of(501), &[]);
        check_found("macros/src/expand/snapshots/a.rs", &of(501), &[]);
    }

    #[test]
    fn a_file_begins_with_what_it_is_for() {
        let expected = ["xtask/src/a.rs:1: begin the file with a `//!` line"];
        check_found("xtask/src/a.rs", "// Not a doc.\n", &expected);
        check_found("xtask/src/a.rs", "use a;\n//! Late.\n", &expected);
        check_found("xtask/src/a.rs", "", &expected);
        check_found(
            "runtime/src/lib.rs",
            "#![doc = include_str!(\"../README.md\")]\n",
            &[],
        );
        check_found("tests/tests/ui/attr/a.rs", "fn main() {}\n", &[]);
    }

    #[test]
    fn work_to_be_done_is_found() {
        let text =
            "//! Doc.\nfn a() { todo!() }\nfn b() { unimplemented!(\"x\") }\nfn c() { dbg!(1); }\n";
        let expected = [
            "a.rs:2: `todo!`",
            "a.rs:3: `unimplemented!`",
            "a.rs:4: `dbg!`",
        ];
        check_found("a.rs", text, &expected);
        let comment = format!("//! Doc.\n// {UNDONE}: later\n");
        check_found("a.rs", &comment, &[&format!("a.rs:2: `{UNDONE}`")]);
    }

    #[test]
    fn words_that_only_look_like_it_are_not_found() {
        let text = "//! Doc.\n// todo!()\nfn a(todo: u8) -> bool { todo != 1 && text(\"dbg!()\") && my_dbg!() }\n";
        check_found("a.rs", text, &[]);
    }

    #[test]
    fn paths_of_one_machine_are_found_everywhere() {
        for folder in ["home", "root", "work", "tmp"] {
            let path = format!("/{folder}/x");
            let text = format!("//! Doc.\n// {path}\nconst A: &str = \"{path}\";\n");
            let places = ["a.rs:2: ", "a.rs:3: "].map(|place| format!("{place}`/{folder}/`"));
            check_found("a.rs", &text, &[&places[0], &places[1]]);
        }
    }

    #[test]
    fn tests_may_name_the_temporary_folder_only() {
        let temporary = format!("//! Doc.\nconst A: &str = \"/{TEMPORARY}/x\";\n");
        check_found("tests/tests/it/a.rs", &temporary, &[]);
        let inside = format!(
            "//! Doc.\n#[cfg(test)]\nmod tests {{ const A: &str = \"/{TEMPORARY}/x\"; }}\n"
        );
        check_found("runtime/src/a.rs", &inside, &[]);
        let home = format!("//! Doc.\nconst A: &str = \"/{}/x\";\n", "home");
        check_found("tests/tests/it/a.rs", &home, &["tests/tests/it/a.rs:2: "]);
    }

    #[test]
    fn folders_inside_a_longer_path_are_not_found() {
        let text = format!(
            "//! https://example.com/{0}/x, a/{0}/b, ../{0}/, $X/{0}/\n",
            "work"
        );
        check_found("a.rs", &text, &[]);
    }
}
