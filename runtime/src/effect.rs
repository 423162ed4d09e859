//! Resources: the named things that calls read and write, and when two of them overlap.
//!
//! A resource is a path of parts, such as `order/A-1234`. It contains everything below it, so `order` and `order/*`
//! are the same resource, and `*` is everything. Two resources overlap when one contains the other. A value that an
//! argument puts into a path is one part, whatever characters it has, so that no argument reaches another path.

use std::fmt;

/// A resource of one call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    parts: Vec<Box<str>>,
}

impl Resource {
    /// Everything.
    pub const EVERYTHING: Resource = Resource { parts: Vec::new() };

    /// Reads a path: `order/A-1234`, `order/*` or `*`. In a part, `%2F` stands for `/`, `%2A` for `*` and
    /// `%25` for `%`.
    ///
    /// ```
    /// use toolwright::Resource;
    ///
    /// let order = Resource::parse("order/A-1234");
    /// assert!(order.overlaps(&Resource::parse("order/*")));
    /// assert!(!order.overlaps(&Resource::parse("order/A-9")));
    /// assert_eq!(order.to_string(), "order/A-1234");
    /// ```
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let mut parts: Vec<Box<str>> = path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| {
                part.replace("%2F", "/")
                    .replace("%2A", "*")
                    .replace("%25", "%")
                    .into()
            })
            .collect();
        if path == "*" || path.ends_with("/*") {
            parts.pop();
        }
        Self { parts }
    }

    /// The resource at the end of these parts, whatever characters they have: `/`, `*` and `%` stand for themselves.
    ///
    /// ```
    /// use toolwright::Resource;
    ///
    /// let file = Resource::of(["file", "src/main.rs"]);
    /// assert_eq!(file.to_string(), "file/src%2Fmain.rs");
    /// assert_eq!(Resource::of(["order", "A-1"]), Resource::parse("order/A-1"));
    /// ```
    #[must_use]
    pub fn of<P: Into<Box<str>>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self {
            parts: parts.into_iter().map(Into::into).collect(),
        }
    }

    /// Whether one of the two contains the other.
    #[must_use]
    pub fn overlaps(&self, other: &Resource) -> bool {
        self.parts
            .iter()
            .zip(&other.parts)
            .all(|(mine, theirs)| mine == theirs)
    }

    /// The parts, outermost first; none for everything.
    pub(crate) fn parts(&self) -> &[Box<str>] {
        &self.parts
    }
}

/// Reads a path, as [`Resource::parse`] does.
impl From<&str> for Resource {
    fn from(path: &str) -> Self {
        Self::parse(path)
    }
}

/// Reads a path, as [`Resource::parse`] does.
impl From<String> for Resource {
    fn from(path: String) -> Self {
        Self::parse(&path)
    }
}

impl From<&Resource> for Resource {
    fn from(resource: &Resource) -> Self {
        resource.clone()
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.parts.is_empty() {
            return f.write_str("*");
        }
        for (index, part) in self.parts.iter().enumerate() {
            let slash = if index == 0 { "" } else { "/" };
            write!(
                f,
                "{slash}{}",
                part.replace('%', "%25")
                    .replace('/', "%2F")
                    .replace('*', "%2A")
            )?;
        }
        Ok(())
    }
}

/// Something that a result depends on besides what its tool declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Read {
    /// A resource, as the tool sees it.
    Resource(Resource),
    /// What the cache of another call's result watches, in the cache's own numbers.
    Watched(u64),
}

/// What one call reads and writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effect {
    /// The resources that the call reads.
    pub reads: Vec<Resource>,
    /// The resources that the call writes.
    pub writes: Vec<Resource>,
}

impl Effect {
    /// Whether the order of the two calls matters: one writes what the other reads or writes.
    #[must_use]
    pub fn conflicts_with(&self, other: &Effect) -> bool {
        let overlap = |mine: &[Resource], theirs: &[Resource]| {
            mine.iter()
                .any(|mine| theirs.iter().any(|theirs| mine.overlaps(theirs)))
        };
        overlap(&self.writes, &other.writes)
            || overlap(&self.writes, &other.reads)
            || overlap(&self.reads, &other.writes)
    }
}

/// A resource with holes for arguments: `order/{order_id}`.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
enum Piece {
    Text(Box<str>),
    Argument(usize),
}

impl Template {
    /// Reads a template that the macro has checked; `index_of` finds an argument by its name.
    ///
    /// # Errors
    /// The name in braces that no argument has, or the template itself when its braces do not match.
    pub(crate) fn parse(
        template: &str,
        index_of: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, String> {
        let mut parts = Vec::new();
        for part in template
            .split('/')
            .filter(|part| !part.is_empty() && *part != "*")
        {
            let (mut pieces, mut rest) = (Vec::new(), part);
            while let Some((before, inside)) = rest.split_once('{') {
                let (name, after) = inside.split_once('}').ok_or_else(|| template.to_owned())?;
                if !before.is_empty() {
                    pieces.push(Piece::Text(before.into()));
                }
                pieces.push(Piece::Argument(
                    index_of(name).ok_or_else(|| name.to_owned())?,
                ));
                rest = after;
            }
            if !rest.is_empty() {
                pieces.push(Piece::Text(rest.into()));
            }
            parts.push(Part { pieces });
        }
        Ok(Self { parts })
    }

    /// The resource of one call. `value` gives an argument's text; where it gives none (the argument is absent, or is
    /// not a scalar) the resource ends there and so contains all that it could have been.
    pub(crate) fn resolve<'v>(
        &self,
        value: impl Fn(usize) -> Option<std::borrow::Cow<'v, str>>,
    ) -> Resource {
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let mut text = String::new();
            for piece in &part.pieces {
                match piece {
                    Piece::Text(piece) => text.push_str(piece),
                    Piece::Argument(index) => match value(*index) {
                        Some(value) => text.push_str(&value),
                        None => return Resource { parts },
                    },
                }
            }
            parts.push(text.into());
        }
        Resource { parts }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Effect, Resource, Template};

    fn check_overlap(one: &str, other: &str, expected: bool) {
        let (one, other) = (Resource::parse(one), Resource::parse(other));
        assert_eq!(one.overlaps(&other), expected, "{one} and {other}");
        assert_eq!(other.overlaps(&one), expected, "{other} and {one}");
    }

    #[test]
    fn a_resource_contains_what_is_below_it() {
        check_overlap("order/A", "order/A", true);
        check_overlap("order/A", "order/B", false);
        check_overlap("order/A", "order/A/items", true);
        check_overlap("order/A", "order/*", true);
        check_overlap("order/A", "order", true);
        check_overlap("order/A", "orders", false);
        check_overlap("order/A", "*", true);
        check_overlap("*", "*", true);
        check_overlap("order/A/items", "order/B/items", false);
    }

    #[test]
    fn only_a_write_conflicts() {
        let effect = |reads: &str, writes: &str| Effect {
            reads: reads
                .split(',')
                .filter(|path| !path.is_empty())
                .map(Resource::parse)
                .collect(),
            writes: writes
                .split(',')
                .filter(|path| !path.is_empty())
                .map(Resource::parse)
                .collect(),
        };
        assert!(!effect("order/A", "").conflicts_with(&effect("order/A", "")));
        assert!(effect("order/A", "").conflicts_with(&effect("", "order/A")));
        assert!(effect("", "order/A").conflicts_with(&effect("order/*", "")));
        assert!(effect("", "order/A").conflicts_with(&effect("", "*")));
        assert!(!effect("", "order/A").conflicts_with(&effect("balance/7", "order/B")));
        assert!(!effect("", "").conflicts_with(&effect("", "*")));
    }

    #[test]
    fn a_value_is_one_part_whatever_it_holds() {
        let template = Template::parse("order/{order_id}/items", |name| {
            (name == "order_id").then_some(0)
        })
        .unwrap();
        let resource = |value: Option<&'static str>| template.resolve(|_| value.map(Cow::Borrowed));
        assert_eq!(resource(Some("A-1")).to_string(), "order/A-1/items");
        assert_eq!(resource(Some("../B")).to_string(), "order/..%2FB/items");
        assert_eq!(
            Resource::parse(&resource(Some("a/b%2F")).to_string()),
            resource(Some("a/b%2F"))
        );
        assert!(!resource(Some("A/items")).overlaps(&resource(Some("A"))));
        assert_eq!(resource(None).to_string(), "order");
        assert_eq!(resource(Some("*")).parts().len(), 3);
    }

    #[test]
    fn an_unknown_argument_is_named() {
        assert_eq!(
            Template::parse("order/{nope}", |_| None).unwrap_err(),
            "nope"
        );
    }
}
