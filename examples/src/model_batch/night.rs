//! One night: the requests are sent and read back, and those that are worth it are sent again.

use std::error::Error;
use std::path::{Path, PathBuf};

use toolwright::Provider;
use toolwright::model_batch::{Answer, ModelBatch, Results};

use super::provider::{Day, work};
use super::requests::prepared;

/// What a program of an example gives up with.
pub type Problem = Box<dyn Error>;

/// The rounds of one night with one provider.
#[derive(Debug)]
pub struct Night {
    /// Who answered.
    pub provider: Provider,
    /// All the requests, and then those that were sent again.
    pub rounds: [Round; 2],
}

/// What was sent at once, and what came back.
#[derive(Debug)]
pub struct Round {
    /// The requests.
    pub batch: ModelBatch,
    /// The files that they were sent in.
    pub sent: Vec<PathBuf>,
    /// An answer to each.
    pub results: Results,
}

impl Night {
    /// Lives through it, with files in a folder.
    ///
    /// # Errors
    /// Those of the file system; a folder that has the files of another night among them.
    pub fn spent(provider: Provider, folder: &Path) -> Result<Self, Problem> {
        let first = Round::of(
            provider,
            prepared(provider)?,
            &folder.join("first"),
            Day::Bad,
        )?;
        let mut again = first.batch.clone();
        let answer = |custom_id: &str| first.results.get(custom_id);
        again.retain(|custom_id| answer(custom_id).is_some_and(|it| it.is_worth_repeating()));
        let second = Round::of(provider, again, &folder.join("again"), Day::Good)?;
        Ok(Self {
            provider,
            rounds: [first, second],
        })
    }

    /// The last answer to each request, in their order.
    pub fn answers(&self) -> impl Iterator<Item = (&str, Answer<'_>)> {
        let [first, second] = &self.rounds;
        let last =
            |(custom_id, answer)| (custom_id, second.results.get(custom_id).unwrap_or(answer));
        first.results.iter().map(last)
    }
}

impl Round {
    fn of(provider: Provider, batch: ModelBatch, folder: &Path, day: Day) -> Result<Self, Problem> {
        let sent = batch.write_to_folder(folder.join("sent"))?;
        let received = work(provider, &sent, &folder.join("received"), day)?;
        let mut results = batch.results();
        for path in received {
            results.read_file(path)?;
        }
        Ok(Self {
            batch,
            sent,
            results,
        })
    }
}
