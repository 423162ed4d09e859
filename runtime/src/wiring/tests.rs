//! What is read off the arguments of a call, and what they are with the values of other calls in them.

mod injection;

use super::*;
use crate::registry::Registry;
use crate::tool::{Arg, Call, Param, ParamInfo, Reply, Tool, ToolEntry, ToolSpec, never, spec};

static ORDER_ID: Param<String> = <String as Arg>::PARAM
    .describe(0, "order_id", "The order.")
    .refs();
static AMOUNT: Param<f64> = <f64 as Arg>::PARAM.describe(1, "amount", "How much.");
static ADDRESS: Param<String> = <String as Arg>::PARAM
    .describe(2, "address", "Where to.")
    .from("customer_address");
static NOTE: Param<Option<String>> = <Option<String> as Arg>::PARAM
    .describe(3, "note", "What to say.")
    .from("last_note");
static DATA: Param<serde_json::Value> = <serde_json::Value as Arg>::PARAM
    .describe(4, "data", "Anything.")
    .refs();

macro_rules! tools {
    ($($tool:ident: $name:literal, $params:expr;)*) => {$(
        struct $tool;

        impl Tool for $tool {
            type Output = String;
            const SPEC: ToolSpec = {
                const PARAMS: &[&dyn ParamInfo] = $params;
                spec($name, "A tool.").params(PARAMS)
            };

            async fn call(call: Call) -> Reply {
                never(call)
            }
        }
    )*};
}

tools! {
    Ship: "ship", &[&ORDER_ID, &AMOUNT, &ADDRESS, &NOTE, &DATA];
    CustomerAddress: "customer_address", &[];
    LastNote: "last_note", &[];
    Pay: "pay", &[&AMOUNT];
}

/// What the schema of the unread arguments demands does not matter here: nothing is read.
fn registry() -> Registry {
    let entries = [
        ToolEntry::of::<Ship>(),
        ToolEntry::of::<CustomerAddress>(),
        ToolEntry::of::<LastNote>(),
        ToolEntry::of::<Pay>(),
    ];
    Registry::new(entries).unwrap()
}

fn offering() -> Registry {
    let registry = registry().with_references().unwrap();
    registry.with_call_order().unwrap()
}

fn ship(registry: &Registry) -> &RegisteredTool {
    registry.find("ship").unwrap().1
}

/// The wires of a call as texts: argument, call, path.
fn wires(text: &str) -> Vec<String> {
    let registry = offering();
    let wiring = scan(ship(&registry), text).unwrap();
    let wires = wiring.wires.iter().map(|wire| {
        let Reference { call, path } = &wire.reference;
        format!("{} {call} {path}", wire.argument)
    });
    wires.collect()
}

fn problem(text: &str) -> String {
    scan(ship(&offering()), text).unwrap_err()
}

/// The given arguments, so that nothing is left out for others to give.
const GIVEN: &str = r#""address":"A","note":null"#;

#[test]
fn references_are_read_in_arguments_that_take_them() {
    assert_eq!(
        wires(&format!(
            r#"{{"order_id": {{"_ref": {{"call": 1, "path": "/items/0/id"}}}}, "data": {{"$ref": {{"call": "search"}}}}, {GIVEN}}}"#
        )),
        ["0 call 1 /items/0/id", "4 `search` "]
    );
    assert_eq!(
        wires(&format!(
            r#"{{"order_id":{{"\u005fref":{{"call":"12","path":null}}}},{GIVEN}}}"#
        )),
        ["0 call 12 "],
        "an escape is a spelling"
    );
}

#[test]
fn what_a_giver_gives_may_be_left_out() {
    assert_eq!(
        wires(r#"{"order_id":"A"}"#),
        ["2 `customer_address` ", "3 `last_note` "]
    );
    // Null says of an optional argument that there is to be none; of a required one it can say nothing.
    assert_eq!(
        wires(r#"{"address":null,"note":null}"#),
        ["2 `customer_address` "]
    );
    assert_eq!(wires(r#"{"address":"A","note":"N"}"#), [] as [&str; 0]);
    assert_eq!(
        wires(r#"{"address":{"_ref":{"call":2}},"note":"N"}"#),
        ["2 call 2 "]
    );
}

#[test]
fn arguments_that_did_not_opt_in_take_none() {
    let reference = r#"{"_ref":{"call":1}}"#;
    assert_eq!(
        wires(&format!(r#"{{"amount":{reference},{GIVEN}}}"#)),
        [] as [&str; 0]
    );
    assert_eq!(
        wires(&format!(r#"{{"unknown":{reference},{GIVEN}}}"#)),
        [] as [&str; 0]
    );
}

#[test]
fn nothing_is_wired_unless_the_registry_offers_it() {
    let text = r#"{"order_id":{"_ref":{"call":1}},"_after":[1]}"#;
    let plain = registry();
    assert_eq!(scan(ship(&plain), text), Ok(Wiring::default()));
    assert_eq!(fill(ship(&plain), text, &[]), text);

    let referring = registry().with_references().unwrap();
    assert_eq!(scan(ship(&referring), text).unwrap().after, []);
    let may = |registry: &Registry, tool: &str| registry.find(tool).unwrap().1.may_be_wired();
    assert!(!may(&plain, "ship") && may(&referring, "ship") && !may(&referring, "pay"));
    assert!(may(&offering(), "pay"), "every tool can wait");
}

#[test]
fn a_call_waits_for_those_that_it_names() {
    let registry = offering();
    let (_, pay) = registry.find("pay").unwrap();
    let waits_for = |text: &str| {
        let wiring = scan(pay, text)?;
        wiring.waits_for(&["ship", "pay", "ship"])
    };
    assert_eq!(waits_for(r#"{"_after":[2,"ship"]}"#), Ok(vec![1, 0, 2]));
    assert_eq!(waits_for(r#"{"_after":"pay"}"#), Ok(vec![1]));
    assert_eq!(waits_for(r#"{"_after":3,"amount":1}"#), Ok(vec![2]));
    for nothing in ["{}", r#"{"_after":null}"#, r#"{"_after":[]}"#] {
        assert_eq!(scan(pay, nothing), Ok(Wiring::default()));
    }
    assert_eq!(
        waits_for(r#"{"_after":[4]}"#).unwrap_err(),
        "argument `/_after`: call 4 does not come before it: those before it are the calls 1 to 3"
    );
    assert_eq!(
        waits_for(r#"{"_after":[true]}"#).unwrap_err(),
        "argument `/_after`: `call` is the position of an earlier call in this message, from 1, or the name of its tool, got a boolean"
    );
}

#[test]
fn all_malformed_references_are_told_at_once() {
    assert_eq!(
        problem(
            r#"{"order_id":{"_ref":{"call":0}},"address":{"_ref":1},"data":{"_ref":{"path":""}},"_after":[{}]}"#
        ),
        "argument `/order_id`: `call` is the position of an earlier call in this message, from 1, or the name of its tool, got 0; \
         argument `/address`: `_ref` holds an object such as `{\"call\": 1, \"path\": \"/id\"}`, got a number; \
         argument `/data`: `_ref` needs `call`: the position of an earlier call in this message, from 1, or the name of its tool; \
         argument `/_after`: `call` is the position of an earlier call in this message, from 1, or the name of its tool, got an object"
    );
}

#[test]
fn what_is_no_object_says_nothing_of_other_calls() {
    for text in ["", "[]", "{\"order_id\":", r#"{"_after":[0],"_after":[1]}"#] {
        assert_eq!(scan(ship(&offering()), text), Ok(Wiring::default()));
        assert_eq!(fill(ship(&offering()), text, &[(0, "1".to_owned())]), text);
    }
}

#[test]
fn the_source_of_a_value_is_one_earlier_call() {
    let registry = offering();
    let tool = ship(&registry);
    let source = |text: &str, place: usize, earlier: &[&str]| {
        let wiring = scan(tool, text).unwrap();
        wiring.wires[place].source(tool, earlier)
    };
    let written = r#"{"order_id":{"_ref":{"call":"search"}}}"#;
    assert_eq!(source(written, 0, &["search", "pay"]), Ok(Some(0)));
    assert_eq!(
        source(written, 0, &["search", "pay", "search"]).unwrap_err(),
        "argument `/order_id`: `search` was called more than once before it, as call 1 and 3: give the position"
    );
    assert_eq!(source("{}", 0, &["customer_address"]), Ok(Some(0)));
    assert_eq!(
        source("{}", 0, &["pay"]).unwrap_err(),
        "argument `/address`: left out, it is the result of `customer_address`, but `customer_address` was not called before it in this message: the only one before it is call 1"
    );
    // An optional one stays left out if nobody gives it, and is not guessed.
    assert_eq!(source("{}", 1, &["pay"]), Ok(None));
    assert_eq!(source("{}", 1, &["last_note"]), Ok(Some(0)));
    assert_eq!(
        source("{}", 1, &["last_note", "last_note"]).unwrap_err(),
        "argument `/note`: left out, it is the result of `last_note`, but `last_note` was called more than once before it, as call 1 and 2: give the position"
    );
}

#[track_caller]
fn check_fill(text: &str, values: &[(usize, &str)], expected: &str) {
    let values: Vec<(usize, String)> = values
        .iter()
        .map(|&(index, value)| (index, value.to_owned()))
        .collect();
    let registry = offering();
    let filled = fill(ship(&registry), text, &values);
    assert_eq!(filled, expected);
    members(&filled).expect("arguments stay one object");
}

#[test]
fn values_stand_where_the_references_stood_and_nothing_else_changes() {
    check_fill(
        " {\"amount\" : 1.00e2,\n \"order_id\":\t{\"_ref\":{\"call\":1}} , \"data\":{\"_ref\":{\"call\":2}}, \"x\":\"\\u00e9\"}\n",
        &[(4, "12345678901234567890123"), (0, "\"A\"")],
        " {\"amount\" : 1.00e2,\n \"order_id\":\t\"A\" , \"data\":12345678901234567890123, \"x\":\"\\u00e9\"}\n",
    );
}

#[test]
fn what_was_left_out_is_added() {
    check_fill("{}", &[(2, "\"Here\"")], r#"{"address":"Here"}"#);
    check_fill(
        "{ \"amount\":1 } ",
        &[(2, "\"Here\""), (3, "null")],
        "{ \"amount\":1 ,\"address\":\"Here\",\"note\":null} ",
    );
    check_fill(
        r#"{"address":null}"#,
        &[(2, "\"Here\"")],
        r#"{"address":"Here"}"#,
    );
}

#[test]
fn what_a_call_waits_for_is_no_argument() {
    check_fill(r#"{"_after":[1,2]}"#, &[], "{}");
    check_fill(r#"{ "_after" : [1] , "amount":1}"#, &[], r#"{ "amount":1}"#);
    check_fill(r#"{"amount":1 , "_after":"a,b"}"#, &[], r#"{"amount":1}"#);
    check_fill(
        r#"{"amount":1,"_after":[1],"order_id":2}"#,
        &[(0, "3")],
        r#"{"amount":1,"order_id":3}"#,
    );
    check_fill(
        r#"{"_after":[1]}"#,
        &[(2, "\"Here\"")],
        r#"{"address":"Here"}"#,
    );
    check_fill(
        r#"{"order_id":1,"_after":[1]}"#,
        &[(0, "[2,3]"), (2, "4")],
        r#"{"order_id":[2,3],"address":4}"#,
    );
}
