//! How long a result stays fresh, what its key leaves out, and who may see it.

use std::time::Duration;

use super::duration;
use super::name::Names;
use crate::diagnostics::Diagnostics;
use crate::parse::{Attr, Spanned};

/// The declaration's part in the cache key and the cache.
pub(crate) struct CacheRule {
    pub(crate) ttl: Option<Duration>,
    /// Indices of the arguments that the key leaves out, ascending.
    pub(crate) exclude: Vec<usize>,
    pub(crate) tenancy: Tenancy,
    pub(crate) version: Option<u32>,
}

/// Who may see a result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tenancy {
    /// The tenant of the session, if it has one.
    Session,
    /// A tenant, always.
    Required,
    /// Everyone.
    Shared,
}

impl CacheRule {
    pub(super) fn new(attr: &Attr, names: &Names, found: &mut Diagnostics) -> Self {
        CacheRule {
            ttl: ttl(attr, found),
            exclude: exclude(attr, names, found),
            tenancy: tenancy(attr, found),
            version: version(attr, found),
        }
    }
}

fn ttl(attr: &Attr, found: &mut Diagnostics) -> Option<Duration> {
    let Spanned { key, value } = attr.ttl.as_ref()?;
    if let Some(writes) = &attr.writes {
        found.error(
            key,
            format_args!(
                "a call that writes is never answered from a cache: remove `ttl` or `{}`",
                writes.key
            ),
        );
    }
    match duration::ttl(&value.value()) {
        Ok(ttl) => Some(ttl),
        Err(message) => {
            found.error(value, message);
            None
        }
    }
}

fn exclude(attr: &Attr, names: &Names, found: &mut Diagnostics) -> Vec<usize> {
    let Some(Spanned { key, value }) = &attr.cache_key_exclude else {
        return Vec::new();
    };
    if !attr.has("ttl") && !attr.has("batch") {
        found.error(
            key,
            "`cache_key_exclude` changes nothing here: give the tool a `ttl` or a `batch`, or remove it",
        );
    }
    let mut excluded = Vec::new();
    for literal in value {
        let text = literal.value();
        for name in text.split(',').map(str::trim) {
            if name.is_empty() {
                let how =
                    "an argument's name is missing here: write `cache_key_exclude = \"a, b\"`";
                found.error(literal, how);
                continue;
            }
            match names.index(name) {
                Ok(index) if excluded.contains(&index) => {
                    found.error(
                        literal,
                        format_args!("`{name}` is excluded twice: keep one"),
                    );
                }
                Ok(index) => excluded.push(index),
                Err(message) => found.error(literal, message),
            }
        }
    }
    excluded.sort_unstable();
    excluded
}

fn tenancy(attr: &Attr, found: &mut Diagnostics) -> Tenancy {
    match (&attr.tenant_scoped, &attr.shared) {
        (Some(_), Some(shared)) => {
            found.error(
                &shared.key,
                "a tool is `tenant_scoped` or `shared`, not both: remove one",
            );
            Tenancy::Required
        }
        (Some(_), None) => Tenancy::Required,
        (None, Some(_)) => Tenancy::Shared,
        (None, None) => Tenancy::Session,
    }
}

fn version(attr: &Attr, found: &mut Diagnostics) -> Option<u32> {
    let literal = &attr.version.as_ref()?.value;
    let version = literal
        .base10_parse()
        .ok()
        .filter(|&version: &u32| version > 0);
    if version.is_none() {
        found.error(
            literal,
            "a version is a whole number from 1 on: write `version = 2`",
        );
    }
    version
}
