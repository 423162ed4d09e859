//! What the tools are, in no spelling yet: names, arguments, bodies.

/// What the tools are about: one module each.
pub(super) const NOUNS: [&str; 10] = [
    "order", "customer", "product", "shipment", "refund", "invoice", "ticket", "review", "price",
    "supplier",
];

/// What the tools do: one tool a noun each.
pub(super) const VERBS: [&str; 20] = [
    "find",
    "list",
    "count",
    "check",
    "compare",
    "rank",
    "preview",
    "explain",
    "summarise",
    "export",
    "create",
    "update",
    "cancel",
    "close",
    "reopen",
    "assign",
    "label",
    "archive",
    "restore",
    "merge",
];

/// The first verbs only read, so that their tools have a TTL where that can be said.
pub(super) const READING: usize = 10;

/// How many tools a full crate has.
pub(in super::super) const ALL: usize = NOUNS.len() * VERBS.len();

/// One tool, in no spelling yet.
#[derive(Clone, Copy)]
pub(super) struct Tool {
    /// Its place in [`VERBS`].
    pub(super) verb: usize,
    /// One of [`NOUNS`].
    pub(super) noun: &'static str,
}

impl Tool {
    /// What the function is called.
    pub(super) fn name(self) -> String {
        format!("{}_{}", VERBS[self.verb], self.noun)
    }

    /// What a type of its own is called.
    pub(super) fn type_name(self) -> String {
        capital(VERBS[self.verb]) + &capital(self.noun)
    }

    /// Its description.
    pub(super) fn doc(self) -> String {
        format!(
            "{} the {} with this id.",
            capital(VERBS[self.verb]),
            self.noun
        )
    }

    /// The four arguments: description, name and type.
    pub(super) fn arguments(self) -> [(String, &'static str, &'static str); 4] {
        let noun = self.noun;
        [
            (format!("The id, for example `{noun}-17`."), "id", "String"),
            ("How many entries at most.".to_owned(), "limit", "u32"),
            (
                "A remark to go with it.".to_owned(),
                "remark",
                "Option<String>",
            ),
            (
                format!("Whether an archived {noun} will do."),
                "archived",
                "bool",
            ),
        ]
    }

    /// The argument list of a free function, described by doc comments or not.
    pub(super) fn parameters(self, described: bool) -> String {
        let mut text = String::new();
        for (doc, name, ty) in self.arguments() {
            if described {
                line(&mut text, 1, &format!("/// {doc}"));
            }
            line(&mut text, 1, &format!("{name}: {ty},"));
        }
        text
    }

    /// The body. Its number keeps the functions from being merged into one.
    pub(super) fn body(self, depth: usize, wrong: &str, wrap: Option<&str>) -> String {
        let mut text = String::new();
        line(&mut text, depth, "if limit == 0 {");
        line(&mut text, depth + 1, &format!("return Err({wrong});"));
        line(&mut text, depth, "}");
        let (open, close) = wrap.map_or((String::new(), ""), |wrap| (format!("{wrap}("), ")"));
        line(
            &mut text,
            depth,
            &format!("Ok({open}{} {{", capital(self.noun)),
        );
        line(&mut text, depth + 1, "id,");
        line(
            &mut text,
            depth + 1,
            &format!("entries: limit.saturating_add({}),", self.verb),
        );
        line(&mut text, depth + 1, "remark,");
        line(&mut text, depth + 1, "archived,");
        line(&mut text, depth, &format!("}}{close})"));
        text
    }
}

/// One more line of code.
pub(super) fn line(text: &mut String, depth: usize, code: &str) {
    for part in ["    ".repeat(depth).as_str(), code, "\n"] {
        text.push_str(part);
    }
}

/// A word that begins with a capital letter.
pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
