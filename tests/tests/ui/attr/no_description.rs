//! A tool and arguments that nothing describes.

use toolwright::tool;

#[tool]
pub async fn no_doc_comment() -> Result<String, String> {
    Ok("an order".to_owned())
}

///
#[tool]
pub async fn empty_doc_comment() -> Result<String, String> {
    Ok("an order".to_owned())
}

/// Look up one order.
#[tool]
pub async fn an_argument(
    order_id: String,
    #[doc = ""] request_id: String,
) -> Result<String, String> {
    Ok(format!("{order_id}{request_id}"))
}

fn main() {}
