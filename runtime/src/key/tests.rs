//! What is in a key, and that nothing else makes two keys one.

mod plans;

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::{CacheKey, KeyMaker, Scope};

/// Everything that makes a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Parts {
    secret: String,
    namespace: String,
    tool: String,
    version: u32,
    scope: Owned,
    arguments: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Owned {
    Shared,
    NoTenant,
    Tenant(String),
}

impl Parts {
    fn of(
        namespace: &str,
        tool: &str,
        version: u32,
        tenant: Option<&str>,
        arguments: &str,
    ) -> Self {
        Self {
            secret: String::new(),
            namespace: namespace.to_owned(),
            tool: tool.to_owned(),
            version,
            scope: tenant.map_or(Owned::NoTenant, |tenant| Owned::Tenant(tenant.to_owned())),
            arguments: arguments.to_owned(),
        }
    }

    fn key(&self) -> CacheKey {
        let scope = match &self.scope {
            Owned::Shared => Scope::Shared,
            Owned::NoTenant => Scope::NoTenant,
            Owned::Tenant(tenant) => Scope::Tenant(tenant),
        };
        let maker = KeyMaker::new(&self.namespace, self.secret.as_bytes());
        maker.key(&self.tool, self.version, scope, self.arguments.as_bytes())
    }
}

/// Fails when two of these have one key.
fn check_apart(all: impl IntoIterator<Item = Parts>) {
    let mut known: HashMap<[u8; 32], Parts> = HashMap::new();
    for parts in all {
        if let Some(other) = known.insert(parts.key().0, parts.clone()) {
            assert_eq!(other, parts, "two questions have one key");
        }
    }
}

/// Texts that a key without lengths would mix up: pieces that look like its joints, its lengths, its words.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(
        &[
            "a",
            "b",
            ":",
            "/",
            "\0",
            "{}",
            "{",
            "shared",
            "nobody",
            "tenant",
            "s",
            "n",
            "t",
            "toolwright/1",
            "\u{1}\0\0\0\0\0\0\0",
            "\u{2}\0\0\0\0\0\0\0",
            "\0\0\0\0\0\0\0\0",
            "é",
        ][..],
    );
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn parts() -> impl Strategy<Value = Parts> {
    let scope = prop_oneof![
        1 => Just(Owned::Shared),
        1 => Just(Owned::NoTenant),
        4 => text().prop_map(Owned::Tenant),
    ];
    let version = prop_oneof![0..3_u32, Just(256), Just(u32::MAX)];
    let parts = (text(), text(), text(), version, scope, text());
    parts.prop_map(
        |(secret, namespace, tool, version, scope, arguments)| Parts {
            secret,
            namespace,
            tool,
            version,
            scope,
            arguments,
        },
    )
}

#[test]
fn every_part_is_in_the_key() {
    let one = Parts::of("shop", "lookup", 1, Some("acme"), "{}");
    let with = |change: fn(&mut Parts)| {
        let mut parts = one.clone();
        change(&mut parts);
        parts
    };
    let others = [
        with(|it| it.secret = "another".to_owned()),
        with(|it| it.namespace = "shop2".to_owned()),
        with(|it| it.namespace = String::new()),
        with(|it| it.tool = "lookup2".to_owned()),
        with(|it| it.version = 2),
        with(|it| it.version = 0x0100_0000),
        with(|it| it.scope = Owned::Tenant("globex".to_owned())),
        with(|it| it.scope = Owned::Tenant(String::new())),
        with(|it| it.scope = Owned::NoTenant),
        with(|it| it.scope = Owned::Shared),
        with(|it| it.arguments = "{ }".to_owned()),
        with(|it| it.arguments = String::new()),
    ];
    let keys: BTreeSet<_> = others.iter().map(Parts::key).collect();
    assert_eq!(keys.len(), others.len());
    assert!(!keys.contains(&one.key()));
    assert_eq!(one.key(), one.clone().key());
}

#[test]
fn no_cut_of_the_same_letters_is_another_cut() {
    // Every way to cut these letters into namespace, tool, tenant and arguments; with a tenant and without.
    for letters in [
        "aaaaaaaa",
        "a:b:a:b:",
        "\0\0\0\0\0\0\0\0\u{1}\0\0",
        "{}{}{}",
        "tenant\0a",
    ] {
        let cuts = letters.len();
        let mut all = Vec::new();
        for first in 0..=cuts {
            for second in first..=cuts {
                for third in second..=cuts {
                    let (namespace, tool) = (&letters[..first], &letters[first..second]);
                    let (tenant, arguments) = (&letters[second..third], &letters[third..]);
                    all.push(Parts::of(namespace, tool, 1, Some(tenant), arguments));
                    let arguments = &letters[second..];
                    all.push(Parts::of(namespace, tool, 1, None, arguments));
                    let shared = Parts::of(namespace, tool, 1, None, arguments);
                    all.push(Parts {
                        scope: Owned::Shared,
                        ..shared
                    });
                }
            }
        }
        check_apart(all);
    }
}

#[test]
fn no_length_makes_two_tenants_one() {
    // Around the sizes at which lengths, blocks and chunks of a hash take another byte, or another step.
    let lengths = [
        0, 1, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 65_535, 65_536, 65_537,
    ];
    let tenants = lengths.map(|length| "a".repeat(length));
    let arguments = [0, 1, 55, 64, 256, 1024].map(|length| "a".repeat(length));
    check_apart(tenants.iter().flat_map(|tenant| {
        let all = arguments.iter();
        all.map(move |arguments| Parts::of("", "t", 1, Some(tenant), arguments))
    }));
}

#[test]
fn a_log_shows_four_bytes_of_a_key() {
    let key = Parts::of("shop", "lookup", 1, Some("acme"), "{}").key();
    let shown = format!("{key:?}");
    assert_eq!(shown.len(), 8);
    let first = u32::from_str_radix(&shown, 16).expect("digits of a key");
    assert_eq!(first.to_be_bytes(), key.0[..4]);
}

proptest! {
    #[test]
    fn two_keys_are_one_if_everything_is(one in parts(), other in parts()) {
        assert_eq!(one.key() == other.key(), one == other);
        assert_eq!(one.key(), one.clone().key());
    }

    #[test]
    fn a_change_of_one_part_is_another_key(one in parts(), other in parts(), which in 0..6) {
        let mut changed = one.clone();
        match which {
            0 => changed.secret = other.secret,
            1 => changed.namespace = other.namespace,
            2 => changed.tool = other.tool,
            3 => changed.version = other.version,
            4 => changed.scope = other.scope,
            _ => changed.arguments = other.arguments,
        }
        assert_eq!(one.key() == changed.key(), one == changed);
    }
}
