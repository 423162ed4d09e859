//! Runs that ask for runs: they lend their places, which come back, and nobody waits in a circle.

use super::*;

fn within(tool: ToolId, party: &Party, within: &[RunId]) -> Wants {
    Wants {
        within: within.to_vec(),
        ..wants(tool, party)
    }
}

#[test]
fn a_cap_of_one_is_enough_at_any_depth() {
    let mut door = Door::new(1);
    let tool = door.tool(Some(1));
    let party = Party::new(Some(1));
    let mut chain = vec![door.run(wants(tool, &party))];
    for _ in 0..20 {
        let inner = door.run(within(tool, &party, &chain));
        chain.insert(0, inner);
    }
    let other = door.wait(wants(tool, &party));
    for run in chain {
        assert_eq!(door.poll(other), None, "one of the chain is there");
        door.end(run);
    }
    assert!(door.poll(other).is_some());
}

#[test]
fn a_place_is_lent_to_one_at_a_time() {
    let mut door = Door::new(1);
    let tool = door.tool(None);
    let party = Party::new(None);
    let outer = door.run(wants(tool, &party));
    let outside = door.wait(wants(tool, &party));
    let first = door.run(within(tool, &party, &[outer]));
    let second = door.wait(within(tool, &party, &[outer]));
    let inner = door.run(within(tool, &party, &[first, outer]));
    door.end(inner);
    assert_eq!(door.poll(second), None);
    door.end(first);
    let second = door.poll(second).expect("the place came back");
    door.end(second);
    door.end(outer);
    assert!(door.poll(outside).is_some());
}

#[test]
fn who_is_lent_nothing_takes_what_is_free_when_it_is_the_turn_of_its_party() {
    let mut door = Door::new(2);
    let tool = door.tool(None);
    let (party, other) = (Party::new(None), Party::new(None));
    let (outer, beside) = (door.run(wants(tool, &party)), door.run(wants(tool, &other)));
    let first = door.run(within(tool, &party, &[outer]));
    let waits = [
        wants(tool, &other),
        wants(tool, &party),
        within(tool, &party, &[outer]),
    ];
    let [of_other, of_party, nested] = waits.map(|it| door.wait(it));
    door.end(beside);
    let of_other = door.poll(of_other).expect("it came first");
    door.end(of_other);
    // Before its party's other claims, as a run waits for it.
    let nested = door.poll(nested).expect("it is its party's turn");
    assert_eq!(door.poll(of_party), None);
    door.end(first);
    assert_eq!(
        door.poll(of_party),
        None,
        "that place was lent, and is not free"
    );
    door.end(nested);
    assert!(door.poll(of_party).is_some());
}

#[test]
fn a_place_that_was_lent_stays_with_who_has_it_when_the_lender_ends() {
    let mut door = Door::new(1);
    let tool = door.tool(Some(1));
    let party = Party::new(Some(1));
    let outer = door.run(wants(tool, &party));
    let middle = door.run(within(tool, &party, &[outer]));
    let inner = door.run(within(tool, &party, &[middle, outer]));
    let other = door.wait(wants(tool, &party));
    for run in [middle, outer] {
        door.end(run);
        assert_eq!(door.poll(other), None, "the innermost goes on");
    }
    // It has its place for itself, and lends it on.
    let last = door.run(within(tool, &party, &[inner, middle, outer]));
    door.end(last);
    door.end(inner);
    assert!(door.poll(other).is_some());
}

#[test]
fn every_run_that_a_batch_is_part_of_may_lend_it_a_place() {
    let mut door = Door::new(2);
    let tool = door.tool(None);
    let party = Party::new(None);
    let (one, two) = (door.run(wants(tool, &party)), door.run(wants(tool, &party)));
    let both = [one, two];
    let inner = [0; 2].map(|_| door.run(within(tool, &party, &both)));
    let third = door.wait(within(tool, &party, &both));
    door.end(inner[1]);
    assert!(door.poll(third).is_some());
}

#[test]
fn a_run_that_has_ended_lends_nothing() {
    let mut door = Door::new(1);
    let tool = door.tool(None);
    let party = Party::new(None);
    let gone = door.run(wants(tool, &party));
    door.end(gone);
    let other = door.run(wants(tool, &party));
    let orphan = door.wait(within(tool, &party, &[gone]));
    door.end(other);
    assert!(door.poll(orphan).is_some());
}

#[test]
fn runs_that_would_wait_for_each_other_are_told() {
    let mut door = Door::new(8);
    let [a, b, c] = [0; 3].map(|_| door.tool(Some(1)));
    let party = Party::new(None);
    let [of_a, of_b, of_c] = [a, b, c].map(|tool| door.run(wants(tool, &party)));
    let a_asks_b = door.wait(within(b, &party, &[of_a]));
    let b_asks_c = door.wait(within(c, &party, &[of_b]));
    assert_eq!(door.claim(within(a, &party, &[of_c])), Claimed::LocksUp);
    // Somebody outside is in nobody's way.
    door.wait(wants(a, &party));
    door.end(of_c);
    let of_c = door.poll(b_asks_c).expect("its place is free");
    door.end(of_c);
    door.end(of_b);
    assert!(door.poll(a_asks_b).is_some());
}

#[test]
fn who_waits_for_one_of_two_that_goes_on_is_not_told_so() {
    let mut door = Door::new(8);
    let (a, b) = (door.tool(Some(1)), door.tool(Some(2)));
    let party = Party::new(None);
    let (of_a, stuck, goes_on) = (
        door.run(wants(a, &party)),
        door.run(wants(b, &party)),
        door.run(wants(b, &party)),
    );
    door.wait(within(a, &party, &[stuck]));
    let waits = door.wait(within(b, &party, &[of_a]));
    assert_eq!(
        door.claim(within(a, &party, &[goes_on])),
        Claimed::LocksUp,
        "the last that could let it go on"
    );
    door.end(goes_on);
    assert!(door.poll(waits).is_some());
}

#[test]
fn a_run_that_asks_for_its_own_tool_twice_at_once_is_answered_one_after_the_other() {
    let mut door = Door::new(8);
    let (a, b) = (door.tool(Some(1)), door.tool(Some(1)));
    let party = Party::new(None);
    let outer = door.run(wants(a, &party));
    let first = door.run(within(a, &party, &[outer]));
    let second = door.wait(within(a, &party, &[outer]));
    // The first goes on to wait for another tool, whose run ends some time.
    let of_b = door.run(wants(b, &party));
    let asks_b = door.wait(within(b, &party, &[first, outer]));
    let third = door.wait(within(a, &party, &[outer]));
    door.end(of_b);
    let of_b = door.poll(asks_b).expect("its place is free");
    door.end(of_b);
    door.end(first);
    let second = door.poll(second).expect("its place came back");
    assert_eq!(door.poll(third), None);
    door.end(second);
    assert!(door.poll(third).is_some());
}

#[test]
fn parties_of_one_place_each_may_lock_up_as_well() {
    let mut door = Door::new(8);
    let tool = door.tool(None);
    let (one, two) = (Party::new(Some(1)), Party::new(Some(1)));
    let (of_one, of_two) = (door.run(wants(tool, &one)), door.run(wants(tool, &two)));
    door.wait(within(tool, &two, &[of_one]));
    assert_eq!(door.claim(within(tool, &one, &[of_two])), Claimed::LocksUp);
}
