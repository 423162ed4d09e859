//! The function that answers many calls at once, what its key is, and how many calls it waits for.

use std::time::Duration;

use syn::Path;

use super::Param;
use super::duration;
use super::limits::at_least_one;
use super::name::Names;
use crate::diagnostics::Diagnostics;
use crate::parse::{Attr, Owner, Spanned};

/// `batch = "…"`, resolved as far as a macro can.
pub(crate) struct Batch<'a> {
    pub(crate) function: &'a Path,
    /// Whether the function is a method of the same block, as the tool is.
    pub(crate) is_method: bool,
    /// Indices of the arguments that make the key: those that are not excluded.
    pub(crate) key: Vec<usize>,
    pub(crate) window: Option<Duration>,
    pub(crate) max: Option<u32>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        attr: &'a Attr,
        params: &[Param<'_>],
        names: &Names,
        exclude: &[String],
        owner: Option<&Owner>,
        found: &mut Diagnostics,
    ) -> Option<Self> {
        let window = duration::given(attr.batch_window.as_ref(), &duration::BATCH_WINDOW, found);
        let max = at_least_one(
            attr.batch_max.as_ref(),
            "a batch has at least one key: write `batch_max = 64`",
            found,
        );
        let keys = [
            attr.batch_window.as_ref().map(|slot| &slot.key),
            attr.batch_max.as_ref().map(|slot| &slot.key),
        ];
        if !attr.has("batch") {
            for key in keys.into_iter().flatten() {
                found.error(
                    key,
                    format_args!(
                        "`{key}` bounds a batch, and this tool has none: name its function with `batch = \"…\"`"
                    ),
                );
            }
        }
        let Spanned { value, .. } = attr.batch.as_ref()?;
        let key: Vec<usize> = params
            .iter()
            .enumerate()
            // The name of what is all arguments at once is no argument's.
            .filter(|(_, param)| param.is_flat || !exclude.contains(&param.name))
            .map(|(index, _)| index)
            .collect();
        if key.is_empty() && !names.is_open() {
            found.error(
                value,
                "a batch needs at least one argument to tell its calls apart: this tool has none left",
            );
        }
        Some(Batch {
            function: value,
            is_method: owner.is_some_and(|owner| is_method(value, owner)),
            key,
            window,
            max,
        })
    }
}

/// `Self::f`, where `f` takes a `self`.
fn is_method(path: &Path, owner: &Owner) -> bool {
    let segments: Vec<_> = path.segments.iter().map(|segment| &segment.ident).collect();
    matches!(segments.as_slice(), [first, name] if *first == "Self" && owner.methods.contains(name))
}
