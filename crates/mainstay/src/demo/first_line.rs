//! What people ask the administrators of their own organisation, and what becomes of it.

use anyhow::{Context, bail};
use mainstay_app::Session;
use mainstay_app::intake::Submission;
use mainstay_app::internal::{Ask, Escalate};
use mainstay_domain::Moment;
use mainstay_domain::case::{Channel, Command as CaseCommand, NextTurn};
use mainstay_domain::edition::{Affected, Impact, Kind, WorkState};
use mainstay_domain::ids::{CaseNumber, FileId, InternalId};
use mainstay_domain::internal::{Command, Informed, Party};
use mainstay_store::internal;
use serde::Deserialize;

use super::asides::Deed;
use super::cast::{Customer, Player};
use super::scenes::minutes;
use super::stage::Stage;
use super::stories::Workaround;

/// A request, as it is told in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    customer: String,
    by: String,
    ago: String,
    category: String,
    subject: String,
    #[serde(default)]
    checked: Vec<String>,
    body: String,
    #[serde(default)]
    tried: String,
    file: Option<File>,
    #[serde(default)]
    done: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    r#type: String,
    text: String,
}

/// What becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    ago: String,
    by: String,
    act: String,
    #[serde(default)]
    text: String,
    /// The step of the list that helped.
    helped: Option<String>,
    /// The support category it becomes.
    help: Option<String>,
    impact: Option<(Affected, WorkState, Workaround)>,
    severity: Option<String>,
    /// Whether the answer waits for the customer.
    #[serde(default)]
    waits: bool,
}

/// A request, and how far it is told.
pub struct Question {
    told: Told,
    customer: usize,
    id: Option<InternalId>,
    case: Option<CaseNumber>,
}

impl Stage {
    /// Thinks of what is asked within the customers.
    ///
    /// # Errors
    /// When the file has a mistake.
    pub fn think_of_questions(&mut self, present: Moment) -> anyhow::Result<()> {
        #[derive(Deserialize)]
        struct Whole {
            request: Vec<Told>,
        }
        let whole: Whole = toml::from_str(include_str!("first_line.toml"))
            .context("the first line has a mistake")?;
        for told in whole.request {
            let at = |ago: &str| Ok::<_, anyhow::Error>(present.plus_minutes(-minutes(ago)?));
            let place = self.questions.len();
            self.aside(at(&told.ago)?, Deed::Ask(place));
            for (step, one) in told.done.iter().enumerate() {
                self.aside(at(&one.ago)?, Deed::Answer(place, step));
            }
            let customer = self.cast.customer_called(&told.customer)?;
            self.questions.push(Question {
                told,
                customer,
                id: None,
                case: None,
            });
        }
        Ok(())
    }

    /// Somebody asks.
    ///
    /// # Errors
    /// When the verb refuses, or there is nobody of that name.
    pub async fn ask_within(&mut self, place: usize) -> anyhow::Result<()> {
        let question = &self.questions[place];
        let told = &question.told;
        let mut uploads = Vec::new();
        if let Some(file) = &told.file {
            let mut receiving = self.app.files().receive(self.app.ids().id()).await?;
            receiving.write(file.text.as_bytes()).await?;
            let kept = self.app.files().keep(receiving, &file.name, &file.r#type);
            uploads.push(kept.await?);
        }
        let form = Ask {
            category: told.category.clone(),
            subject: told.subject.clone(),
            body: told.body.clone(),
            checked: told.checked.clone(),
            tried: told.tried.clone(),
            uploads,
        };
        let player = within(self.customer_of(question), &told.by)?;
        let id = self.app.ask(player.session()?, form, None).await?;
        self.questions[place].id = Some(id);
        Ok(())
    }

    /// The next thing becomes of it.
    ///
    /// # Errors
    /// When the verb refuses, or there is nobody of that name.
    pub async fn answer_within(&mut self, place: usize, step: usize) -> anyhow::Result<()> {
        let question = &self.questions[place];
        let step = &question.told.done[step];
        let id = question.id.context("nobody has asked that yet")?;
        let mine = self.customer_of(question);
        let (text, party) = (step.text.clone(), party(question, step));
        let command = match step.act.as_str() {
            "take-on" => Command::TakeOn,
            "reply" => Command::Reply { body: text },
            "solve" => Command::Solve {
                body: text,
                helped: step.helped.clone(),
            },
            "escalate" => {
                let session = within(mine, &step.by)?.session()?;
                let form = self.brought(question, step, session).await?;
                let number = self.app.escalate(session, id, form, None).await?;
                self.questions[place].case = Some(number);
                return Ok(());
            }
            _ => return self.answer_case(question, step).await,
        };
        let session = within(mine, &step.by)?.session()?;
        let acted = self
            .app
            .act_internally(session, (id, party), command, Vec::new(), None);
        Ok(acted.await?)
    }

    /// Something is done to the case it became.
    async fn answer_case(&self, question: &Question, step: &Step) -> anyhow::Result<()> {
        let number = question.case.context("it was not brought to support")?;
        let text = step.text.clone();
        let (is_ours, command) = match step.act.as_str() {
            "take" => (true, None),
            "answer" => {
                let next = if step.waits {
                    NextTurn::Customer
                } else {
                    NextTurn::Vendor
                };
                (true, Some(CaseCommand::Reply { body: text, next }))
            }
            "resolve" => (true, Some(CaseCommand::Resolve { body: text })),
            "answer-back" => {
                let next = NextTurn::Vendor;
                (false, Some(CaseCommand::Reply { body: text, next }))
            }
            "thanks" => (false, Some(CaseCommand::Close { reason: text })),
            act => bail!("`{act}` is nothing one can do"),
        };
        let player = if is_ours {
            let agent = self.cast.colleague(&step.by)?;
            &self.cast.team[agent]
        } else {
            within(self.customer_of(question), &step.by)?
        };
        let to = Some(player.person.id);
        let command = command.unwrap_or(CaseCommand::Assign { to });
        self.app.act(player.session()?, number, command).await?;
        Ok(())
    }

    /// The files of a request, as those who serve it see them.
    async fn files_of(&self, session: &Session, id: InternalId) -> anyhow::Result<Vec<FileId>> {
        let (catalogue, now) = (self.app.catalogue(), self.app.now());
        let grant = session.grant_to_serve(&catalogue, now)?;
        let page = self
            .app
            .db()
            .read(async |tx| internal::page(tx, &grant, id).await);
        let page = page.await?.context("nobody has asked that yet")?;
        Ok(page.files.into_iter().map(|file| file.id).collect())
    }

    /// What an administrator brings to support: what was said and tried, and the files.
    async fn brought(
        &self,
        question: &Question,
        step: &Step,
        session: &Session,
    ) -> anyhow::Result<Escalate> {
        let told = &question.told;
        let mut body = told.body.clone();
        if !told.tried.is_empty() {
            body = format!("{body}\n\n**Also tried:**\n\n{}", told.tried);
        }
        let (affected, work, workaround) = step.impact.context("what it is like")?;
        let submission = Submission {
            account: None,
            requester: None,
            subscription: None,
            subject: told.subject.clone(),
            body,
            kind: Kind::Technical,
            category: step.help.clone(),
            channel: Channel::Portal,
            impact: Some(Impact {
                affected,
                work,
                has_workaround: workaround == Workaround::Workaround,
            }),
            severity: step.severity.clone(),
            follows: None,
            uploads: Vec::new(),
        };
        let id = question.id.context("nobody has asked that yet")?;
        Ok(Escalate {
            submission,
            files: self.files_of(session, id).await?,
            informed: Informed::EveryReply,
        })
    }

    fn customer_of(&self, question: &Question) -> &Customer {
        &self.cast.customers[question.customer]
    }
}

fn party(question: &Question, step: &Step) -> Party {
    if question.told.by == step.by {
        Party::Requester
    } else {
        Party::Administrator
    }
}

/// Somebody of a customer, by their first name.
fn within<'a>(customer: &'a Customer, first_name: &str) -> anyhow::Result<&'a Player> {
    let mut people = customer.people.iter();
    let found = people.find(|player| player.first_name() == first_name);
    found.with_context(|| format!("{} has no {first_name}", customer.account.name))
}
