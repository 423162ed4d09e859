//! The function that answers many calls at once, and what its key is.

use syn::Path;

use super::Param;
use crate::diagnostics::Diagnostics;
use crate::parse::{Attr, Spanned};

/// `batch = "…"`, resolved as far as a macro can.
pub(crate) struct Batch<'a> {
    pub(crate) function: &'a Path,
    /// Indices of the arguments that make the key: those that are not excluded.
    pub(crate) key: Vec<usize>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        attr: &'a Attr,
        params: &[Param<'_>],
        exclude: &[usize],
        found: &mut Diagnostics,
    ) -> Option<Self> {
        let Spanned { value, .. } = attr.batch.as_ref()?;
        let key: Vec<usize> = (0..params.len())
            .filter(|index| !exclude.contains(index))
            .collect();
        if key.is_empty() {
            found.error(
                value,
                "a batch needs at least one argument to tell its calls apart: this tool has none left",
            );
        }
        Some(Batch {
            function: value,
            key,
        })
    }
}
