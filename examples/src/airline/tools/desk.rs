//! What else a service desk does: give a certificate, do sums, think, hand over.

use toolwright::{Context, tool};

use super::tenant;
use crate::airline::amount::Amount;
use crate::airline::error::AirlineError;
use crate::airline::store::Store;
use crate::airline::{calculate as calculator, profile};

/// Give a customer a certificate to pay with. This is money: make sure that the rules allow it.
#[tool(tenant_scoped, writes = "user/{user_id}")]
pub async fn send_certificate(
    #[context] context: &Context,
    #[state] store: Store,
    /// Who gets it: a user id such as `sara_doe_496`.
    user_id: String,
    /// What it is worth, in dollars.
    amount: Amount,
) -> Result<String, AirlineError> {
    store
        .write(tenant(context)?, move |rows| {
            profile::send_certificate(rows, &user_id, amount)
        })
        .await
}

/// Do a sum.
#[tool]
pub async fn calculate(
    /// What to calculate, `2 + 2` for one: numbers, `+`, `-`, `*`, `/`, parentheses and spaces.
    expression: String,
) -> Result<String, AirlineError> {
    calculator::calculate(&expression)
}

/// Write a thought down where the reasoning is long. Nothing is looked up and nothing changes.
#[tool]
pub async fn think(
    /// The thought.
    thought: String,
) -> Result<String, AirlineError> {
    drop(thought);
    Ok(String::new())
}

/// Hand the customer over to a colleague, if the customer asks for one or if no tool can do what is needed.
#[tool]
pub async fn transfer_to_human_agents(
    /// What the colleague needs to know of the customer's case.
    summary: String,
) -> Result<String, AirlineError> {
    drop(summary);
    Ok("Transfer successful".to_owned())
}
