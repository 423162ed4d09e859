//! The fourteen tools as a model sees them, each on top of a plain function.
//!
//! Users and reservations belong to the tenant of the session: tools that touch them are `tenant_scoped`, and what they
//! read and write is declared, so that a cached reading never outlives a change. The timetable belongs to nobody and no
//! tool changes it: one tenant's search answers the next tenant's too.

mod desk;
mod look_up;
mod reserve;
mod search;

use toolwright::{Context, Registry, RegistryError, registry};

pub use self::desk::{calculate, send_certificate, think, transfer_to_human_agents};
pub use self::look_up::{get_reservation_details, get_user_details};
pub use self::reserve::{
    book_reservation, cancel_reservation, update_reservation_baggages, update_reservation_flights,
    update_reservation_passengers,
};
pub use self::search::{list_all_airports, search_direct_flight, search_onestop_flight};
use super::error::AirlineError;
use super::store::Tenant;

/// All tools of the airline.
///
/// # Errors
/// None that a build of this crate could meet: the declarations are checked by its tests.
pub fn registry() -> Result<Registry, RegistryError> {
    registry![
        book_reservation,
        calculate,
        cancel_reservation,
        get_reservation_details,
        get_user_details,
        list_all_airports,
        search_direct_flight,
        search_onestop_flight,
        send_certificate,
        think,
        transfer_to_human_agents,
        update_reservation_baggages,
        update_reservation_flights,
        update_reservation_passengers,
    ]
}

/// Whose rows a call is about.
fn tenant(context: &Context) -> Result<Tenant, AirlineError> {
    context
        .tenant()
        .map(Tenant::new)
        .ok_or(AirlineError::NoTenant)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};
    use toolwright::{
        CacheStatus, ErrorKind, Harness, Levers, Outcome, Provider, Session, ToolCall,
    };

    use super::*;
    use crate::airline::Store;
    use crate::airline::testing::{self, ADA, BO};

    fn harness(levers: Levers) -> (Harness, Store) {
        let store = Store::create(&testing::data(), Duration::ZERO).unwrap();
        let harness = Harness::builder(registry().unwrap())
            .state(store.clone())
            .levers(levers);
        (harness.build().unwrap(), store)
    }

    fn tick(calls: &[(&str, Value)]) -> Vec<ToolCall> {
        let calls = calls.iter().enumerate();
        calls
            .map(|(at, (tool, arguments))| {
                ToolCall::new(at.to_string(), *tool, arguments.to_string())
            })
            .collect()
    }

    async fn call(session: &Session, tool: &str, arguments: Value) -> Outcome {
        session
            .dispatch(tick(&[(tool, arguments)]))
            .await
            .into_outcomes()
            .remove(0)
    }

    fn json(outcome: &Outcome) -> Value {
        serde_json::from_str(outcome.text()).unwrap_or_else(|_| panic!("{}", outcome.text()))
    }

    #[test]
    fn a_model_sees_every_argument_described() {
        let definitions = registry().unwrap().definitions(Provider::Anthropic);
        let definitions: Vec<Value> = serde_json::from_str(&definitions).unwrap();
        assert_eq!(definitions.len(), 14);
        for definition in definitions {
            let schema = &definition["input_schema"];
            let properties = schema["properties"].as_object().unwrap();
            let required = schema["required"].as_array().map_or(0, Vec::len);
            assert_eq!(
                required,
                properties.len(),
                "all arguments are required: {definition}"
            );
            for property in properties.values() {
                assert!(property["description"].is_string(), "{definition}");
            }
        }
    }

    #[tokio::test]
    async fn a_change_is_seen_by_the_next_reading() {
        let (harness, _store) = harness(Levers::all());
        let session = harness.session().tenant("acme").start();
        let user = || call(&session, "get_user_details", json!({"user_id": ADA}));
        let first = user().await;
        assert_eq!(
            (first.cache(), user().await.cache()),
            (CacheStatus::Miss, CacheStatus::Hit)
        );
        let sent = call(
            &session,
            "send_certificate",
            json!({"user_id": ADA, "amount": 10}),
        )
        .await;
        assert!(!sent.is_error(), "{}", sent.text());
        let after = user().await;
        assert_eq!(after.cache(), CacheStatus::Miss);
        assert_eq!(
            json(&after)["payment_methods"]["certificate_3221322"]["amount"],
            10
        );
    }

    #[tokio::test]
    async fn a_change_of_a_reservation_leaves_the_others_cached() {
        let (harness, _store) = harness(Levers::all());
        let session = harness.session().tenant("acme").start();
        let show = |id: &str| {
            call(
                &session,
                "get_reservation_details",
                json!({"reservation_id": id}),
            )
        };
        for id in ["QW1ER2", "ZX9CV8"] {
            show(id).await;
        }
        call(
            &session,
            "cancel_reservation",
            json!({"reservation_id": "QW1ER2"}),
        )
        .await;
        assert_eq!(show("ZX9CV8").await.cache(), CacheStatus::Hit);
        let cancelled = show("QW1ER2").await;
        assert_eq!(cancelled.cache(), CacheStatus::Miss);
        assert_eq!(json(&cancelled)["status"], "cancelled");
    }

    #[tokio::test]
    async fn money_that_a_change_moves_is_seen_at_once() {
        let (harness, _store) = harness(Levers::all());
        let session = harness.session().tenant("acme").start();
        call(&session, "get_user_details", json!({"user_id": BO})).await;
        let bags = json!({"reservation_id": "LK4JH5", "total_baggages": 2, "nonfree_baggages": 2, "payment_id": "gift_card_601"});
        call(&session, "update_reservation_baggages", bags).await;
        let user = call(&session, "get_user_details", json!({"user_id": BO})).await;
        assert_eq!(
            json(&user)["payment_methods"]["gift_card_601"]["amount"],
            10
        );
    }

    #[tokio::test]
    async fn a_tick_keeps_the_order_of_what_conflicts() {
        let (harness, _store) = harness(Levers::all());
        let session = harness.session().tenant("acme").start();
        let id = json!({"reservation_id": "QW1ER2"});
        let calls = tick(&[
            ("get_reservation_details", id.clone()),
            ("cancel_reservation", id.clone()),
            ("get_reservation_details", id),
        ]);
        let outcomes = session.dispatch(calls).await;
        assert_eq!(json(&outcomes[0]).get("status"), None);
        assert_eq!(json(&outcomes[2])["status"], "cancelled");
    }

    #[tokio::test]
    async fn tenants_share_the_timetable_and_nothing_else() {
        let (harness, store) = harness(Levers::all());
        let (one, two) = (
            harness.session().tenant("one").start(),
            harness.session().tenant("two").start(),
        );
        let route = json!({"origin": "SEA", "destination": "BOS", "date": "2024-05-16"});
        let id = json!({"reservation_id": "QW1ER2"});
        for tool in ["search_direct_flight", "search_onestop_flight"] {
            let first = call(&one, tool, route.clone()).await;
            let second = call(&two, tool, route.clone()).await;
            assert_eq!(
                (second.cache(), second.text()),
                (CacheStatus::Hit, first.text())
            );
        }
        let trips = store.round_trips();
        call(&one, "cancel_reservation", id.clone()).await;
        assert_eq!(
            json(&call(&one, "get_reservation_details", id.clone()).await)["status"],
            "cancelled"
        );
        let untouched = call(&two, "get_reservation_details", id).await;
        assert_eq!(
            (untouched.cache(), json(&untouched).get("status")),
            (CacheStatus::Miss, None)
        );
        assert_eq!(store.round_trips(), trips + 3);
    }

    #[tokio::test]
    async fn who_belongs_to_nobody_sees_nobodys_rows() {
        let (harness, store) = harness(Levers::all());
        let session = harness.session().start();
        let refused = call(&session, "get_user_details", json!({"user_id": ADA})).await;
        assert_eq!(
            refused.result().unwrap_err().kind(),
            ErrorKind::MissingTenant
        );
        assert_eq!(store.round_trips(), 0);
        let airports = call(&session, "list_all_airports", json!({})).await;
        assert_eq!(json(&airports)["DEN"], "Denver");
    }

    #[tokio::test]
    async fn searches_of_one_tick_are_one_round_trip() {
        let (harness, store) = harness(Levers::all());
        let session = harness.session().tenant("acme").start();
        let route = |date: &str| json!({"origin": "SEA", "destination": "BOS", "date": date});
        let days = ["2024-05-16", "2024-05-17", "2024-05-18"];
        let calls = days.map(|day| ("search_direct_flight", route(day)));
        let outcomes = session.dispatch(tick(&calls)).await;
        assert_eq!(store.round_trips(), 1);
        let fares: Vec<_> = outcomes
            .iter()
            .map(|day| json(day)[0]["prices"]["economy"].clone())
            .collect();
        assert_eq!(fares, [150, 165, 140]);
    }

    #[tokio::test]
    async fn what_needs_no_database_does_not_ask_it() {
        let (harness, store) = harness(Levers::none());
        let session = harness.session().tenant("acme").start();
        let sum = call(&session, "calculate", json!({"expression": "498 * 1.5"})).await;
        assert_eq!(sum.text(), "747.0");
        assert_eq!(
            call(&session, "think", json!({"thought": "hm"}))
                .await
                .text(),
            ""
        );
        let handed_over = call(
            &session,
            "transfer_to_human_agents",
            json!({"summary": "lost"}),
        )
        .await;
        assert_eq!(handed_over.text(), "Transfer successful");
        assert_eq!(store.round_trips(), 0);
    }
}
