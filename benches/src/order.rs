//! The question that most groups ask: three arguments, 49 bytes of JSON, and a trivial answer.

/// The arguments, as a model writes them.
pub(crate) const ARGUMENTS: &str = r#"{"order_id":"A-1234","limit":10,"currency":"EUR"}"#;

/// The arguments of another order.
pub(crate) fn arguments(order: u64) -> String {
    format!(r#"{{"order_id":"A-{order}","limit":10,"currency":"EUR"}}"#)
}

/// What every tool does.
pub(crate) fn answer(order_id: &str, limit: u32, currency: &str) -> String {
    format!("{order_id}: {limit} lines in {currency}")
}
