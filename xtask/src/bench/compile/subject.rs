//! Whose tools are compiled: ours, those of two other libraries, and the bare functions.

use std::fmt;

/// What writes the tools of one crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// `#[toolwright::tool]`.
    Ours,
    /// The same functions without a macro, called by name.
    Plain,
    /// `#[rig_core::rig_tool]`.
    Rig,
    /// `#[rmcp::tool_router]`.
    Rmcp,
}

/// Their manifests, which say the exact version; a `Cargo.lock` beside each says the rest.
const RIG: &str = include_str!("../../../../benches/compile/rig/Cargo.toml");
const RMCP: &str = include_str!("../../../../benches/compile/rmcp/Cargo.toml");

impl Subject {
    /// Everyone, in the order of a round.
    pub(super) const ALL: [Self; 4] = [Self::Ours, Self::Plain, Self::Rig, Self::Rmcp];

    /// Who ours is compared with.
    pub(super) const PEERS: [Self; 3] = [Self::Plain, Self::Rig, Self::Rmcp];

    /// The last part of its crate's name, and the name of its folder.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Subject::Ours => "ours",
            Subject::Plain => "plain",
            Subject::Rig => "rig",
            Subject::Rmcp => "rmcp",
        }
    }

    /// The committed manifest, of those that depend on another library.
    pub(super) fn manifest(self) -> Option<&'static str> {
        match self {
            Subject::Ours | Subject::Plain => None,
            Subject::Rig => Some(RIG),
            Subject::Rmcp => Some(RMCP),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (library, manifest) = match self {
            Subject::Ours => return f.write_str("toolwright"),
            Subject::Plain => return f.write_str("no macro"),
            Subject::Rig => ("rig-core", RIG),
            Subject::Rmcp => ("rmcp", RMCP),
        };
        let version = pinned(manifest, library).expect("every manifest pins its library");
        write!(f, "{library} {version}")
    }
}

/// The one version of a dependency that a manifest allows.
fn pinned<'m>(manifest: &'m str, library: &str) -> Option<&'m str> {
    let pin = |line: &'m str| {
        line.strip_prefix(library)?
            .strip_prefix(" = \"=")?
            .strip_suffix('"')
    };
    manifest.lines().find_map(pin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_that_are_compared_with_are_told() {
        for (subject, library) in [(Subject::Rig, "rig-core "), (Subject::Rmcp, "rmcp ")] {
            let label = subject.to_string();
            let version = label.strip_prefix(library).unwrap();
            assert_eq!(version.split('.').count(), 3, "{label}");
        }
        assert_eq!(Subject::Ours.to_string(), "toolwright");
    }

    #[test]
    fn only_an_exact_version_is_a_pin() {
        let manifest = "[dependencies]\na-b = \"=1.2.3\"\na = \"=2.0.0\"\nloose = \"1\"\n";
        assert_eq!(pinned(manifest, "a"), Some("2.0.0"));
        assert_eq!(pinned(manifest, "loose"), None);
    }
}
