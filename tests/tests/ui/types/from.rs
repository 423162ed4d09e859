//! Tools that give what their argument is not.

use toolwright::tool;

/// Look up a user's id.
#[tool]
pub async fn lookup_user() -> Result<String, String> {
    Ok("user_1".to_owned())
}

/// Not a tool.
pub struct User;

/// List the orders of a user.
#[tool]
pub async fn another_type(
    /// The user's id.
    #[arg(from = lookup_user)]
    user: u64,
) -> u64 {
    user
}

/// List the orders of a user.
#[tool]
pub async fn not_a_tool(
    /// The user's id.
    #[arg(from = User)]
    user: String,
) -> String {
    user
}

fn main() {}
