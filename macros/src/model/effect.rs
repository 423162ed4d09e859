//! The resources that a call reads and writes, as templates over its arguments.

use syn::LitStr;

use super::name::Names;
use crate::diagnostics::Diagnostics;
use crate::parse::Spanned;

/// What `reads` or `writes` says.
#[derive(Default)]
pub(crate) struct Resources<'a> {
    pub(crate) templates: Vec<String>,
    /// The arguments that are a part of a resource, by their indices, and where they are.
    pub(crate) parts: Vec<(usize, &'a LitStr)>,
}

/// Checks the templates of `reads` or `writes`; `hidden` are the arguments that they must not depend on.
pub(super) fn resources<'a>(
    given: Option<&'a Spanned<Vec<LitStr>>>,
    names: &Names,
    hidden: &[String],
    found: &mut Diagnostics,
) -> Resources<'a> {
    let mut resources = Resources::default();
    for literal in given.into_iter().flat_map(|given| &given.value) {
        let text = literal.value();
        for template in text.split(',').map(str::trim) {
            match check(template, names, hidden) {
                Ok(parts) => resources.parts.extend(parts.map(|index| (index, literal))),
                Err(message) => found.error(literal, message),
            }
            resources.templates.push(template.to_owned());
        }
    }
    resources
}

/// The indices of the arguments in a template.
fn check(
    template: &str,
    names: &Names,
    hidden: &[String],
) -> Result<impl Iterator<Item = usize>, String> {
    let mut parts = Vec::new();
    if template.is_empty() {
        return Err(
            "a resource is missing here: write `order/{order_id}`, or \"*\" for everything".into(),
        );
    }
    if template
        .chars()
        .any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(format!(
            "a resource has no spaces: `{template}` has one; separate several by commas"
        ));
    }
    let segments: Vec<&str> = template.split('/').collect();
    for (index, segment) in segments.iter().enumerate() {
        if segment.is_empty() {
            return Err(format!(
                "`{template}` has an empty part: write `order/{{order_id}}`"
            ));
        }
        if segment.contains('*') && (*segment != "*" || index + 1 != segments.len()) {
            return Err(format!(
                "`*` stands alone at the end, for all that is below: write `order/*`, not `{template}`"
            ));
        }
        for name in placeholders(segment)? {
            names.check(name)?;
            parts.extend(names.index(name));
            if hidden.iter().any(|hidden| hidden == name) {
                return Err(format!(
                    "`{name}` is excluded from the cache key, so what is read cannot depend on it: remove one of the two"
                ));
            }
        }
    }
    Ok(parts.into_iter())
}

/// The names in braces of one part.
fn placeholders(segment: &str) -> Result<Vec<&str>, String> {
    let unbalanced = || format!("the braces of `{segment}` do not match: write `{{order_id}}`");
    let (mut names, mut rest) = (Vec::new(), segment);
    while let Some(at) = rest.find(['{', '}']) {
        let inside = rest[at..].strip_prefix('{').ok_or_else(unbalanced)?;
        let (name, after) = inside.split_once('}').ok_or_else(unbalanced)?;
        if name.contains('{') {
            return Err(unbalanced());
        }
        if name.is_empty() {
            return Err(format!(
                "an argument's name is missing in `{segment}`: write `{{order_id}}`"
            ));
        }
        names.push(name);
        rest = after;
    }
    Ok(names)
}
