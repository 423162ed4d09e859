//! What `cargo metadata` says of the workspace's packages.

use serde_json::Value;

use super::command::Cargo;

/// The packages of the workspace.
pub(super) struct Metadata(Value);

impl Metadata {
    /// Asks cargo.
    pub(super) fn read() -> Result<Self, String> {
        let text = Cargo::new("metadata --no-deps --locked --format-version 1").read()?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, String> {
        match serde_json::from_str(text) {
            Ok(metadata) => Ok(Metadata(metadata)),
            Err(error) => Err(format!("cannot read `cargo metadata`: {error}")),
        }
    }

    /// The features of a package by name, without `default`.
    pub(super) fn features(&self, package: &str) -> Result<Vec<String>, String> {
        let features = self.package(package)?["features"].as_object();
        let names = features.into_iter().flat_map(|features| features.keys());
        let mut names: Vec<_> = names.filter(|name| *name != "default").cloned().collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The targets of a package that have tests: pairs of kind (`lib`, `bin`, `test`) and name.
    pub(super) fn tested(&self, package: &str) -> Result<Vec<(String, String)>, String> {
        let targets = self.package(package)?["targets"].as_array();
        let tested = targets
            .into_iter()
            .flatten()
            .filter(|target| target["test"] == true);
        let described = tested.filter_map(|target| {
            let kind = target["kind"][0].as_str()?;
            Some((kind.to_owned(), target["name"].as_str()?.to_owned()))
        });
        Ok(described.collect())
    }

    fn package(&self, name: &str) -> Result<&Value, String> {
        let packages = self.0["packages"].as_array();
        let mut packages = packages.into_iter().flatten();
        packages
            .find(|package| package["name"] == name)
            .ok_or_else(|| format!("the workspace has no package `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"packages": [{"name": "a", "features": {"default": ["x"], "x": [], "b": ["x"]}, "targets": [
        {"kind": ["lib"], "name": "a", "test": true}, {"kind": ["bin"], "name": "tool", "test": false},
        {"kind": ["test"], "name": "it", "test": true}]}]}"#;

    #[test]
    fn features_come_sorted_and_without_default() {
        let metadata = Metadata::parse(TEXT).unwrap();
        assert_eq!(metadata.features("a").unwrap(), ["b", "x"]);
        assert_eq!(
            metadata.features("b").unwrap_err(),
            "the workspace has no package `b`"
        );
    }

    #[test]
    fn targets_without_tests_are_not_tested() {
        let tested = Metadata::parse(TEXT).unwrap().tested("a").unwrap();
        let pair = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
        assert_eq!(tested, [pair("lib", "a"), pair("test", "it")]);
    }

    #[test]
    fn what_is_not_metadata_is_told() {
        let error = Metadata::parse("{").err().unwrap();
        assert!(
            error.starts_with("cannot read `cargo metadata`: "),
            "{error}"
        );
    }
}
