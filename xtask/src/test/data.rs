//! The recorded data beside the repository, which some tests read and the repository does not contain.

use std::path::Path;

use crate::tidy::source::rust_files;

/// Where the data is, seen from the workspace.
const DATA: &str = "../shared/data";

/// Whether the data is there.
pub(super) fn is_there(root: &Path) -> bool {
    root.join(DATA).is_dir()
}

/// A line saying whether the data is there, and which tests are left out if it is not.
pub(super) fn notice(root: &Path) -> String {
    if is_there(root) {
        return format!("{DATA} is here: the tests that read it run");
    }
    let mut readers = readers(root);
    readers.sort_unstable();
    let readers = if readers.is_empty() {
        "no test reads it".to_owned()
    } else {
        format!(
            "left out are the tests that read it, in {}",
            readers.join(", ")
        )
    };
    format!("{DATA} is not here: {readers}")
}

/// The files whose tests look for the data: those that name its folder.
fn readers(root: &Path) -> Vec<String> {
    let files = rust_files(root).unwrap_or_default();
    let reads = |path: &String| {
        let text = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        text.contains("shared/data") && !path.starts_with("xtask/")
    };
    files.into_iter().filter(reads).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_names_the_files_that_read_the_data() {
        let root = std::env::temp_dir().join(format!("xtask-data-{}", std::process::id()));
        let workspace = root.join("workspace");
        std::fs::create_dir_all(workspace.join("tests")).unwrap();
        let absent = notice(&workspace);
        std::fs::write(workspace.join("tests/reads.rs"), "// reads shared/data").unwrap();
        std::fs::write(workspace.join("tests/plain.rs"), "// reads nothing").unwrap();
        let named = notice(&workspace);
        std::fs::create_dir_all(root.join("shared/data")).unwrap();
        let present = notice(&workspace);
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(absent, "../shared/data is not here: no test reads it");
        assert!(
            named.ends_with(": left out are the tests that read it, in tests/reads.rs"),
            "{named}"
        );
        assert_eq!(
            present,
            "../shared/data is here: the tests that read it run"
        );
    }
}
