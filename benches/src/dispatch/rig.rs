//! rig's `ToolSet`.

use std::convert::Infallible;
use std::hint::black_box;

use rig_agent::tool::{Tool, ToolContext, ToolSet};
use serde_json::{Value, json};

use super::{Arguments, OTHERS, expected};
use crate::measure::Subject;
use crate::order;
use crate::rows::library;
use crate::runtime;

/// The tool that is called.
const CALLED: &str = "order_total";

/// The tool that is called, and one for each other name.
struct Total<const OTHER: usize>;

impl<const OTHER: usize> Tool for Total<OTHER> {
    const NAME: &'static str = if OTHER < OTHERS.len() {
        OTHERS[OTHER]
    } else {
        CALLED
    };

    type Args = Arguments;
    type Output = String;
    type Error = Infallible;

    fn description(&self) -> String {
        "Look up the total of an order.".to_owned()
    }

    fn parameters(&self) -> Value {
        json!({
            "type": "object",
            "properties": {
                "order_id": {"type": "string"},
                "limit": {"type": "integer"},
                "currency": {"type": "string"},
            },
            "required": ["order_id", "limit", "currency"],
        })
    }

    async fn call(&self, _: &mut ToolContext, args: Arguments) -> Result<String, Infallible> {
        Ok(order::answer(&args.order_id, args.limit, &args.currency))
    }
}

pub(super) fn dispatch() -> Subject {
    let mut tools = ToolSet::default();
    tools.add_tool(Total::<0>);
    tools.add_tool(Total::<1>);
    tools.add_tool(Total::<2>);
    tools.add_tool(Total::<3>);
    tools.add_tool(Total::<4>);
    tools.add_tool(Total::<5>);
    tools.add_tool(Total::<6>);
    let runtime = runtime::new();
    let call = async |tools: &ToolSet| {
        let mut context = ToolContext::new();
        let (name, arguments) = (black_box(CALLED), black_box(order::ARGUMENTS));
        let result = tools.execute(name, arguments, &mut context).await;
        result.output().render()
    };
    assert_eq!(runtime.block_on(call(&tools)), expected());
    Subject::new(library("rig-core"), move |times, meter| {
        meter(&mut || {
            runtime.block_on(async {
                for _ in 0..times {
                    black_box(call(&tools).await);
                }
            });
        });
    })
}
