//! A library of one tool, which the tests mention and so link.

use toolwright::tool;

/// Say that this library is linked.
#[tool]
pub async fn linked_library() -> Result<String, String> {
    Ok("linked".to_owned())
}
