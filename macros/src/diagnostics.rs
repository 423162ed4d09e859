//! Collects every mistake of one declaration, so that the user sees all of them at once.

use std::fmt::{Display, Write as _};

use proc_macro2::Span;
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Diagnostics(Option<syn::Error>);

impl Diagnostics {
    /// Records a mistake that underlines all of `at`.
    pub(crate) fn error(&mut self, at: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(at, message));
    }

    /// Records an error that was made elsewhere.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// Unwraps a result and records its error.
    pub(crate) fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The value, if it is there and nothing was recorded.
    ///
    /// # Errors
    /// All that was recorded, in the order in which it was found.
    pub(crate) fn finish<T>(self, value: Option<T>) -> syn::Result<T> {
        match (self.0, value) {
            (None, Some(value)) => Ok(value),
            (Some(errors), _) => Err(errors),
            (None, None) => Err(syn::Error::new(
                Span::call_site(),
                "`#[tool]` found no tool here and no reason why: this is a bug of toolwright, please report it",
            )),
        }
    }
}

/// `` `a`, `b` and `c` ``: the allowed names, as a sentence needs them.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        let before = match index {
            0 => "",
            last if last + 1 == names.len() => " and ",
            _ => ", ",
        };
        let _ = write!(text, "{before}`{name}`");
    }
    text
}

/// The known name that was probably meant by `name`: one that has it as a part, else the one with the fewest typos.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const SHORTEST_PART: usize = 4;
    let name = name.to_lowercase();
    let has_part = |known: &&&str| name.len() >= SHORTEST_PART && known.contains(&name);
    let typos = || {
        known
            .iter()
            .map(|known| (strsim::damerau_levenshtein(&name, known), known))
            .filter(|(typos, known)| *typos <= known.len().max(name.len()).div_ceil(3))
            .min_by_key(|(typos, _)| *typos)
            .map(|(_, known)| known)
    };
    known.iter().find(has_part).or_else(typos).copied()
}

#[cfg(test)]
mod tests {
    use super::{listed, nearest};

    #[test]
    fn names_make_a_sentence() {
        assert_eq!(listed([]), "");
        assert_eq!(listed(["a"]), "`a`");
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }

    #[test]
    fn the_nearest_name() {
        let known = [
            "ttl",
            "cache_key_exclude",
            "tenant_scoped",
            "shared",
            "batch",
        ];
        assert_eq!(nearest("tll", &known), Some("ttl"));
        assert_eq!(nearest("TTL", &known), Some("ttl"));
        assert_eq!(nearest("exclude", &known), Some("cache_key_exclude"));
        assert_eq!(nearest("tenant", &known), Some("tenant_scoped"));
        assert_eq!(nearest("bacth", &known), Some("batch"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
