//! Names: those that every provider takes, and what a name in an option refers to.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{LitStr, Pat};

use super::Param;
use crate::diagnostics::{Diagnostics, listed, nearest};
use crate::parse::{Function, Marker, Parameter, Spanned};

/// The names that `{…}` and `cache_key_exclude` may mean.
pub(super) struct Names {
    /// Those of the arguments, as a model sees them.
    arguments: Vec<String>,
    /// Parameters that a model does not fill in, and how they are marked.
    others: Vec<(String, &'static str)>,
    /// Arguments whose parameter has another name, and that name.
    renamed: Vec<(String, usize)>,
    /// Whether not all names are known: the arguments are the fields of a struct, or one has no proper name.
    is_open: bool,
}

impl Names {
    pub(super) fn new(function: &Function, params: &[Param<'_>]) -> Self {
        let other = |parameter: &Parameter| {
            let marker = match parameter.marker {
                Marker::Argument => return None,
                Marker::State => "#[state]",
                Marker::Context => "#[context]",
            };
            match &parameter.pat {
                Pat::Ident(pat) => Some((pat.ident.unraw().to_string(), marker)),
                _ => None,
            }
        };
        let ident = |param: &Param<'_>| param.ident.unraw().to_string();
        Names {
            arguments: params.iter().map(|param| param.name.clone()).collect(),
            others: function.parameters.iter().filter_map(other).collect(),
            renamed: params
                .iter()
                .enumerate()
                .filter(|(_, param)| ident(param) != param.name)
                .map(|(index, param)| (ident(param), index))
                .collect(),
            is_open: params.iter().any(|param| param.is_flat) || is_garbled(function, params),
        }
    }

    /// Whether there may be arguments besides the known ones.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// The place of the argument of this name, if it is known.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        let mut arguments = self.arguments.iter();
        arguments.position(|known| !self.is_open && known == name)
    }

    /// Checks that there is an argument of this name.
    ///
    /// # Errors
    /// There is none: what to write instead.
    pub(super) fn check(&self, name: &str) -> Result<(), String> {
        if !self.is_open && self.arguments.iter().any(|known| known == name) {
            return Ok(());
        }
        let has_name = |(known, _): &&(String, _)| known == name;
        if let Some((_, marker)) = self.others.iter().find(has_name) {
            return Err(format!(
                "`{name}` is `{marker}` and no argument of a call: remove it here"
            ));
        }
        if self.is_open {
            return Ok(());
        }
        if let Some((_, index)) = self.renamed.iter().find(|(known, _)| known == name)
            && let Some(renamed) = self.arguments.get(*index)
        {
            return Err(format!("`{name}` is renamed: write `{renamed}`"));
        }
        let known: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let hint = match (nearest(name, &known), known.as_slice()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => "this tool has none".to_owned(),
            (None, [only]) => format!("the only one is `{only}`"),
            (None, known) => format!("the arguments are {}", listed(known.iter().copied())),
        };
        Err(format!("there is no argument `{name}`: {hint}"))
    }
}

/// Whether an argument has no proper name, which is told elsewhere.
fn is_garbled(function: &Function, params: &[Param<'_>]) -> bool {
    let arguments = || {
        let all = function.parameters.iter();
        all.filter(|it| it.marker == Marker::Argument)
    };
    let is_misnamed = |it: &Parameter| it.arg.is_renamed && it.arg.rename.is_none();
    arguments().count() != params.len() || arguments().any(is_misnamed)
}

/// The tool's name: the given one, or the function's.
pub(super) fn tool(
    ident: &Ident,
    given: Option<&Spanned<LitStr>>,
    found: &mut Diagnostics,
) -> Option<String> {
    let name = match given {
        Some(given) => given.value.value(),
        None => ident.unraw().to_string(),
    };
    if is_portable(&name, true) {
        return Some(name);
    }
    let rule = "a tool's name is a letter or `_`, then up to 63 letters, digits, `_` or `-`";
    match given {
        Some(given) => found.error(&given.value, format_args!("{}: {rule}", refused(&name))),
        None => found.error(
            ident,
            format_args!(
                "{}: {rule}; give it one with `name = \"…\"`",
                refused(&name)
            ),
        ),
    }
    None
}

/// An argument's name: the given one, or the parameter's.
pub(super) fn argument(
    ident: &Ident,
    given: Option<&Spanned<LitStr>>,
    found: &mut Diagnostics,
) -> String {
    let given = given.map(|given| &given.value);
    let name = match given {
        Some(given) => given.value(),
        None => ident.unraw().to_string(),
    };
    if !is_portable(&name, false) {
        let rule = "an argument's name is a letter or `_`, then up to 63 letters, digits or `_`";
        match given {
            Some(given) => found.error(given, format_args!("{}: {rule}", refused(&name))),
            None => found.error(
                ident,
                format_args!(
                    "{}: {rule}; give it one with `#[arg(rename = \"…\")]`",
                    refused(&name)
                ),
            ),
        }
    }
    name
}

fn refused(name: &str) -> String {
    match name {
        "" => "a name cannot be empty".to_owned(),
        name => format!("`{name}` is not a portable name"),
    }
}

/// The intersection of what Anthropic, OpenAI, Gemini and MCP accept.
pub(super) fn is_portable(name: &str, hyphen: bool) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || (hyphen && byte == b'-'))
}
