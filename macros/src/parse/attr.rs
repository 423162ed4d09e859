//! The options of `#[tool(…)]` as written: which key, which form of value, and nothing given twice.

use proc_macro2::TokenStream;
use syn::{Ident, LitInt, LitStr, Path};

use super::entry::{Entry, Value, entries};
use super::value::{flag, function, integer, krate, string, strings};
use super::{once, unknown_option};
use crate::diagnostics::Diagnostics;

/// A value and the key it was written under.
pub(crate) struct Spanned<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// An option that has a value, if it was given.
pub(crate) type Slot<T> = Option<Spanned<T>>;

/// `#[tool(…)]` as spelled.
#[derive(Default)]
pub(crate) struct Attr {
    /// Every key that was written, also where its value was no good.
    keys: Vec<Ident>,
    pub(crate) krate: Slot<Path>,
    pub(crate) name: Slot<LitStr>,
    pub(crate) title: Slot<LitStr>,
    pub(crate) ttl: Slot<LitStr>,
    pub(crate) stale_while_revalidate: Slot<LitStr>,
    pub(crate) stale_if_error: Slot<LitStr>,
    pub(crate) disclose_age: Slot<()>,
    pub(crate) cache_key_exclude: Slot<Vec<LitStr>>,
    pub(crate) tenant_scoped: Slot<()>,
    pub(crate) shared: Slot<()>,
    pub(crate) version: Slot<LitInt>,
    pub(crate) batch: Slot<Path>,
    pub(crate) batch_window: Slot<LitStr>,
    pub(crate) batch_max: Slot<LitInt>,
    pub(crate) reads: Slot<Vec<LitStr>>,
    pub(crate) writes: Slot<Vec<LitStr>>,
    pub(crate) after: Slot<Vec<LitStr>>,
    pub(crate) timeout: Slot<LitStr>,
    pub(crate) retries: Slot<LitInt>,
    pub(crate) max_concurrency: Slot<LitInt>,
    pub(crate) rate: Slot<LitStr>,
    pub(crate) idempotent: Slot<()>,
    pub(crate) destructive: Slot<()>,
    pub(crate) coerce: Slot<()>,
    pub(crate) output_schema: Slot<()>,
}

/// Every key.
const KEYS: &[&str] = &[
    "ttl",
    "stale_while_revalidate",
    "stale_if_error",
    "disclose_age",
    "cache_key_exclude",
    "tenant_scoped",
    "shared",
    "version",
    "batch",
    "batch_window",
    "batch_max",
    "reads",
    "writes",
    "after",
    "timeout",
    "retries",
    "max_concurrency",
    "rate",
    "idempotent",
    "destructive",
    "name",
    "title",
    "coerce",
    "output_schema",
    "crate",
];

impl Attr {
    /// The path of the runtime crate, which the output needs also when nothing else was right.
    pub(crate) fn krate(&self) -> Path {
        match &self.krate {
            Some(krate) => krate.value.clone(),
            None => syn::parse_quote!(::toolwright),
        }
    }

    /// Whether this option was written, rightly or wrongly.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|known| known == key)
    }

    pub(super) fn parse(tokens: TokenStream, found: &mut Diagnostics) -> Self {
        let mut attr = Attr::default();
        for entry in entries(tokens, found) {
            attr.keys.push(entry.key.clone());
            attr.set(entry, found);
        }
        attr
    }

    fn set(&mut self, Entry { key, value }: Entry, found: &mut Diagnostics) {
        let name = key.to_string();
        if let Some(slot) = self.flag(&name) {
            return put_flag(slot, key, value, found);
        }
        if let Some((slot, how)) = self.text(&name) {
            return put(slot, key, string(value, how), found);
        }
        if let Some((slot, how)) = self.texts(&name) {
            return put(slot, key, strings(value, how), found);
        }
        if let Some((slot, how)) = self.number(&name) {
            return put(slot, key, integer(value, how), found);
        }
        match name.as_str() {
            "batch" => put(&mut self.batch, key, function(value), found),
            "crate" => put(&mut self.krate, key, krate(value), found),
            _ => unknown_option(&key, KEYS, found),
        }
    }

    /// The options that are one word.
    fn flag(&mut self, name: &str) -> Option<&mut Slot<()>> {
        Some(match name {
            "disclose_age" => &mut self.disclose_age,
            "tenant_scoped" => &mut self.tenant_scoped,
            "shared" => &mut self.shared,
            "idempotent" => &mut self.idempotent,
            "destructive" => &mut self.destructive,
            "coerce" => &mut self.coerce,
            "output_schema" => &mut self.output_schema,
            _ => return None,
        })
    }

    /// The options that are a string, and what to write for each.
    fn text(&mut self, name: &str) -> Option<(&mut Slot<LitStr>, &'static str)> {
        Some(match name {
            "ttl" => (
                &mut self.ttl,
                "a TTL is a string with a unit: write \"5s\", \"5m\" or \"5h\"",
            ),
            "stale_while_revalidate" => (
                &mut self.stale_while_revalidate,
                "a time is a string with a unit: write `stale_while_revalidate = \"30s\"`",
            ),
            "stale_if_error" => (
                &mut self.stale_if_error,
                "a time is a string with a unit: write `stale_if_error = \"10m\"`",
            ),
            "batch_window" => (
                &mut self.batch_window,
                "a batch window is a string with a unit: write `batch_window = \"10ms\"`",
            ),
            "timeout" => (
                &mut self.timeout,
                "a timeout is a string with a unit: write `timeout = \"5s\"`",
            ),
            "rate" => (
                &mut self.rate,
                "a rate is a string: write `rate = \"10/s\"` for ten calls a second",
            ),
            "name" => (
                &mut self.name,
                "a name is a string: write `name = \"find_order\"`",
            ),
            "title" => (
                &mut self.title,
                "a title is a string for people: write `title = \"Find an order\"`",
            ),
            _ => return None,
        })
    }

    /// The options that are one string or several, and what to write for each.
    fn texts(&mut self, name: &str) -> Option<(&mut Slot<Vec<LitStr>>, &'static str)> {
        Some(match name {
            "cache_key_exclude" => (
                &mut self.cache_key_exclude,
                "name the arguments in a string: write `cache_key_exclude = \"request_id\"`",
            ),
            "reads" => (
                &mut self.reads,
                "name the resources in a string: write `reads = \"order/{order_id}\"`",
            ),
            "writes" => (
                &mut self.writes,
                "name the resources in a string: write `writes = \"order/{order_id}\"`",
            ),
            "after" => (
                &mut self.after,
                "name the tools in a string: write `after = \"lookup_order\"`",
            ),
            _ => return None,
        })
    }

    /// The options that are a number, and what to write for each.
    fn number(&mut self, name: &str) -> Option<(&mut Slot<LitInt>, &'static str)> {
        Some(match name {
            "version" => (
                &mut self.version,
                "a version is a whole number from 1 on: write `version = 2`",
            ),
            "batch_max" => (
                &mut self.batch_max,
                "a batch is bounded by a whole number of keys: write `batch_max = 64`",
            ),
            "retries" => (
                &mut self.retries,
                "retries are a whole number: write `retries = 2`",
            ),
            "max_concurrency" => (
                &mut self.max_concurrency,
                "a cap is a whole number from 1 on: write `max_concurrency = 4`",
            ),
            _ => return None,
        })
    }
}

/// Reads the value and puts it into its slot, which must be empty.
pub(super) fn put<T>(
    slot: &mut Slot<T>,
    key: Ident,
    value: impl FnOnce(&Ident) -> syn::Result<T>,
    found: &mut Diagnostics,
) {
    once(&key, slot.is_some(), found);
    if let Some(value) = found.ok(value(&key)) {
        *slot = Some(Spanned { key, value });
    }
}

/// Sets a flag. One with a value is set as well: what was meant is plain, and so nothing else is amiss.
pub(super) fn put_flag(slot: &mut Slot<()>, key: Ident, value: Value, found: &mut Diagnostics) {
    found.ok(flag(&key, value));
    put(slot, key, |_| Ok(()), found);
}

/// Reads `crate = …`, the one option of `#[tools]`.
pub(super) fn krate_alone(tokens: TokenStream, found: &mut Diagnostics) -> Slot<Path> {
    let mut slot = None;
    for Entry { key, value } in entries(tokens, found) {
        if key == "crate" {
            put(&mut slot, key, krate(value), found);
        } else if KEYS.iter().any(|known| key == known) {
            let how =
                format_args!("`{key}` is an option of one tool: move it to a `#[tool]` inside");
            found.error(&key, how);
        } else {
            unknown_option(&key, &["crate"], found);
        }
    }
    slot
}
