//! The present of the demo: what should be on the desk whenever somebody looks.

use std::collections::VecDeque;

use anyhow::{Context, bail};
use mainstay_domain::Moment;
use mainstay_domain::case::{Channel, EscalationTarget};
use serde::Deserialize;

use super::plot::{Act, Beat, Submitter, When};
use super::stage::Stage;

/// A case as it should stand now.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scene {
    customer: String,
    #[serde(default)]
    person: usize,
    partner: Option<String>,
    story: String,
    severity: Option<String>,
    channel: Option<Channel>,
    agent: String,
    opened: String,
    #[serde(default)]
    done: Vec<String>,
    /// Why it was escalated or its severity changed.
    #[serde(default)]
    reason: String,
    /// What the customer notes for colleagues.
    #[serde(default)]
    remark: String,
    #[serde(default)]
    follows_previous: bool,
}

impl Stage {
    /// Sets every scene.
    ///
    /// # Errors
    /// When a scene names somebody or a story there is not.
    pub fn set_scenes(&mut self, present: Moment) -> anyhow::Result<()> {
        #[derive(Deserialize)]
        struct File {
            scene: Vec<Scene>,
        }
        let file: File =
            toml::from_str(include_str!("scenes.toml")).context("the scenes have a mistake")?;
        for scene in file.scene {
            let words = format!("{} / {}", scene.customer, scene.story);
            self.set(&scene, present)
                .with_context(|| format!("the scene {words}"))?;
        }
        Ok(())
    }

    fn set(&mut self, scene: &Scene, present: Moment) -> anyhow::Result<()> {
        let customer = self.cast.customer_called(&scene.customer)?;
        let story = self
            .stories
            .iter()
            .position(|story| story.subject.starts_with(&scene.story))
            .context("there is no such story")?;
        let agent = self.cast.colleague(&scene.agent)?;
        let submitter = match &scene.partner {
            Some(name) => self.partners_person(name, customer)?,
            None => Submitter::Person(scene.person),
        };
        let opened_at = present.plus_minutes(-minutes(&scene.opened)?);
        let mut plot = self.plot(customer, story, opened_at);
        plot.submitter = submitter;
        plot.agent = agent;
        plot.severity.clone_from(&scene.severity);
        plot.channel = scene.channel.unwrap_or(Channel::Portal);
        plot.follows = if scene.follows_previous {
            self.plots.len().checked_sub(1)
        } else {
            None
        };
        plot.beats = scene
            .done
            .iter()
            .map(|text| self.beat(text, scene, customer))
            .collect::<anyhow::Result<VecDeque<_>>>()?;
        self.add(plot);
        Ok(())
    }

    /// A beat from `25m take`.
    fn beat(&self, text: &str, scene: &Scene, customer: usize) -> anyhow::Result<Beat> {
        let (ago, act) = text
            .split_once(' ')
            .context("a time and an act are needed")?;
        let (to, reason) = ("A".to_owned(), scene.reason.clone());
        let act = match act {
            "take" => Act::Take,
            "note" => Act::Note,
            "ask" => Act::Ask,
            "answer" => Act::Answer,
            "tick" => Act::Tick { all: true },
            "tick-one" => Act::Tick { all: false },
            "progress" => Act::Progress,
            "chase" => Act::Chase,
            "assess" => Act::Assess { to, reason },
            "raise" => Act::Raise { to, reason },
            "escalate" => Act::Escalate {
                to: EscalationTarget::Management,
                reason,
            },
            "resolve" => Act::Resolve,
            "refer" => Act::Refer,
            "thanks" => Act::Thanks,
            "reopen" => Act::Reopen,
            "remark" => Act::Remark {
                body: scene.remark.clone(),
            },
            _ if let Some(name) = act.strip_prefix("invite ") => self.invite(name, customer)?,
            _ => bail!("`{act}` is nothing one can do"),
        };
        Ok(Beat {
            when: When::Ago(minutes(ago)?),
            act,
        })
    }

    /// Letting a colleague of the customer take part, or one of the vendor.
    fn invite(&self, first_name: &str, customer: usize) -> anyhow::Result<Act> {
        let mut people = self.cast.customers[customer].people.iter();
        let found = people.find(|player| player.first_name() == first_name);
        let player = match found {
            Some(player) => player,
            None => &self.cast.team[self.cast.colleague(first_name)?],
        };
        Ok(Act::Invite {
            person: player.person.id,
            by_customer: found.is_some(),
        })
    }

    /// A partner's person, acting for a customer.
    fn partners_person(&self, name: &str, customer: usize) -> anyhow::Result<Submitter> {
        for (place, partner) in self.cast.partners.iter().enumerate() {
            let people = &partner.people;
            let person = people.iter().position(|player| player.first_name() == name);
            let acts_for = partner.customers.iter().position(|&own| own == customer);
            if let (Some(person), Some(acts_for)) = (person, acts_for) {
                return Ok(Submitter::Partner(place, person, acts_for));
            }
        }
        bail!("no {name} acts for that customer")
    }
}

/// Minutes from `90m`, `3h` or `2d`.
pub fn minutes(text: &str) -> anyhow::Result<i64> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let number: i64 = number
        .parse()
        .context("not a number of minutes, hours or days")?;
    Ok(match unit {
        "m" => number,
        "h" => number * 60,
        "d" => number * 1440,
        _ => bail!("`{text}` is neither minutes, hours nor days"),
    })
}
