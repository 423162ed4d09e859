//! The options of `#[tool(…)]` as written: which key, which form of value, and nothing given twice.

use proc_macro2::TokenStream;
use syn::{Ident, Lit, LitInt, LitStr, Path};

use super::entry::{Entry, Value, entries};
use super::{once, unknown_option};
use crate::diagnostics::Diagnostics;

/// A value and the key it was written under.
pub(crate) struct Spanned<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// `#[tool(…)]` as spelled.
#[derive(Default)]
pub(crate) struct Attr {
    /// Every key that was written, also where its value was no good.
    keys: Vec<Ident>,
    pub(crate) krate: Option<Spanned<Path>>,
    pub(crate) name: Option<Spanned<LitStr>>,
    pub(crate) ttl: Option<Spanned<LitStr>>,
    pub(crate) cache_key_exclude: Option<Spanned<Vec<LitStr>>>,
    pub(crate) tenant_scoped: Option<Spanned<()>>,
    pub(crate) shared: Option<Spanned<()>>,
    pub(crate) version: Option<Spanned<LitInt>>,
    pub(crate) batch: Option<Spanned<Path>>,
    pub(crate) reads: Option<Spanned<Vec<LitStr>>>,
    pub(crate) writes: Option<Spanned<Vec<LitStr>>>,
}

/// Every key that works.
const KEYS: &[&str] = &[
    "ttl",
    "cache_key_exclude",
    "tenant_scoped",
    "shared",
    "version",
    "batch",
    "reads",
    "writes",
    "name",
    "crate",
];

/// Keys that the design has and this version does not: accepting one would be to ignore it.
const PLANNED: &[&str] = &[
    "stale_while_revalidate",
    "stale_if_error",
    "batch_window",
    "batch_max",
    "after",
    "timeout",
    "retries",
    "max_concurrency",
    "rate",
    "idempotent",
    "destructive",
    "title",
    "coerce",
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
        match key.to_string().as_str() {
            "ttl" => {
                let how = "a TTL is a string with a unit: write \"5s\", \"5m\" or \"5h\"";
                put(&mut self.ttl, key, string(value, how), found);
            }
            "name" => {
                let how = "a name is a string: write `name = \"find_order\"`";
                put(&mut self.name, key, string(value, how), found);
            }
            "cache_key_exclude" => {
                let how =
                    "name the arguments in a string: write `cache_key_exclude = \"request_id\"`";
                put(&mut self.cache_key_exclude, key, strings(value, how), found);
            }
            "reads" => {
                let how = "name the resources in a string: write `reads = \"order/{order_id}\"`";
                put(&mut self.reads, key, strings(value, how), found);
            }
            "writes" => {
                let how = "name the resources in a string: write `writes = \"order/{order_id}\"`";
                put(&mut self.writes, key, strings(value, how), found);
            }
            "tenant_scoped" => {
                let value = flag(&key, value);
                put(&mut self.tenant_scoped, key, |_| value, found);
            }
            "shared" => {
                let value = flag(&key, value);
                put(&mut self.shared, key, |_| value, found);
            }
            "version" => put(&mut self.version, key, integer(value), found),
            "batch" => put(&mut self.batch, key, function(value), found),
            "crate" => put(&mut self.krate, key, krate(value), found),
            _ => unknown_option(&key, KEYS, PLANNED, found),
        }
    }
}

/// Reads the value and puts it into its slot, which must be empty.
fn put<T>(
    slot: &mut Option<Spanned<T>>,
    key: Ident,
    value: impl FnOnce(&Ident) -> syn::Result<T>,
    found: &mut Diagnostics,
) {
    once(&key, slot.is_some(), found);
    if let Some(value) = found.ok(value(&key)) {
        *slot = Some(Spanned { key, value });
    }
}

fn string(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<LitStr> {
    move |key| match value {
        Value::Lit(Lit::Str(text)) => Ok(text),
        other => Err(other.error(key, how)),
    }
}

fn strings(value: Value, how: &str) -> impl FnOnce(&Ident) -> syn::Result<Vec<LitStr>> {
    move |key| value.strings().ok_or_else(|| value.error(key, how))
}

fn flag(key: &Ident, value: Value) -> syn::Result<()> {
    match value {
        Value::Absent => Ok(()),
        other => {
            let how = format_args!("`{key}` takes no value: write just `{key}`");
            Err(other.error(key, how))
        }
    }
}

fn integer(value: Value) -> impl FnOnce(&Ident) -> syn::Result<LitInt> {
    move |key| match value {
        Value::Lit(Lit::Int(number)) => Ok(number),
        other => Err(other.error(
            key,
            "a version is a whole number from 1 on: write `version = 2`",
        )),
    }
}

fn function(value: Value) -> impl FnOnce(&Ident) -> syn::Result<Path> {
    const HOW: &str = "name the batch function: write `batch = \"lookup_orders\"`";
    move |key| match value {
        Value::Path(path) => Ok(path),
        Value::Lit(Lit::Str(text)) => {
            let path = text.parse_with(Path::parse_mod_style);
            path.map_err(|_| syn::Error::new_spanned(text, HOW))
        }
        other => Err(other.error(key, HOW)),
    }
}

fn krate(value: Value) -> impl FnOnce(&Ident) -> syn::Result<Path> {
    move |key| match value {
        Value::Path(path) => Ok(path),
        other => Err(other.error(
            key,
            "name the path of the toolwright crate: write `crate = ::toolwright`",
        )),
    }
}
