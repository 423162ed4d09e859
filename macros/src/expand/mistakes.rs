//! The compile-fail tests once more, without a compiler: each of their files goes through the macro here, and what the
//! macro says must be what the recorded errors say. So a check that is lost is missed within a second.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::{Attribute, LitStr, Meta};

/// What the compiler says without a code, of which we know nothing.
const THEIRS: &[&str] = &["future cannot be sent between threads safely"];

/// Texts, and how often there is each.
type Counted = BTreeMap<String, usize>;

#[test]
fn the_macro_says_what_the_recorded_errors_say() {
    let files = files();
    assert!(files.len() > 80, "the folder has {} files", files.len());
    for file in files {
        let code = fs::read_to_string(&file).expect("the file was just listed");
        let mut said = Counted::new();
        walk(code.parse().expect("the file is Rust"), &mut said);
        let recorded = recorded(&file.with_extension("stderr"));
        assert_eq!(said, recorded, "{}", file.display());
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tests/ui");
    let list = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the compile-fail tests are beside the macro");
        entries
            .map(|it| it.expect("an entry is readable").path())
            .collect()
    };
    let mut files: Vec<PathBuf> = list(&folder).iter().flat_map(|it| list(it)).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "rs"));
    files.sort_unstable();
    files
}

/// The first line of each error that has no code: those that are the macro's own.
fn recorded(file: &Path) -> Counted {
    let mut texts = Counted::new();
    let stderr = fs::read_to_string(file).expect("every case has its recorded errors");
    let errors = stderr.lines().filter_map(|it| it.strip_prefix("error: "));
    for text in errors.filter(|it| !THEIRS.contains(it)) {
        *texts.entry(text.to_owned()).or_default() += 1;
    }
    texts
}

/// Expands what is ours, in blocks and modules too, and collects all `compile_error!`s.
fn walk(tokens: TokenStream, said: &mut Counted) {
    for item in items(tokens) {
        if let Some(text) = compile_error(&item) {
            let first = text.lines().next().unwrap_or_default();
            *said.entry(first.to_owned()).or_default() += 1;
        } else if let Some(expanded) = expanded(&item) {
            walk(expanded, said);
        } else if let Some(TokenTree::Group(group)) = item.into_iter().last() {
            walk(group.stream(), said);
        }
    }
}

/// Splits a file or the inside of a block: an item ends with a semicolon or with braces.
fn items(tokens: TokenStream) -> Vec<TokenStream> {
    let mut items = vec![];
    let mut item = TokenStream::new();
    for token in tokens {
        let ends = match &token {
            TokenTree::Punct(sign) => sign.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        item.extend([token]);
        if ends {
            items.push(std::mem::take(&mut item));
        }
    }
    items
}

/// The text of `::core::compile_error! { "…" }`.
fn compile_error(item: &TokenStream) -> Option<String> {
    let mut is_error = false;
    for token in item.clone() {
        match token {
            TokenTree::Ident(word) => is_error = word == "compile_error",
            TokenTree::Group(group) if is_error => {
                return syn::parse2::<LitStr>(group.stream())
                    .ok()
                    .map(|text| text.value());
            }
            _ => {}
        }
    }
    None
}

/// The expansion of the first attribute of ours, if the item has one.
fn expanded(item: &TokenStream) -> Option<TokenStream> {
    let split = |input: ParseStream| {
        let inner = Attribute::parse_inner(input)?;
        let attributes = Attribute::parse_outer(input)?;
        Ok((inner, attributes, TokenStream::parse(input)?))
    };
    let (_, mut attributes, rest) = split.parse2(item.clone()).ok()?;
    let name = |attribute: &Attribute| {
        let last = attribute.path().segments.last()?;
        Some(last.ident.to_string())
    };
    let is_ours = |it: &Attribute| name(it).is_some_and(|it| it == "tool" || it == "tools");
    let ours = attributes.remove(attributes.iter().position(is_ours)?);
    let options = match &ours.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let item = quote::quote!(#(#attributes)* #rest);
    match name(&ours).as_deref() {
        Some("tool") => Some(super::tool(options, &item)),
        _ => Some(super::tools(options, &item)),
    }
}
