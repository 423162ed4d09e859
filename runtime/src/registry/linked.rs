//! The tools that the linker found.

use linkme::distributed_slice;

use crate::tool::ToolEntry;

/// Every tool of the linked program, in the linker's order, which is nobody's promise.
#[distributed_slice]
pub static LINKED: [ToolEntry];

/// Puts a tool into [`LINKED`]. Written by `#[tool]`.
#[doc(hidden)]
#[macro_export]
macro_rules! __linked {
    ($tool:ident) => {
        #[$crate::__private::linkme::distributed_slice($crate::__private::LINKED)]
        #[linkme(crate = $crate::__private::linkme)]
        static __TOOL_ENTRY: $crate::ToolEntry = $crate::ToolEntry::of::<$tool>();
    };
}
