//! What a recorded call reads or may change: one thing, all of a kind, or everything.

use toolwright::Resource;

/// Something that recorded calls read and change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    /// Whatever there is.
    Everything,
    /// All of a kind.
    Kind(String),
    /// One thing.
    One {
        /// Its kind.
        kind: String,
        /// Which of that kind.
        id: String,
    },
}

impl Entity {
    /// One thing of this kind.
    #[must_use]
    pub fn one(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self::One {
            kind: kind.into(),
            id: id.into(),
        }
    }

    /// Reads `kind:id`, or `kind` for all of it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.split_once(':') {
            Some((kind, id)) => Self::one(kind, id),
            None => Self::Kind(text.to_owned()),
        }
    }

    /// The kind, if it is of one.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Everything => None,
            Self::Kind(kind) | Self::One { kind, .. } => Some(kind),
        }
    }

    /// Which of the kind, if it is one thing.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Everything | Self::Kind(_) => None,
            Self::One { id, .. } => Some(id),
        }
    }

    /// Whether one of the two contains the other.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let may_be_one = |mine: Option<&str>, theirs: Option<&str>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        may_be_one(self.kind(), other.kind()) && may_be_one(self.id(), other.id())
    }

    /// The same, as the harness knows it.
    #[must_use]
    pub fn resource(&self) -> Resource {
        Resource::of([self.kind(), self.id()].into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_overlap_as_their_resources_do() {
        let all = [
            Entity::Everything,
            Entity::parse("user"),
            Entity::parse("user:mia"),
            Entity::parse("user:tom"),
            Entity::parse("flights"),
            Entity::parse("flights:mia"),
            Entity::parse("path:a/*"),
        ];
        for one in &all {
            for other in &all {
                let expected = one.resource().overlaps(&other.resource());
                assert_eq!(one.overlaps(other), expected, "{one:?} and {other:?}");
            }
        }
        assert!(!all[2].overlaps(&all[3]) && all[1].overlaps(&all[2]));
    }
}
