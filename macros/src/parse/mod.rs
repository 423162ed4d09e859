//! What was written, unjudged: tokens in, spelled values out.

mod arg;
mod attr;
mod block;
mod bounds;
mod entry;
mod function;
mod value;

pub(crate) use self::arg::{ArgAttr, Default_};
pub(crate) use self::attr::{Attr, Slot, Spanned};
pub(crate) use self::block::{Block, Item, Owner, SELF, tools};
pub(crate) use self::bounds::{Bound, Bounds};
pub(crate) use self::function::{Body, Function, Marker, Parameter};

use proc_macro2::{Ident, TokenStream};

use crate::diagnostics::{Diagnostics, listed, nearest};

/// One declaration as spelled.
pub(crate) struct Spelled {
    pub(crate) attr: Attr,
    pub(crate) function: Function,
    /// The type whose method this is; none for a free function.
    pub(crate) owner: Option<Owner>,
}

/// Reads the attribute's tokens and the item's.
///
/// # Errors
/// The item is not a function at all: there is nothing to go on with. All other mistakes are recorded in `found`.
pub(crate) fn tool(
    attribute: TokenStream,
    item: TokenStream,
    found: &mut Diagnostics,
) -> syn::Result<Spelled> {
    let attr = Attr::parse(attribute, found);
    let mut function: Function = syn::parse2(item)?;
    function.read_markers(found);
    Ok(Spelled {
        attr,
        function,
        owner: None,
    })
}

/// Tells that there is no such option.
fn unknown_option(key: &Ident, known: &[&str], found: &mut Diagnostics) {
    let name = key.to_string();
    let hint = match (nearest(&name, known), known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, [only]) => format!("the only one is `{only}`"),
        (None, known) => format!("the options are {}", listed(known.iter().copied())),
    };
    found.error(key, format_args!("there is no option `{name}`: {hint}"));
}

/// Tells that an option was given before.
fn once(key: &Ident, is_given: bool, found: &mut Diagnostics) {
    if is_given {
        found.error(key, format_args!("`{key}` is given twice: keep one"));
    }
}
