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
        eprintln!("left out: ../shared/data/jcs is not here");
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
        let form = canonicalize(&input).unwrap();
        assert_eq!(form, output, "{}", name.display());
        assert_eq!(canonicalize(&output).unwrap(), output, "{}", name.display());
        // The same once more, byte by byte.
        let hex = Path::new(&name).with_extension("txt");
        let bytes = read(&vectors.join("outhex").join(hex));
        let bytes: Vec<u8> = bytes
            .split_whitespace()
            .map(|byte| u8::from_str_radix(byte, 16).expect("a byte in two digits"))
            .collect();
        assert_eq!(form.as_bytes(), bytes, "{}", name.display());
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
        // Each text has a fraction or an exponent: the digits of an integer would be kept.
        let texts = [
            format!("{float:e}"),
            format!("{float:E}"),
            format!("{float:?}"),
            format!("{float:.17e}"),
            format!("{float:.760e}"),
            format!("{float:.1100}"),
        ];
        for text in texts {
            let form = canonicalize(&text).unwrap();
            assert_eq!(form, expected, "{bits} as {text}");
        }
        // Negated, it has the same digits.
        let negated = canonicalize(&format!("{:e}", -float)).unwrap();
        let digits = expected.trim_start_matches('-');
        assert_eq!(negated.trim_start_matches('-'), digits, "{bits}");
        // What was written is read as the same float, and is its own form unless its digits are kept.
        assert_eq!(expected.parse(), Ok(float), "{bits}");
        assert_eq!(canonicalize(expected).unwrap(), expected, "{bits}");
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
        let input = line["input"].as_str().expect("an input");
        assert_eq!(canonicalize(input).unwrap(), expected);
        assert_eq!(canonicalize(expected).unwrap(), expected);
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
