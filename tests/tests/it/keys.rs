//! Cache keys through declared tools: random arguments of many types, each spelled in many ways. The same question is
//! answered by the cache, and no other question is.

mod kind;
mod questions;
mod spelling;
mod tenants;
mod tools;

use std::cell::RefCell;
use std::collections::HashMap;

use tokio::runtime::{Builder, Runtime};
use toolwright::{CacheStatus, Harness, Registry};

use crate::{Runs, one};

/// Everything that was asked of one harness, and what the answer was.
struct Asked {
    runtime: Runtime,
    harness: Harness,
    runs: Runs,
    answers: RefCell<HashMap<Question, String>>,
}

/// What makes two calls one question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    tool: &'static str,
    /// In whose name the tool runs; nobody's for a shared tool.
    tenant: Option<String>,
    /// What the arguments mean.
    meaning: String,
}

impl Asked {
    /// Of a harness with these tools, each of which answers with the number of its run.
    fn of(registry: Registry) -> Self {
        let runs = Runs::default();
        let harness = Harness::builder(registry)
            .state(runs.clone())
            .build()
            .unwrap();
        Self {
            runtime: Builder::new_current_thread().enable_time().build().unwrap(),
            harness,
            runs,
            answers: RefCell::default(),
        }
    }

    /// Asks: a question that was asked before, however it was spelled then, is answered by the cache with the answer
    /// that it had; every other one runs the tool.
    #[track_caller]
    fn ask(&self, question: &Question, tenant: Option<&str>, arguments: &str) -> CacheStatus {
        let session = self.harness.session();
        let session = match tenant {
            Some(tenant) => session.tenant(tenant),
            None => session,
        };
        let outcome = self
            .runtime
            .block_on(one(&session.start(), question.tool, arguments));
        assert!(
            !outcome.is_error(),
            "{question:?} {arguments}: {}",
            outcome.text()
        );
        let known = self.answers.borrow().get(question).cloned();
        if let Some(known) = known {
            let found = (outcome.cache(), outcome.text());
            assert_eq!(
                found,
                (CacheStatus::Hit, known.as_str()),
                "asked before: {question:?} {arguments}"
            );
        } else {
            let found = (outcome.cache(), outcome.text().to_owned());
            let expected = (CacheStatus::Miss, self.runs.get().to_string());
            assert_eq!(
                found, expected,
                "never asked before: {question:?} {arguments}"
            );
            self.answers
                .borrow_mut()
                .insert(question.clone(), expected.1);
        }
        outcome.cache()
    }
}
