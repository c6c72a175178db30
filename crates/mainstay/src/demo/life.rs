//! Life goes on: a customer answers, or a new request comes in, now and then.

use std::time::Duration;

use mainstay_app::Error;
use mainstay_domain::edition::Kind;

use super::history::Deck;
use super::plot::Act;
use super::stage::Stage;

/// Seconds between two events, at least and at most.
const PAUSE: (i64, i64) = (40, 90);

/// Lets customers act now and then, for ever.
pub async fn live_on(mut stage: Stage) {
    let mut deck = Deck::new(stage.stories.len(), &mut stage.chance);
    loop {
        let seconds = stage.chance.between(PAUSE.0, PAUSE.1);
        tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())).await;
        let lived = if stage.chance.percent(60) {
            stage.somebody_answers().await
        } else {
            stage.somebody_asks(&mut deck).await
        };
        if let Err(error) = lived {
            tracing::debug!(%error, "the demo's life skipped a beat");
        }
    }
}

impl Stage {
    /// A customer writes on: what was asked of them, or that they wait.
    async fn somebody_answers(&mut self) -> anyhow::Result<()> {
        let is_open =
            |&place: &usize| self.plots[place].is_open && self.plots[place].number.is_some();
        let open: Vec<usize> = (0..self.plots.len()).filter(is_open).collect();
        let Some(&index) = self.chance.pick(&open) else {
            return Ok(());
        };
        if self.plots[index].unanswered.is_empty() {
            return self.play_now(index, &Act::Chase).await;
        }
        self.play_now(index, &Act::Answer).await?;
        self.play_now(index, &Act::Tick { all: true }).await
    }

    /// A new request comes in.
    async fn somebody_asks(&mut self, deck: &mut Deck) -> anyhow::Result<()> {
        let now = self.app.now();
        let Some(customer) = self.some_customer(now) else {
            return Ok(());
        };
        let stories = &self.stories;
        let Some(story) = deck.deal(customer, |card| stories[card].kind == Kind::Technical) else {
            return Ok(());
        };
        let plot = self.plot(customer, story, now);
        self.plots.push(plot);
        let index = self.plots.len() - 1;
        self.take_call(index).await?;
        let case = self.submit(index)?.await?;
        self.remember(index, &case, true);
        Ok(())
    }

    async fn play_now(&mut self, index: usize, act: &Act) -> anyhow::Result<()> {
        match self.act(index, act)?.await {
            Ok(case) => {
                self.remember(index, &case, false);
                Ok(())
            }
            Err(error) => {
                if matches!(error, Error::Refused(_)) {
                    self.plots[index].is_open = false;
                }
                Err(error.into())
            }
        }
    }
}
