//! The one tool that writes.

use schemars::JsonSchema;
use serde::Deserialize;
use toolwright::{Context, tool};

use super::tenant;
use crate::shop::clock::Clock;
use crate::shop::database::Db;
use crate::shop::error::ShopError;
use crate::shop::queries::{self, Refund};

/// Why the customer wants the money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// It arrived broken.
    Damaged,
    /// It arrived late, or not at all.
    Late,
    /// It is not what the shop described.
    NotAsDescribed,
    /// The customer does not want it any more.
    ChangedMind,
}

impl RefundReason {
    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Late => "late",
            Self::NotAsDescribed => "not_as_described",
            Self::ChangedMind => "changed_mind",
        }
    }
}

/// Refund one order in full to the customer's store credit. It cannot be undone: ask the customer
/// first. Only orders that are processing, shipped or delivered can be refunded, and only once.
#[tool(
    tenant_scoped,
    writes = "order/{order_id}, customer/{customer_id}/orders, balance/{customer_id}"
)]
pub async fn issue_refund(
    #[context] ctx: &Context,
    #[state] db: Db,
    #[state] clock: Clock,
    /// The order to refund, for example `A-10234`.
    order_id: String,
    /// The customer whom the order belongs to, for example `C-1042`. Any other is refused.
    customer_id: String,
    /// Why the customer wants the money back.
    reason: RefundReason,
) -> Result<Refund, ShopError> {
    let tenant = tenant(ctx)?;
    db.write(move |link| {
        queries::refund(
            link,
            &tenant,
            &order_id,
            &customer_id,
            reason.as_str(),
            clock,
        )
    })
    .await
}
