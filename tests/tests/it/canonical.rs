//! The canonical form against published vectors: RFC 8785's pairs, its numbers, and arguments that models wrote.

use std::fs;
use std::path::{Path, PathBuf};

use toolwright::canonicalize;

/// The folder of vectors beside the repository, or `None` after saying that the test is left out.
fn vectors() -> Option<PathBuf> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/jcs"))
        .find(|folder| folder.is_dir());
    if found.is_none() {
        println!("left out: ../shared/data/jcs is not here");
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_pairs_of_rfc_8785() {
    let Some(vectors) = vectors() else { return };
    let mut pairs = 0;
    for entry in fs::read_dir(vectors.join("input")).unwrap() {
        let name = entry.unwrap().file_name();
        let input = read(&vectors.join("input").join(&name));
        let output = read(&vectors.join("output").join(&name));
        assert_eq!(canonicalize(&input).unwrap(), output, "{}", name.display());
        assert_eq!(canonicalize(&output).unwrap(), output, "{}", name.display());
        pairs += 1;
    }
    assert_eq!(pairs, 6);
}

#[test]
fn floats_as_ecmascript_prints_them() {
    let Some(vectors) = vectors() else { return };
    let mut numbers = 0;
    for line in read(&vectors.join("es6numbers_10k.csv")).lines() {
        let (bits, expected) = line.split_once(',').expect("two columns");
        let float = f64::from_bits(u64::from_str_radix(bits, 16).expect("the bits of a float"));
        // With an exponent it is not an integer, whose digits would be kept.
        assert_eq!(
            canonicalize(&format!("{float:e}")).unwrap(),
            expected,
            "{bits}"
        );
        numbers += 1;
    }
    assert_eq!(numbers, 10_000);
}

#[test]
fn arguments_that_models_wrote() {
    let Some(vectors) = vectors() else { return };
    let (mut inputs, mut as_sent) = (0, 0);
    for line in read(&vectors.join("tool-args.jsonl")).lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
        let expected = line["canonical"].as_str().expect("a canonical text");
        assert_eq!(
            canonicalize(line["input"].as_str().expect("an input")).unwrap(),
            expected
        );
        inputs += 1;
        if let Some(sent) = line["as_sent"].as_str() {
            assert_eq!(canonicalize(sent).unwrap(), expected);
            as_sent += 1;
        }
    }
    assert_eq!(inputs, 800);
    assert!(as_sent > 100, "{as_sent} texts as sent");
}

#[test]
fn neighbours_beyond_two_to_the_53_stay_apart() {
    let forms = ["9007199254740992", "9007199254740993"]
        .map(|id| canonicalize(&format!("{{\"id\":{id}}}")).unwrap());
    assert_ne!(forms[0], forms[1]);
}

#[test]
fn a_member_given_twice_is_refused() {
    let error = canonicalize(r#"{"a": 1, "b": {"c": 1, "c": 2}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 24: the member `c` is given twice"
    );
    assert_eq!(
        (error.position(), error.line(), error.column()),
        (23, 1, 24)
    );
}
