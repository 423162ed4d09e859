//! The generated crates: complete, alike in all spellings, the same at every run, and ours compiles.

use std::collections::BTreeSet;

use expect_test::expect_file;

use super::*;
use crate::bench::compile::sample;

/// The names of the functions, as a spelling of a crate declares them.
fn declared(subject: Subject, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    for (_, text) in files(subject, count) {
        let functions = text.split("pub async fn ").skip(1);
        names.extend(functions.filter_map(|rest| Some(rest.split_once('(')?.0.to_owned())));
    }
    names
}

#[test]
fn every_spelling_has_the_same_tools() {
    let ours = declared(Subject::Ours, ALL);
    assert_eq!(ours.len(), 200);
    assert_eq!(ours.iter().collect::<BTreeSet<_>>().len(), 200);
    for peer in Subject::PEERS {
        assert_eq!(declared(peer, ALL), ours, "{peer}");
    }
}

#[test]
fn every_tool_is_used() {
    for subject in Subject::ALL {
        let texts: String = files(subject, ALL)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        for name in declared(subject, ALL) {
            let (verb, noun) = name.split_once('_').unwrap();
            let needed = match subject {
                Subject::Ours => format!("        {noun}::{name},\n"),
                Subject::Plain => format!("        \"{name}\" => Box::pin({name}("),
                Subject::Rig => format!(
                    "tools.add_tool({noun}::{}{});",
                    capital(verb),
                    capital(noun)
                ),
                Subject::Rmcp => format!("Self::{noun}_tools()"),
            };
            assert!(texts.contains(&needed), "{needed}");
        }
    }
}

#[test]
fn fewer_tools_are_the_first_of_all() {
    let few = declared(Subject::Rig, 21);
    assert_eq!(few, declared(Subject::Rig, ALL)[..21]);
    let names: Vec<_> = files(Subject::Rig, 21)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["lib.rs", "order.rs", "customer.rs"]);
}

#[test]
fn the_text_is_the_same_every_time() {
    for subject in Subject::ALL {
        assert_eq!(files(subject, ALL), files(subject, ALL));
    }
}

/// `sample/` is compiled as a part of these tests: a change of the macro that breaks the crate is seen here.
#[test]
fn the_sample_is_what_is_generated_and_its_tools_register() {
    let files = files(Subject::Ours, 2);
    let [(_, root), (_, module)] = files.try_into().unwrap();
    expect_file!["../sample/mod.rs"].assert_eq(&root);
    expect_file!["../sample/order.rs"].assert_eq(&module);
    let registry = sample::registry().unwrap();
    let names: Vec<_> = registry.names().collect();
    assert_eq!(names, declared(Subject::Ours, 2));
}
