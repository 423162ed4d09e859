//! Whether the schemas of a registry promise what its types keep.
//!
//! A model reads the schema, and the type's `Deserialize` reads what the model wrote. Where the two were written apart
//! (`#[serde(with = …)]`, a `JsonSchema` by hand, `#[serde(rename)]` against `#[schemars(rename)]`) they can differ, and
//! then a model does as it was told and is refused.

use super::{RegisteredTool, Registry, RegistryError, RegistryProblem};
use crate::canonical::{self, Shape};
use crate::definition::samples;
use crate::json::Json;
use crate::tool::ParamInfo;

/// What [`Registry::verify`] looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many values were made from schemas and read by their types.
    pub values: usize,
    /// What could not be tried, and why: tool, argument and the place in it.
    pub skipped: Vec<String>,
}

impl Registry {
    /// Checks for each argument that its type accepts what its schema promises: every `enum` value, each branch, both
    /// ends of each range, what is optional left out.
    ///
    /// One test for all tools of an application:
    ///
    /// ```
    /// use toolwright::{registry, tool};
    ///
    /// /// Roll dice.
    /// #[tool]
    /// async fn roll(
    ///     /// How many.
    ///     #[arg(range = 1..=100)]
    ///     dice: u8,
    /// ) -> Vec<u8> {
    ///     vec![4; dice.into()]
    /// }
    ///
    /// let verified = registry![roll]?.verify()?;
    /// assert!(verified.values > 0 && verified.skipped.is_empty());
    /// # Ok::<(), toolwright::RegistryError>(())
    /// ```
    ///
    /// # Errors
    /// Each value that a schema allows and its type refuses, as [`RegistryProblem::Disagreement`].
    pub fn verify(&self) -> Result<Verified, RegistryError> {
        let (mut problems, mut values, mut skipped) = (Vec::new(), 0, Vec::new());
        for tool in self.tools() {
            for (param, schema) in params(tool) {
                let name = format!("{}/{}", tool.spec().name(), param.name());
                let samples = samples(schema);
                if samples.valid.is_empty() && samples.skipped.is_empty() {
                    skipped.push(format!("{name}: its schema allows no value that is known"));
                }
                skipped.extend(samples.skipped.iter().map(|why| format!("{name}{why}")));
                values += samples.valid.len();
                problems.extend(
                    samples
                        .valid
                        .iter()
                        .find_map(|value| disagreement(tool, param, value)),
                );
            }
        }
        if problems.is_empty() {
            Ok(Verified { values, skipped })
        } else {
            Err(RegistryError { problems })
        }
    }
}

/// Each parameter that is an argument, with the schema of what a model writes for it.
fn params(tool: &RegisteredTool) -> Vec<(&'static dyn ParamInfo, &Json<'static>)> {
    if let [only] = tool.spec().arguments()
        && only.is_flat()
    {
        return vec![(*only, tool.definition().schema())];
    }
    let arguments = tool.arguments.iter().map(|argument| &argument.schema);
    let params = tool.spec().arguments().iter().copied();
    params.zip(arguments).collect()
}

fn disagreement(
    tool: &RegisteredTool,
    param: &'static dyn ParamInfo,
    value: &Json<'_>,
) -> Option<RegistryProblem> {
    let mut text = Vec::new();
    canonical::write(value, &Shape::Any, &mut text);
    let value = String::from_utf8(text).expect("only text was written");
    let refusal = param.accepts(&value).err()?;
    Some(RegistryProblem::Disagreement {
        name: tool.spec().name(),
        location: tool.spec().location(),
        argument: param.name(),
        value,
        refusal,
    })
}
