//! rmcp's `ToolRouter`, without a transport.

use std::hint::black_box;

use rmcp::handler::server::router::tool::{ToolRoute, ToolRouter};
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ContentBlock, JsonObject, NumberOrString,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler, ServiceExt as _, tool, tool_handler, tool_router};

use super::{Arguments, OTHERS, expected};
use crate::measure::{AT_ONCE, Subject};
use crate::order;
use crate::rows::library;
use crate::runtime;

/// The tool that is called.
const CALLED: &str = "order_total";

#[derive(Clone)]
struct Shop {
    router: ToolRouter<Self>,
}

#[tool_router]
impl Shop {
    /// Look up the total of an order.
    #[tool]
    async fn order_total(&self, Parameters(asked): Parameters<Arguments>) -> String {
        order::answer(&asked.order_id, asked.limit, &asked.currency)
    }
}

#[tool_handler(router = self.router)]
impl ServerHandler for Shop {}

impl Shop {
    /// With the tool that is called, and the same one by each other name.
    fn new() -> Self {
        let mut router = Self::tool_router();
        for name in OTHERS {
            let ToolRoute { call, mut attr, .. } = router.map[CALLED].clone();
            attr.name = name.into();
            router.add_route(ToolRoute::new_dyn(attr, move |context| call(context)));
        }
        Self { router }
    }

    /// From text to text. A server writes what comes of it into a protocol message, which is left out here, as it is
    /// for everyone.
    async fn call(&self, context: RequestContext<RoleServer>) -> String {
        let arguments: JsonObject =
            serde_json::from_str(black_box(order::ARGUMENTS)).expect("it is an object");
        let request = CallToolRequestParams::new(black_box(CALLED)).with_arguments(arguments);
        let context = ToolCallContext::new(self, request, context);
        let response = self.router.call(context).await;
        let Ok(CallToolResponse::Complete(mut result)) = response else {
            panic!("the tool cannot fail");
        };
        match result.content.pop() {
            Some(ContentBlock::Text(text)) => text.text,
            _ => panic!("the tool returns a text"),
        }
    }
}

pub(super) fn dispatch() -> Subject {
    let runtime = runtime::new();
    let shop = Shop::new();
    // The context of a request needs the peer of a session, and so there is one, which nothing is sent through.
    let (context, session) = runtime.block_on(async {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (server, client) = tokio::join!(shop.clone().serve(ours), ().serve(theirs));
        let server = server.expect("both sides speak one protocol");
        let client = client.expect("both sides speak one protocol");
        let id = NumberOrString::Number(1);
        let context = RequestContext::new(id, server.peer().clone());
        (context, (server, client))
    });
    assert_eq!(runtime.block_on(shop.call(context.clone())), expected());
    Subject::new(library("rmcp"), move |times, meter| {
        let _open = &session;
        for done in (0..times).step_by(AT_ONCE) {
            // A server makes one for each request, before it dispatches.
            let contexts = (done..times).take(AT_ONCE).map(|_| context.clone());
            let contexts: Vec<_> = contexts.collect();
            let mut contexts = contexts.into_iter();
            meter(&mut || {
                runtime.block_on(async {
                    for context in contexts.by_ref() {
                        black_box(shop.call(context).await);
                    }
                });
            });
        }
    })
}
