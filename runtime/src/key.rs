//! Cache keys: the same question has the same key, and nothing else has.
//!
//! `key = BLAKE3(BLAKE3(secret; format, namespace, tool, version); scope, canonical arguments)`: keyed hashes, in which
//! every part but the last has its length before it, so that no choice of arguments by one tenant makes another
//! tenant's key.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::canonical::{self, Shape};
use crate::json::{Json, write_string};

/// The key of one call's result.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CacheKey([u8; 32]);

/// Whose results these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope<'t> {
    /// Everyone's: the tool is `shared`.
    Shared,
    /// Those of sessions that have no tenant.
    NoTenant,
    /// One tenant's.
    Tenant(&'t str),
}

/// Makes the keys of one harness.
pub(crate) struct KeyMaker {
    secret: [u8; 32],
    namespace: String,
}

/// Makes the keys of one tool.
#[derive(Clone)]
pub(crate) struct ToolKeys {
    /// What is the same for all keys of the tool, as the key of their hash.
    secret: [u8; 32],
}

impl KeyMaker {
    /// `secret` is any bytes that other parties do not know; without it keys can be guessed, though never confused.
    pub(crate) fn new(namespace: &str, secret: &[u8]) -> Self {
        Self {
            secret: blake3::derive_key("toolwright 2026-11 cache key", secret),
            namespace: namespace.to_owned(),
        }
    }

    /// The keys of one version of a tool.
    pub(crate) fn tool(&self, name: &str, version: u32) -> ToolKeys {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        for part in [
            b"toolwright/1".as_slice(),
            self.namespace.as_bytes(),
            name.as_bytes(),
            &version.to_le_bytes(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        ToolKeys {
            secret: *hasher.finalize().as_bytes(),
        }
    }

    /// Another secret, for what else has to be the same in every process with this secret and namespace.
    pub(crate) fn derive(&self, context: &'static str) -> [u8; 32] {
        let mut material = self.secret.to_vec();
        material.extend_from_slice(self.namespace.as_bytes());
        blake3::derive_key(context, &material)
    }
}

#[cfg(test)]
impl KeyMaker {
    /// The key of a call with these canonical arguments.
    pub(crate) fn key(
        &self,
        tool: &str,
        version: u32,
        scope: Scope<'_>,
        arguments: &[u8],
    ) -> CacheKey {
        let write = |out: &mut Vec<u8>| out.extend_from_slice(arguments);
        self.tool(tool, version).key(scope, write, &mut Vec::new())
    }
}

impl ToolKeys {
    /// The key of a call, whose arguments [`KeyPlan::write`] writes. `buffer` is only room to write in.
    pub(crate) fn key(
        &self,
        scope: Scope<'_>,
        arguments: impl FnOnce(&mut Vec<u8>),
        buffer: &mut Vec<u8>,
    ) -> CacheKey {
        let (kind, tenant) = match scope {
            Scope::Shared => (b's', ""),
            Scope::NoTenant => (b'n', ""),
            Scope::Tenant(tenant) => (b't', tenant),
        };
        buffer.clear();
        buffer.push(kind);
        // With its length before it, so that no choice of arguments reaches into it.
        buffer.extend_from_slice(&(tenant.len() as u64).to_le_bytes());
        buffer.extend_from_slice(tenant.as_bytes());
        arguments(buffer);
        CacheKey(*blake3::keyed_hash(&self.secret, buffer).as_bytes())
    }
}

impl CacheKey {
    /// The digest itself.
    #[cfg(feature = "redis")]
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A number from 0 to 1 that is always the same for a key, and even over many.
    pub(crate) fn fraction(&self) -> f64 {
        let (_, last) = self.0.split_last_chunk().expect("a digest is 32 bytes");
        f64::from(u32::from_le_bytes(*last)) / f64::from(u32::MAX)
    }
}

impl Hash for CacheKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The key is a digest: any eight bytes of it are a good hash.
        let (first, _) = self.0.split_first_chunk().expect("a digest is 32 bytes");
        state.write_u64(u64::from_le_bytes(*first));
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Four bytes tell keys apart in a log and give nothing away.
        self.0
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How the arguments of one tool become the canonical part of its keys.
#[derive(Debug, Clone)]
pub(crate) struct KeyPlan {
    /// The arguments in the key, sorted by name.
    parts: Vec<KeyPart>,
}

#[derive(Debug, Clone)]
struct KeyPart {
    index: usize,
    /// `"name":`
    label: Vec<u8>,
    optional: bool,
    default: Option<Vec<u8>>,
    shape: Shape,
}

/// What a plan needs to know of one argument.
pub(crate) struct KeyArgument<'a> {
    pub(crate) index: usize,
    pub(crate) name: &'a str,
    pub(crate) optional: bool,
    pub(crate) default: Option<&'a Json<'a>>,
    pub(crate) shape: Shape,
}

impl KeyPlan {
    /// A plan over the arguments that are not excluded.
    pub(crate) fn new<'a>(arguments: impl IntoIterator<Item = KeyArgument<'a>>) -> Self {
        let mut arguments: Vec<_> = arguments.into_iter().collect();
        arguments.sort_by(|one, other| one.name.encode_utf16().cmp(other.name.encode_utf16()));
        let parts = arguments.into_iter().map(|argument| {
            let mut label = Vec::new();
            write_string(argument.name, &mut label);
            label.push(b':');
            let default = argument.default.map(|default| {
                let mut text = Vec::new();
                canonical::write(default, &argument.shape, &mut text);
                text
            });
            KeyPart {
                index: argument.index,
                label,
                optional: argument.optional,
                default,
                shape: argument.shape,
            }
        });
        Self {
            parts: parts.collect(),
        }
    }

    /// Appends the canonical arguments. An absent optional, a null and a spelled-out default are one: nothing.
    pub(crate) fn write<'j>(
        &self,
        value: impl Fn(usize) -> Option<&'j Json<'j>>,
        out: &mut Vec<u8>,
    ) {
        out.push(b'{');
        let mut first = true;
        for part in &self.parts {
            let Some(value) = value(part.index) else {
                continue;
            };
            if part.optional && *value == Json::Null {
                continue;
            }
            let before = out.len();
            if !first {
                out.push(b',');
            }
            out.extend_from_slice(&part.label);
            let text = out.len();
            canonical::write(value, &part.shape, out);
            if part.default.as_deref() == out.get(text..) {
                out.truncate(before);
            } else {
                first = false;
            }
        }
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests;
