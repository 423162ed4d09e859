//! A tool without its type: what a registry holds.

use std::fmt;
use std::marker::PhantomData;
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
    spec: &'static ToolSpec,
    call: fn(Call) -> BoxFuture<'static, Reply>,
}

/// A place for a declaration that lasts as long as the program.
struct Declared<T>(PhantomData<T>);

impl<T: Tool> Declared<T> {
    const SPEC: &'static ToolSpec = &T::SPEC;
}

impl ToolEntry {
    /// The entry of a tool.
    #[must_use]
    pub const fn of<T: Tool>() -> Self {
        Self {
            spec: Declared::<T>::SPEC,
            call: |call| Box::pin(T::call(call)),
        }
    }

    /// The entries of one tool or of all tools of a type. Written by `registry!`, which so has the error of what is no
    /// tool at its name.
    #[doc(hidden)]
    #[must_use]
    pub const fn all_of<S: ToolSet>() -> &'static [Self] {
        S::ENTRIES
    }

    /// The declaration.
    #[must_use]
    pub const fn spec(&self) -> &'static ToolSpec {
        self.spec
    }

    pub(crate) fn call(&self, call: Call) -> BoxFuture<'static, Reply> {
        (self.call)(call)
    }
}

/// One tool, or all tools of an `impl` block with `#[tools]`: what [`registry!`](crate::registry!) takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tool",
    label = "needs a function with `#[tool]`, or a type with `#[tools]` on its `impl`"
)]
pub trait ToolSet {
    /// The tools, in the order of their declaration.
    const ENTRIES: &'static [ToolEntry];
}

#[diagnostic::do_not_recommend]
impl<T: Tool> ToolSet for T {
    const ENTRIES: &'static [ToolEntry] = &[ToolEntry::of::<T>()];
}

impl fmt::Debug for ToolEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spec.fmt(f)
    }
}
