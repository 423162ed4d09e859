//! The runtime that everyone's asynchronous work is done in: one thread, as in an agent that serves one user.

use std::rc::Rc;

use tokio::runtime::{Builder, Runtime};

/// A new one.
pub(crate) fn new() -> Rc<Runtime> {
    let runtime = Builder::new_current_thread().enable_all().build();
    Rc::new(runtime.expect("a runtime of one thread can be made"))
}
