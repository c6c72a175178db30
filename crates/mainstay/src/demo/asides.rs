//! What happens beside the cases, each thing at its own moment: what people ask within their
//! organisation, whom partners act for, what takes two of those who run the machine or publish.

use anyhow::Context;
use mainstay_app::approvals::{Came, Proposal};
use mainstay_app::tokens::{Lasts, Wanted};
use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::edition::Kind;

use super::cast::Player;
use super::partners;
use super::stage::Stage;

/// Something that happens beside the cases.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// The team says what everybody can.
    Skills,
    /// Who leads the billing desk is agreed upon by two.
    Lead,
    /// Programs are let in under names of their own.
    Services,
    /// A customer asks a second factor of some of its people.
    Factor,
    /// Customers say how far partners act for them, and partners who does.
    Delegations,
    /// A partner asks to be let act for another customer.
    AskToAct,
    /// What waits for the second of two is asked for.
    Approvals,
    /// A calendar is drafted and waits for the second of two who publish.
    Calendar,
    /// Somebody asks the administrators of their own organisation.
    Ask(usize),
    /// Something becomes of it.
    Answer(usize, usize),
}

/// What stands still since, in minutes before the present.
const SINCE: [(i64, Deed); 8] = [
    (40 * 1440, Deed::Skills),
    (39 * 1440, Deed::Lead),
    (30 * 1440, Deed::Services),
    (12 * 1440, Deed::Factor),
    (6 * 1440, Deed::Delegations),
    (20 * 60, Deed::AskToAct),
    (3 * 60, Deed::Approvals),
    (2 * 60, Deed::Calendar),
];

impl Stage {
    /// Thinks of everything beside the cases.
    ///
    /// # Errors
    /// When a file has a mistake.
    pub fn think_of_asides(&mut self, present: Moment) -> anyhow::Result<()> {
        for (minutes, deed) in SINCE {
            self.aside(present.plus_minutes(-minutes), deed);
        }
        self.think_of_questions(present)
    }

    /// Does something beside the cases, at the moment the clock shows.
    ///
    /// # Errors
    /// When a verb refuses.
    pub async fn do_aside(&mut self, deed: Deed) -> anyhow::Result<()> {
        match deed {
            Deed::Skills => self.say_skills().await,
            Deed::Lead => self.agree_on_lead().await,
            Deed::Services => self.let_programs_in().await,
            Deed::Factor => self.ask_factor().await,
            Deed::Delegations => partners::arrange(&self.app, &self.cast).await,
            Deed::AskToAct => partners::ask(&self.app, &self.cast).await,
            Deed::Approvals => self.ask_for_two().await,
            Deed::Calendar => self.draft_calendar().await,
            Deed::Ask(place) => self.ask_within(place).await,
            Deed::Answer(place, step) => self.answer_within(place, step).await,
        }
        .with_context(|| format!("{deed:?} failed"))
    }

    async fn say_skills(&self) -> anyhow::Result<()> {
        for player in &self.cast.team {
            let (session, person) = (player.session()?, player.person.id);
            let (skills, languages) = (player.skills.join(", "), player.languages.join(", "));
            self.app
                .describe_colleague(session, person, &skills, &languages)
                .await?;
        }
        Ok(())
    }

    /// The two who run the machine: who asks, and who agrees.
    fn machine(&self) -> anyhow::Result<[&Player; 2]> {
        let is_one = |player: &&Player| player.membership.role == Role::SystemAdministrator;
        let mut two = self.cast.team.iter().filter(is_one);
        let missing = "two run the machine";
        Ok([two.next().context(missing)?, two.next().context(missing)?])
    }

    async fn agree_on_lead(&mut self) -> anyhow::Result<()> {
        let place = self.cast.team_with(Role::BillingAgent);
        let [asks, agrees] = self.machine()?;
        let proposal = Proposal::SetRoles {
            person: self.cast.team[place].person.id,
            roles: vec![Role::BillingAgent],
            leads: vec![Kind::Billing, Kind::Subscription],
        };
        let reason = "The billing desk is his from this month on.";
        let came = self.app.propose(asks.session()?, proposal, reason).await?;
        if let Came::Waits(id) = came {
            self.app.agree(agrees.session()?, id).await?;
        }
        // New rights count from the next sign-in on.
        let (app, now) = (self.app.clone(), self.app.now());
        self.cast.sign_in_again(&app, place, now).await
    }

    async fn let_programs_in(&self) -> anyhow::Result<()> {
        let [runs, _] = self.machine()?;
        let customer = &self.cast.customers[self.cast.customer_called("Lindenquell")?];
        let administrator = &customer.people[0];
        for (player, name, role, token) in [
            (runs, "Status page", Role::Manager, "Reads what is open"),
            (
                administrator,
                "Monitoring of the plant",
                Role::ServiceSupportAdmin,
                "Opens requests at night",
            ),
        ] {
            let session = player.session()?;
            let service = self.app.create_service(session, name, role).await?;
            let wanted = Wanted {
                lasts: Lasts::Year,
                ..Wanted::from(token)
            };
            self.app
                .create_service_token(session, service, wanted)
                .await?;
        }
        Ok(())
    }

    async fn ask_factor(&self) -> anyhow::Result<()> {
        let customer = &self.cast.customers[self.cast.customer_called("Juniper")?];
        let session = customer.people[0].session()?;
        let roles = vec![Role::UserManagementAdmin];
        Ok(self.app.require_factors(session, roles).await?)
    }

    async fn ask_for_two(&self) -> anyhow::Result<()> {
        let [one, other] = self.machine()?;
        let new = Proposal::Invite {
            name: "Inês Carvalhal".to_owned(),
            email: "ines.carvalhal@northwind-cloud.example".to_owned(),
            time_zone: "Europe/Lisbon".to_owned(),
            roles: vec![Role::Agent],
        };
        let reason = "Our customers in Brazil wait longest. She speaks Portuguese and begins on \
                      the first of next month.";
        self.app.propose(one.session()?, new, reason).await?;
        let noor = self.cast.colleague("Noor")?;
        let leads = Proposal::SetRoles {
            person: self.cast.team[noor].person.id,
            roles: vec![Role::Agent, Role::Lead],
            leads: Vec::new(),
        };
        let reason = "Stands in for Ingrid, who is away for three weeks.";
        self.app.propose(other.session()?, leads, reason).await?;
        Ok(())
    }
}
