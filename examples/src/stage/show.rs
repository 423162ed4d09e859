//! The whole show: every act on the same seeded database, without batching and with it.

use std::error::Error;
use std::fmt;

use super::act::{Act, act};
use super::options::Options;
use super::script::scripts;
use crate::shop::database::{Db, seed};
use crate::shop::generator::generate;
use crate::shop::generator::words::TENANTS;

/// How many agents there are in each act.
pub const AGENTS: [usize; 4] = [16, 4, 25, 2];

/// Connections to the database: fewer than there are agents in the largest act.
pub const CONNECTIONS: usize = 16;

/// What came of it.
#[derive(Debug)]
pub struct Show {
    /// How it was called.
    pub options: Options,
    /// A card for each act, in the order of [`AGENTS`].
    pub cards: Vec<Card>,
}

/// One act, both ways.
#[derive(Debug)]
pub struct Card {
    /// How many agents there are.
    pub agents: usize,
    /// Every call on its own.
    pub without: Act,
    /// Calls that meet go together.
    pub with: Act,
}

impl Show {
    /// Seeds a database in a temporary folder, which is gone when this returns, and plays every act.
    ///
    /// # Errors
    ///
    /// When the database cannot be written or an act cannot be played; not when the answers differ.
    pub async fn play(options: Options) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let folder = tempfile::Builder::new()
            .prefix("toolwright-stage-")
            .tempdir()?;
        let file = folder.path().join("shop.db");
        let most = AGENTS.into_iter().fold(0, usize::max);
        // One brand's agents go together, so that one brand needs an order for each call.
        let rows = generate(TENANTS.len() * most * options.calls);
        seed(&file, &rows, |_| ())?;
        let db = Db::open(&file, CONNECTIONS, options.latency)?;
        let shop = &rows.shops[0];
        let mut cards = Vec::with_capacity(AGENTS.len());
        for agents in AGENTS {
            let scripts = scripts(options.seed, shop, agents, options.calls, options.pause);
            cards.push(Card {
                agents,
                without: act(&db, shop.tenant, &scripts, false).await?,
                with: act(&db, shop.tenant, &scripts, true).await?,
            });
        }
        drop(db);
        folder.close()?;
        Ok(Self { options, cards })
    }

    /// What the example promises: the same answers, and never more round trips than without batching.
    ///
    /// # Errors
    ///
    /// The first act that breaks the promise.
    pub fn verdict(&self) -> Result<(), Broken> {
        for card in &self.cards {
            if card.without.answers != card.with.answers {
                return Err(Broken::Answers(card.agents));
            }
            if card.with.round_trips > card.without.round_trips {
                return Err(Broken::RoundTrips(card.agents));
            }
        }
        Ok(())
    }
}

/// How the promise was broken, and by how many agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A call was answered differently.
    Answers(usize),
    /// Batching asked the database more often.
    RoundTrips(usize),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answers(agents) => write!(f, "the answers of {agents} agents differ"),
            Self::RoundTrips(agents) => {
                write!(
                    f,
                    "{agents} agents had more round trips with batching than without"
                )
            }
        }
    }
}

impl Error for Broken {}
