//! The floor: what a call costs that nobody dispatches. The arguments are parsed, the function is called, its answer is
//! written.

use std::hint::black_box;

use futures_util::future::join_all;

use super::{Arguments, MANY, expected};
use crate::measure::Subject;
use crate::order;
use crate::runtime;

async fn call(arguments: &str) -> String {
    let arguments: Arguments = serde_json::from_str(arguments).expect("the arguments fit");
    let Arguments {
        order_id,
        limit,
        currency,
    } = arguments;
    let answer = order::answer(&order_id, limit, &currency);
    serde_json::to_string(&answer).expect("a text can be written")
}

/// One call.
pub(super) fn one() -> Subject {
    let runtime = runtime::new();
    let answer = runtime.block_on(call(order::ARGUMENTS));
    assert_eq!(answer, format!("{:?}", expected()));
    Subject::new("parse, call, print", move |times, meter| {
        meter(&mut || {
            runtime.block_on(async {
                for _ in 0..times {
                    black_box(call(black_box(order::ARGUMENTS)).await);
                }
            });
        });
    })
}

/// Many calls at once, in one task.
pub(super) fn many() -> Subject {
    let runtime = runtime::new();
    Subject::new("join_all", move |times, meter| {
        meter(&mut || {
            runtime.block_on(async {
                for _ in 0..times {
                    let calls = (0..MANY).map(|_| call(black_box(order::ARGUMENTS)));
                    black_box(join_all(calls).await);
                }
            });
        });
    })
}
