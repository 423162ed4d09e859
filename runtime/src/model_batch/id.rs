//! The ids of requests: the form that an API takes, and those that are made of bodies.

use super::api::Api;
use crate::canonical::{self, Shape};
use crate::json::Json;

/// What bodies are told apart by: 128 bits of a hash.
pub(super) type BodyHash = [u8; 16];

/// How long Anthropic's may be.
const LONGEST: usize = 64;

/// The rule that an id breaks, as what it must be.
pub(super) fn broken_rule(api: &Api, custom_id: &str) -> Option<&'static str> {
    match api {
        Api::Anthropic => {
            let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            let fits = (1..=LONGEST).contains(&custom_id.len()) && custom_id.bytes().all(is_taken);
            (!fits).then_some("one to 64 ASCII letters, digits, `_` and `-`")
        }
        Api::OpenAi { .. } => custom_id.is_empty().then_some("at least one character"),
    }
}

/// The hash of a body's canonical form.
pub(super) fn hash(body: &Json<'_>) -> BodyHash {
    let mut canonical = Vec::new();
    canonical::write(body, &Shape::Any, &mut canonical);
    let mut hash = BodyHash::default();
    blake3::Hasher::new_derive_key("toolwright 2026-11 model batch custom_id")
        .update(&canonical)
        .finalize_xof()
        .fill(&mut hash);
    hash
}

/// The id of the first, second, … request with a body of this hash. Every API takes its form.
pub(super) fn derived(hash: &BodyHash, occurrence: u64) -> String {
    format!("{:032x}-{occurrence}", u128::from_be_bytes(*hash))
}
