//! Descriptions: a doc comment without the line breaks that only its author's editor wanted.
//!
//! Where the lines of a comment are broken is decided by the width of an editor or by a formatter, and must not change
//! what a model is sent. So lines of one paragraph become one line, as Markdown reads them; paragraphs, lists, tables,
//! headings and code keep their lines.

/// One description, unwrapped.
pub(super) fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence = false;
    // Whether the line before can go on in the next one.
    let mut open = false;
    for line in text.trim().lines().map(str::trim_end) {
        let is_fence = line.trim_start().starts_with("```");
        if fence || is_fence {
            new_line(&mut out, line);
            fence ^= is_fence;
            open = false;
        } else if line.is_empty() {
            if !out.ends_with("\n\n") {
                out.push_str(if out.ends_with('\n') { "\n" } else { "\n\n" });
            }
            open = false;
        } else if open && !begins_a_block(line) {
            out.push(' ');
            out.push_str(line.trim_start());
        } else {
            new_line(&mut out, line);
            // A heading and a row of a table end with their line.
            open = !line.starts_with(['#', '|']);
        }
        if line.ends_with('\\') {
            open = false;
        }
    }
    out
}

fn new_line(out: &mut String, line: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(line);
}

/// Whether a line cannot go on from the one before: an item of a list, a heading, a quotation, a row of a table.
fn begins_a_block(line: &str) -> bool {
    let line = line.trim_start();
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['#', '>', '|'])
        || ["- ", "* ", "+ "]
            .iter()
            .any(|marker| line.starts_with(marker))
        || (numbered.len() < line.len()
            && (numbered.starts_with(". ") || numbered.starts_with(") ")))
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(unwrapped(text), expected);
        assert_eq!(unwrapped(expected), expected, "once is enough");
    }

    #[test]
    fn a_paragraph_is_one_line() {
        check(
            "Look up one order\nby its id.",
            "Look up one order by its id.",
        );
        check("\n  One.\n\n\nTwo,\nthree.\n", "One.\n\nTwo, three.");
        check("", "");
    }

    #[test]
    fn blocks_keep_their_lines() {
        check(
            "Either:\n- one thing,\n  wrapped\n- another\n1. first\n2) second",
            "Either:\n- one thing, wrapped\n- another\n1. first\n2) second",
        );
        check(
            "# Units\ngrams\n| a | b |\n| 1 | 2 |",
            "# Units\ngrams\n| a | b |\n| 1 | 2 |",
        );
        check(
            "Like\n```json\n{\n  \"a\": 1\n}\n```\nand\nso on",
            "Like\n```json\n{\n  \"a\": 1\n}\n```\nand so on",
        );
        check("a hard\\\nbreak", "a hard\\\nbreak");
        check(
            "costs 10.5\n3 days - not\n-5 degrees",
            "costs 10.5 3 days - not -5 degrees",
        );
    }
}
