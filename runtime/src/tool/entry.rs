//! A tool without its type: what a registry holds.

use std::fmt;
use std::pin::Pin;

use super::{Call, Reply, Tool, ToolSpec};

/// A future in a box.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One declared tool: its spec and how to call it.
///
/// ```
/// use toolwright::{ToolEntry, tool};
///
/// /// Say hello.
/// #[tool]
/// async fn hello() -> Result<String, String> {
///     Ok("hello".to_owned())
/// }
///
/// assert_eq!(ToolEntry::of::<hello>().spec().name(), "hello");
/// ```
#[derive(Clone, Copy)]
pub struct ToolEntry {
    spec: ToolSpec,
    call: fn(Call) -> BoxFuture<'static, Reply>,
}

impl ToolEntry {
    /// The entry of a tool.
    #[must_use]
    pub const fn of<T: Tool>() -> Self {
        Self {
            spec: T::SPEC,
            call: |call| Box::pin(T::call(call)),
        }
    }

    /// The declaration.
    #[must_use]
    pub const fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    pub(crate) fn call(&self, call: Call) -> BoxFuture<'static, Reply> {
        (self.call)(call)
    }
}

impl fmt::Debug for ToolEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}
