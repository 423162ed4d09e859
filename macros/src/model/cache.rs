//! How long a result stays fresh, what its key leaves out, and who may see it.

use std::time::Duration;

use syn::LitStr;

use super::duration;
use super::limits::at_least_one;
use super::name::Names;
use crate::diagnostics::Diagnostics;
use crate::parse::{Attr, Spanned};

/// The declaration's part in the cache key and the cache.
pub(crate) struct CacheRule {
    pub(crate) ttl: Option<Duration>,
    pub(crate) stale_while_revalidate: Option<Duration>,
    pub(crate) stale_if_error: Option<Duration>,
    pub(crate) discloses_age: bool,
    /// The arguments that the key leaves out.
    pub(crate) exclude: Vec<String>,
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
        let ttl = ttl(attr, found);
        CacheRule {
            ttl,
            stale_while_revalidate: stale(attr.stale_while_revalidate.as_ref(), attr, ttl, found),
            stale_if_error: stale(attr.stale_if_error.as_ref(), attr, ttl, found),
            discloses_age: discloses_age(attr, ttl, found),
            exclude: exclude(attr, names, found),
            tenancy: tenancy(attr, found),
            version: at_least_one(
                attr.version.as_ref(),
                "a version is a whole number from 1 on: write `version = 2`",
                found,
            ),
        }
    }
}

fn ttl(attr: &Attr, found: &mut Diagnostics) -> Option<Duration> {
    let Spanned { key, .. } = attr.ttl.as_ref()?;
    if let Some(writes) = &attr.writes {
        found.error(
            key,
            format_args!(
                "a call that writes is never answered from a cache: remove `ttl` or `{}`",
                writes.key
            ),
        );
    }
    duration::given(attr.ttl.as_ref(), &duration::TTL, found)
}

/// How long a result is served past its TTL.
fn stale(
    slot: Option<&Spanned<LitStr>>,
    attr: &Attr,
    ttl: Option<Duration>,
    found: &mut Diagnostics,
) -> Option<Duration> {
    let Spanned { key, .. } = slot?;
    if !attr.has("ttl") || ttl == Some(Duration::ZERO) {
        found.error(
            key,
            format_args!(
                "`{key}` is about results past their TTL: give the tool a `ttl`, or remove it"
            ),
        );
    }
    duration::given(slot, &duration::STALE, found)
}

/// Whether the model is told how old a result is.
fn discloses_age(attr: &Attr, ttl: Option<Duration>, found: &mut Diagnostics) -> bool {
    let Some(Spanned { key, .. }) = &attr.disclose_age else {
        return false;
    };
    if !attr.has("ttl") || ttl == Some(Duration::ZERO) {
        let how =
            "`disclose_age` is about results that are kept: give the tool a `ttl`, or remove it";
        found.error(key, how);
    }
    true
}

fn exclude(attr: &Attr, names: &Names, found: &mut Diagnostics) -> Vec<String> {
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
            match names.check(name) {
                Ok(()) if excluded.iter().any(|known| known == name) => {
                    found.error(
                        literal,
                        format_args!("`{name}` is excluded twice: keep one"),
                    );
                }
                Ok(()) => excluded.push(name.to_owned()),
                Err(message) => found.error(literal, message),
            }
        }
    }
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
