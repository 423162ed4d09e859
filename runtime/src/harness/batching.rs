//! What the batches of a tool have of the harness: its limits, its telemetry, and who has to know of a write.

use std::sync::Arc;

use super::gate::{Active, Gate};
use super::task::Written;
use super::telemetry::{self, BatchSpan};
use crate::aboard::RunId;
use crate::batch;
use crate::call::{BatchFacts, FlushReason};
use crate::error::ToolError;
use crate::limit::{Claim, Limits, Party, Permits};

/// What the batches of one tool run under.
pub(super) struct BatchTerms {
    pub(super) tool: &'static str,
    pub(super) limits: Arc<Limits>,
    pub(super) gate: Gate,
    #[cfg(feature = "metrics")]
    pub(super) meters: super::metering::BatchMeters,
}

impl batch::Terms for BatchTerms {
    type Party = Arc<Party>;
    type Permits = (Permits, Active);
    type Written = Written;

    fn party(&self) -> Arc<Party> {
        Party::new(None)
    }

    async fn admit(
        &self,
        party: &Arc<Party>,
        within: Vec<RunId>,
    ) -> Result<(Permits, Active), ToolError> {
        let claim = Claim {
            party,
            // Alone in its party.
            priority: 0,
            within,
        };
        let permits = self.limits.admit(claim).await?;
        Ok((permits, self.gate.go_on()))
    }

    fn run_of((permits, _): &Self::Permits) -> Option<RunId> {
        Some(permits.run())
    }

    async fn within<F: Future + Send>(&self, run: F) -> Option<F::Output> {
        self.limits.within(run).await
    }

    fn timed_out(&self) -> ToolError {
        self.limits.timed_out()
    }

    async fn has_written(&self, written: Vec<Written>) {
        for written in written {
            written.record().await;
        }
    }

    async fn watched<F: Future + Send>(
        &self,
        size: usize,
        reason: FlushReason,
        run: F,
    ) -> F::Output {
        BatchSpan::begin(self.tool, size, reason).around(run).await
    }

    fn has_run(&self, facts: &BatchFacts) {
        #[cfg(feature = "metrics")]
        self.meters.measure(facts);
        #[cfg(not(feature = "metrics"))]
        let _ = facts;
    }

    fn unheard(&self, error: &ToolError) {
        telemetry::warn_of_unheard(self.tool, error);
    }
}
