//! References between the calls of one message: what a model writes where a value could stand, and what it stands for.
//! Pure, and structural throughout: a string is never searched, and a value that was filled in is never looked at again.

mod find;
mod target;

pub(crate) use self::find::resolve;
pub(crate) use self::target::Target;

use crate::error::nearest;
use crate::json::Json;

/// The member that a reference consists of, as it is offered to a model: Anthropic refuses names of properties with a `$`.
const OFFERED: &str = "_ref";

/// The same, as models know it from elsewhere.
const KNOWN: &str = "$ref";

/// Each member that a reference is read from.
pub(crate) const WRITTEN: [&str; 2] = [OFFERED, KNOWN];

/// The argument by which a call names earlier ones that it waits for.
pub(crate) const AFTER: &str = "_after";

/// The result of an earlier call, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) call: Target,
    /// RFC 6901: empty for the whole.
    pub(crate) path: Box<str>,
}

impl Reference {
    /// The whole result of the one earlier call of this tool.
    pub(crate) fn to_tool(name: &str) -> Self {
        Self {
            call: Target::Tool(name.into()),
            path: "".into(),
        }
    }

    /// Reads the whole value of an argument. Nothing, if it is no reference: only an object whose one member is `_ref` is
    /// one, or `$ref` with an object in it, as a `$ref` of JSON Schema holds a string.
    ///
    /// # Errors
    /// It is meant as a reference and cannot be one, in words that a model can act on.
    pub(crate) fn read(value: &Json<'_>) -> Option<Result<Self, String>> {
        let [(name, inner)] = value.as_object()? else {
            return None;
        };
        let is_reference = name == OFFERED || (name == KNOWN && inner.as_object().is_some());
        is_reference.then(|| Self::inside(name, inner))
    }

    fn inside(name: &str, inner: &Json<'_>) -> Result<Self, String> {
        let Some(members) = inner.as_object() else {
            return Err(format!(
                "`{name}` holds an object such as `{{\"call\": 1, \"path\": \"/id\"}}`, got {}",
                inner.kind_name()
            ));
        };
        let (mut call, mut path) = (None, None);
        for (member, value) in members {
            match &**member {
                "call" => call = Some(Target::read(value)?),
                "path" if *value == Json::Null => {}
                "path" => path = Some(pointer(value)?),
                other => {
                    let hint = match nearest(other, ["call", "path"]) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "it has `call` and `path`".to_owned(),
                    };
                    return Err(format!("`{name}` has no member `{}`: {hint}", cut(other)));
                }
            }
        }
        let Some(call) = call else {
            return Err(format!("`{name}` needs `call`: {}", target::IS));
        };
        let path = path.unwrap_or_default();
        Ok(Self { call, path })
    }
}

/// A path, which must be a pointer.
fn pointer(value: &Json<'_>) -> Result<Box<str>, String> {
    const LIKE: &str = "such as `/items/0/id`, or absent for the whole result";
    let Some(path) = value.as_str() else {
        let kind = value.kind_name();
        return Err(format!("`path` is a JSON pointer {LIKE}, got {kind}"));
    };
    if !path.is_empty() && !path.starts_with('/') {
        return Err(format!(
            "`path` is a JSON pointer {LIKE}, and begins with `/`: `{}` does not",
            cut(path)
        ));
    }
    let mut escapes = path.split('~').skip(1);
    if escapes.any(|rest| !rest.starts_with(['0', '1'])) {
        return Err(format!(
            "in a `path`, `~` is written `~0` and a `/` inside of a name `~1`: `{}` has another `~`",
            cut(path)
        ));
    }
    Ok(path.into())
}

/// How many characters of a name or a path a message shows.
const SHOWN: usize = 64;

/// A name or a path as a message shows it.
fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
