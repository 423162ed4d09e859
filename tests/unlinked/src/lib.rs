//! A library of one tool, which the tests depend on and never mention: the linker leaves it out.

use toolwright::tool;

/// Say that this library is linked, which it is not.
#[tool]
pub async fn unlinked_library() -> Result<String, String> {
    Ok("unlinked".to_owned())
}
