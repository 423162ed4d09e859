//! The pages of the cookbook: the code of each is tested, and the index has them all.

/// Makes each page the documentation of something, which is how its code becomes a test.
macro_rules! pages {
    ($($name:ident: $file:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../../docs/cookbook/", $file))]
            #[cfg(doctest)]
            struct $name;
        )*
        #[cfg(test)]
        const PAGES: &[&str] = &[$($file),*];
    };
}

pages! {
    Index: "README.md",
    Batching: "batching.md",
    Borrowing: "borrowing.md",
    Bounds: "bounds.md",
    Caching: "caching.md",
    Crates: "crates.md",
    DatesAndIds: "dates-and-ids.md",
    Enums: "enums.md",
    Errors: "errors.md",
    Files: "files.md",
    Invalidation: "invalidation.md",
    Lenient: "lenient.md",
    Limits: "limits.md",
    Methods: "methods.md",
    ModelBatches: "model_batches.md",
    Optional: "optional.md",
    Redis: "redis.md",
    Nested: "nested.md",
    Policy: "policy.md",
    References: "references.md",
    Renamed: "renamed.md",
    State: "state.md",
    Struct: "struct.md",
    Testing: "testing.md",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::PAGES;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    /// The files that a page links to, without the place inside of them.
    fn links(page: &str) -> Vec<String> {
        let links = page.split("](").skip(1).filter_map(|rest| {
            let (link, _) = rest.split_once(')')?;
            let (file, _) = link.split_once('#').unwrap_or((link, ""));
            (!file.is_empty() && !file.contains("://")).then(|| file.to_owned())
        });
        links.collect()
    }

    #[test]
    fn every_page_is_tested_and_in_the_index() {
        let folder = root().join("docs/cookbook");
        let files = std::fs::read_dir(&folder).unwrap();
        let files: BTreeSet<String> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let tested: BTreeSet<String> = PAGES.iter().map(|&page| page.to_owned()).collect();
        assert_eq!(files, tested);

        let index = std::fs::read_to_string(folder.join("README.md")).unwrap();
        let mut listed: BTreeSet<String> = links(&index).into_iter().collect();
        listed.insert("README.md".to_owned());
        assert_eq!(files, listed);
    }

    #[test]
    fn every_link_leads_somewhere() {
        let root = root();
        let cookbook = PAGES.iter().map(|page| format!("docs/cookbook/{page}"));
        let others = [
            "README.md",
            "CONTRIBUTING.md",
            "docs/architecture.md",
            "docs/redis.md",
        ];
        let mut found = 0;
        for page in cookbook.chain(others.map(str::to_owned)) {
            let path = root.join(&page);
            for link in links(&std::fs::read_to_string(&path).unwrap()) {
                let target = path.parent().unwrap().join(&link);
                assert!(target.exists(), "{page} links to {link}");
                found += 1;
            }
        }
        assert!(found > PAGES.len(), "or no link was understood");
    }
}
