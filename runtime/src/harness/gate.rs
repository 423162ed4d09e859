//! The way in and out of a harness: who is inside, and when nobody comes in any more.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::aboard;
use crate::error::{ErrorKind, ToolError};

/// Counts what goes on. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<Inside>);

#[derive(Default)]
struct Inside {
    is_closed: AtomicBool,
    active: AtomicUsize,
    left: Notify,
}

/// Something that goes on until this is dropped.
pub(super) struct Active(Gate);

impl Gate {
    /// Something begins that was let in before.
    pub(super) fn go_on(&self) -> Active {
        self.0.active.fetch_add(1, Ordering::SeqCst);
        Active(self.clone())
    }

    /// Something new begins. What is part of a run comes in as long as the run goes on.
    ///
    /// # Errors
    /// [`ErrorKind::ShuttingDown`]: nothing new begins any more.
    pub(super) fn enter(&self) -> Result<Active, ToolError> {
        // In this order: who closes the gate looks after that who is inside.
        let active = self.go_on();
        self.check().map(|()| active)
    }

    /// Whether something new may begin.
    ///
    /// # Errors
    /// [`ErrorKind::ShuttingDown`]: it may not.
    pub(super) fn check(&self) -> Result<(), ToolError> {
        if !self.0.is_closed.load(Ordering::SeqCst)
            || aboard::here().is_some_and(|aboard| aboard.is_in_run())
        {
            return Ok(());
        }
        let message = "no new calls are taken: the harness is shutting down";
        Err(ToolError::new(ErrorKind::ShuttingDown, message))
    }

    /// Nothing new begins after this.
    pub(super) fn close(&self) {
        self.0.is_closed.store(true, Ordering::SeqCst);
    }

    /// Waits until nothing goes on.
    pub(super) async fn is_empty(&self) {
        let Inside { active, left, .. } = &*self.0;
        loop {
            let mut left = pin!(left.notified());
            left.as_mut().enable();
            if active.load(Ordering::SeqCst) == 0 {
                return;
            }
            left.await;
        }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        let Inside { active, left, .. } = &*self.0.0;
        if active.fetch_sub(1, Ordering::SeqCst) == 1 {
            left.notify_waiters();
        }
    }
}
