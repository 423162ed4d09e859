//! Model batches: ids, what a body may be, files and their limits, and results read back.

mod bodies;
mod files;
mod ids;
mod lines;
mod matching;
mod properties;

use super::*;
use crate::definition::Provider;

/// The sets that most tests are about.
fn anthropic() -> ModelBatch {
    ModelBatch::new(Provider::Anthropic)
}

fn chat() -> ModelBatch {
    ModelBatch::new(Provider::OpenAiChat)
}

/// What a file is on disk.
fn written(file: &RequestFile<'_>) -> String {
    let mut bytes = Vec::new();
    file.write_to(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The ids in each file.
fn split(batch: &ModelBatch) -> Vec<Vec<&str>> {
    let files = batch.files();
    let ids = files.iter().map(|file| file.custom_ids().collect());
    ids.collect()
}
