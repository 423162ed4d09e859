//! Who asks for what, and when: the same for the same seed.

use std::time::Duration;

use crate::shop::generator::{Rng, Shop};

/// What one agent does: it waits, looks up an order, and begins again with the next.
pub type Script = Vec<Lookup>;

/// One call of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// How long the agent thinks before.
    pub pause: Duration,
    /// What it looks up.
    pub order_id: String,
}

/// Scripts of so many lookups for so many agents. No two look up the same order, as long as the shop has enough.
#[must_use]
pub fn scripts(
    seed: u64,
    shop: &Shop,
    agents: usize,
    lookups: usize,
    pause: Duration,
) -> Vec<Script> {
    let mut rng = Rng::new(seed);
    let mut orders: Vec<_> = shop.orders.iter().map(|order| &order.id).collect();
    rng.shuffle(&mut orders);
    let mut orders = orders.into_iter().cycle().cloned();
    let longest = u32::try_from(pause.as_micros()).unwrap_or(u32::MAX);
    let mut script = || {
        let lookups = orders.by_ref().take(lookups);
        lookups
            .map(|order_id| {
                let pause = Duration::from_micros(rng.between(0, longest).into());
                Lookup { pause, order_id }
            })
            .collect()
    };
    (0..agents).map(|_| script()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::shop::generator::generate;

    const PAUSE: Duration = Duration::from_millis(4);

    #[test]
    fn a_seed_gives_the_same_scripts_and_another_seed_others() {
        let rows = generate(400);
        let of = |seed| scripts(seed, &rows.shops[0], 4, 5, PAUSE);
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }

    #[test]
    fn everyone_looks_up_something_else_after_a_pause() {
        let rows = generate(400);
        let scripts = scripts(7, &rows.shops[0], 20, 5, PAUSE);
        assert_eq!(scripts.iter().map(Vec::len).collect::<Vec<_>>(), [5; 20]);
        let lookups = || scripts.iter().flatten();
        let orders: HashSet<_> = lookups().map(|lookup| &lookup.order_id).collect();
        assert_eq!(orders.len(), 100);
        assert!(lookups().all(|lookup| lookup.pause < PAUSE));
        let pauses: HashSet<_> = lookups().map(|lookup| lookup.pause).collect();
        assert!(pauses.len() > 50, "{pauses:?}");
    }
}
