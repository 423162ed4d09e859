//! The declaration as plain data.

use std::time::Duration;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Index;
use syn::spanned::Spanned as _;

use super::{end, text};
use crate::model::{Input, Rate, Resources, Tenancy, Tool};

pub(super) fn spec(tool: &Tool<'_>) -> TokenStream {
    let Tool {
        ident,
        name,
        description,
        ..
    } = tool;
    let description = text(description);
    // Spanned at the name, so that the location of a tool is that of its function.
    let mut spec = quote_spanned!(ident.span()=> __tw::spec(#name, #description));
    if let Some(title) = &tool.title {
        spec.extend(quote!(.title(#title)));
    }
    if !tool.params.is_empty() {
        let params = (0..tool.params.len()).map(Index::from);
        spec.extend(quote!(.params(&[#(&__TOOL_ARGS.#params),*])));
    }
    let states: Vec<_> = tool.inputs.iter().filter_map(state).collect();
    if !states.is_empty() {
        spec.extend(quote!(.states(&[#(#states),*])));
    }
    if tool.has_output_schema {
        let output = tool.output;
        // Underlined from the first token of the type to its last, as the type itself would be.
        let value = quote_spanned!(output.span()=> <__tw::Output<#output>>::);
        let value = quote_spanned!(end(output)=> #value VALUE);
        let schema = quote_spanned!(output.span()=> __tw::output_schema(#value));
        spec.extend(quote!(.output_schema(#schema)));
    }
    if tool.coerces {
        spec.extend(quote!(.coerce()));
    }
    cache(tool, &mut spec);
    effect(tool, &mut spec);
    limits(tool, &mut spec);
    spec
}

fn state(input: &Input<'_>) -> Option<TokenStream> {
    match input {
        Input::State(ty) => Some(quote_spanned!(ty.span()=> <() as __tw::StateOf<#ty>>::SPEC)),
        Input::StateRef(ty) => {
            Some(quote_spanned!(ty.span()=> <() as __tw::StateRefOf<#ty>>::SPEC))
        }
        Input::Argument(_) | Input::Context(_) => None,
    }
}

fn cache(tool: &Tool<'_>, spec: &mut TokenStream) {
    let cache = &tool.cache;
    if let Some(ttl) = cache.ttl.map(millis) {
        spec.extend(quote!(.ttl_millis(#ttl)));
    }
    if let Some(time) = cache.stale_while_revalidate.map(millis) {
        spec.extend(quote!(.stale_while_revalidate_millis(#time)));
    }
    if let Some(time) = cache.stale_if_error.map(millis) {
        spec.extend(quote!(.stale_if_error_millis(#time)));
    }
    if cache.discloses_age {
        spec.extend(quote!(.disclose_age()));
    }
    if !cache.exclude.is_empty() {
        let names = &cache.exclude;
        spec.extend(quote!(.cache_key_exclude(&[#(#names),*])));
    }
    match cache.tenancy {
        Tenancy::Session => {}
        Tenancy::Required => spec.extend(quote!(.tenant_scoped())),
        Tenancy::Shared => spec.extend(quote!(.shared())),
    }
    if let Some(version) = cache.version {
        spec.extend(quote!(.version(#version)));
    }
    let Some(batch) = &tool.batch else { return };
    spec.extend(if tool.function.has_body() {
        quote!(.batch(__TOOL_BATCH))
    } else {
        quote!(.batch_only(__TOOL_BATCH))
    });
    if let Some(window) = batch.window.map(millis) {
        spec.extend(quote!(.batch_window_millis(#window)));
    }
    if let Some(max) = batch.max {
        spec.extend(quote!(.batch_of_at_most(#max)));
    }
}

fn effect(tool: &Tool<'_>, spec: &mut TokenStream) {
    let Tool {
        reads,
        writes,
        after,
        hints,
        ..
    } = tool;
    let Resources {
        templates: reads, ..
    } = reads;
    if !reads.is_empty() {
        spec.extend(quote!(.reads(&[#(#reads),*])));
    }
    let Resources {
        templates: writes, ..
    } = writes;
    if !writes.is_empty() {
        spec.extend(quote!(.writes(&[#(#writes),*])));
    }
    if !after.is_empty() {
        spec.extend(quote!(.after(&[#(#after),*])));
    }
    if hints.idempotent {
        spec.extend(quote!(.idempotent()));
    }
    if hints.destructive {
        spec.extend(quote!(.destructive()));
    }
}

fn limits(tool: &Tool<'_>, spec: &mut TokenStream) {
    let limits = &tool.limits;
    if let Some(timeout) = limits.timeout.map(millis) {
        spec.extend(quote!(.timeout_millis(#timeout)));
    }
    if let Some(retries) = limits.retries {
        spec.extend(quote!(.retries(#retries)));
    }
    if let Some(cap) = limits.max_concurrency {
        spec.extend(quote!(.max_concurrency(#cap)));
    }
    if let Some(Rate { calls, millis }) = limits.rate {
        spec.extend(quote!(.rate(#calls, #millis)));
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
