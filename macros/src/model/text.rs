//! Descriptions: doc comments as the one text that a model reads.

use syn::{Expr, ExprLit, Lit};

/// A description. Without pieces that only the compiler can compute it has one piece, or none.
pub(crate) struct Text(pub(crate) Vec<Piece>);

/// A part of a description; the next one begins on a new line.
pub(crate) enum Piece {
    Written(String),
    /// Such as `include_str!("lookup.md")`.
    Computed(Expr),
}

impl Text {
    /// The text of doc comments: without their indentation, and without empty lines before and after.
    pub(super) fn new(docs: &[Expr]) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        for doc in docs {
            match (written(doc), pieces.last_mut()) {
                (None, _) => pieces.push(Piece::Computed(doc.clone())),
                (Some(line), Some(Piece::Written(text))) => {
                    text.push('\n');
                    text.push_str(&line);
                }
                (Some(line), _) => pieces.push(Piece::Written(line)),
            }
        }
        let last = pieces.len().saturating_sub(1);
        for (index, piece) in pieces.iter_mut().enumerate() {
            if let Piece::Written(text) = piece {
                *text = unindent(text);
                if index == 0 {
                    *text = text.trim_start().to_owned();
                }
                if index == last {
                    text.truncate(text.trim_end().len());
                }
            }
        }
        Text(pieces)
    }

    /// Whether it says nothing. What only the compiler can compute says something.
    pub(super) fn is_empty(&self) -> bool {
        self.0
            .iter()
            .all(|piece| matches!(piece, Piece::Written(text) if text.is_empty()))
    }
}

/// The text of one doc attribute that is written out: a line, or the lines of a block comment.
fn written(doc: &Expr) -> Option<String> {
    let Expr::Lit(ExprLit {
        lit: Lit::Str(text),
        ..
    }) = doc
    else {
        return None;
    };
    let text = text.value();
    let Some((first, rest)) = text.split_once('\n') else {
        return Some(text);
    };
    // A block comment: its first line stands behind `/**`, the others may stand behind a column of `*`.
    let rest: Vec<&str> = rest.split('\n').collect();
    let has_stars = rest
        .iter()
        .map(|line| line.trim())
        .all(|line| line.is_empty() || line.starts_with('*'));
    let unstar = |line: &&str| match line.trim_start().strip_prefix('*') {
        Some(line) if has_stars => line.to_owned(),
        _ => (*line).to_owned(),
    };
    let rest: Vec<String> = rest.iter().map(unstar).collect();
    Some(format!("{}\n{}", first.trim(), unindent(&rest.join("\n"))))
}

/// Takes away the indentation that all lines share, and spaces at the ends of lines.
fn unindent(text: &str) -> String {
    let shared = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches([' ', '\t']).len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.get(shared..).unwrap_or("").trim_end())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn check(docs: &[Expr], expected: &str) {
        let text = Text::new(docs);
        let pieces: Vec<String> = text
            .0
            .into_iter()
            .map(|piece| match piece {
                Piece::Written(text) => text,
                Piece::Computed(_) => "…".to_owned(),
            })
            .collect();
        assert_eq!(pieces.join("|"), expected);
    }

    #[test]
    fn line_comments() {
        check(&[], "");
        check(&[parse_quote!("")], "");
        check(&[parse_quote!(" One.")], "One.");
        check(
            &[
                parse_quote!(""),
                parse_quote!(" One:  "),
                parse_quote!("   two"),
                parse_quote!(""),
                parse_quote!(" three."),
                parse_quote!(" "),
            ],
            "One:\n  two\n\nthree.",
        );
        check(
            &[parse_quote!("One."), parse_quote!(" Two.")],
            "One.\n Two.",
        );
    }

    #[test]
    fn block_comments() {
        check(&[parse_quote!(" One. ")], "One.");
        check(
            &[parse_quote!("\n * One:\n *   two\n *\n * three.\n ")],
            "One:\n  two\n\nthree.",
        );
        check(
            &[parse_quote!(" One.\n    Two.\n      Three.\n")],
            "One.\nTwo.\n  Three.",
        );
        check(&[parse_quote!(" List:\n* a\n")], "List:\na");
    }

    #[test]
    fn computed_pieces_stay_where_they_are() {
        let docs = [
            parse_quote!(" One."),
            parse_quote!(include_str!("two.md")),
            parse_quote!(" Three."),
        ];
        check(&docs, "One.|…|Three.");
        assert!(!Text::new(&docs[1..2]).is_empty());
        assert!(Text::new(&[parse_quote!(" "), parse_quote!("")]).is_empty());
    }
}
