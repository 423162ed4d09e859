//! How long a result stays fresh, what its key leaves out, and who may see it.

use std::time::Duration;

use super::{Param, duration};
use crate::diagnostics::{Diagnostics, nearest, one_of};
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
    pub(super) fn new(attr: &Attr, params: &[Param<'_>], found: &mut Diagnostics) -> Self {
        CacheRule {
            ttl: ttl(attr, found),
            exclude: exclude(attr, params, found),
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

fn exclude(attr: &Attr, params: &[Param<'_>], found: &mut Diagnostics) -> Vec<usize> {
    let Some(Spanned { key, value }) = &attr.cache_key_exclude else {
        return Vec::new();
    };
    if attr.ttl.is_none() && attr.batch.is_none() {
        found.error(
            key,
            "`cache_key_exclude` changes nothing here: give the tool a `ttl` or a `batch`, or remove it",
        );
    }
    let mut excluded = Vec::new();
    for literal in value {
        let text = literal.value();
        for name in text.split(',').map(str::trim) {
            let names = || params.iter().map(|param| param.name.as_str());
            match names().position(|known| known == name) {
                Some(index) if excluded.contains(&index) => {
                    found.error(
                        literal,
                        format_args!("`{name}` is excluded twice: keep one"),
                    );
                }
                Some(index) => excluded.push(index),
                None if name.is_empty() => found.error(
                    literal,
                    "an argument's name is missing here: write `cache_key_exclude = \"a, b\"`",
                ),
                None => found.error(literal, unknown(name, &names().collect::<Vec<_>>())),
            }
        }
    }
    excluded.sort_unstable();
    excluded
}

/// What to say when no argument has this name.
pub(super) fn unknown(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("there is no argument `{name}`: did you mean `{near}`?"),
        None if names.is_empty() => format!("there is no argument `{name}`: this tool has none"),
        None => format!(
            "there is no argument `{name}`: the arguments are {}",
            one_of(names.iter().copied())
        ),
    }
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
            "a version is a positive whole number: write `version = 2`",
        );
    }
    version
}
