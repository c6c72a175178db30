//! Arguments become values, or a sentence about the first that makes no sense.

use anyhow::{anyhow, bail};
use jiff::tz::TimeZone;
use mainstay_domain::Moment;
use mainstay_domain::case::Channel;
use mainstay_domain::clock::{Hole, SeverityStretch};
use mainstay_domain::edition::{Edition, Kind, Offer, Plan};
use mainstay_domain::entitlement::{self, Holding, RegionHours};
use mainstay_domain::region::{CalendarRevision, Region};

use super::Arguments;
use crate::hours::hours_of;
use crate::known::unknown;
use crate::sources;

/// What is asked, with everything it needs at hand.
pub struct Question {
    /// The edition.
    pub edition: Edition,
    /// The region.
    pub region: Region,
    /// The revision of its calendar that holds for this request.
    pub revision: CalendarRevision,
    /// Its hours under the edition.
    pub hours: RegionHours,
    /// What the customer holds; names are ids of the edition.
    pub holding: Holding,
    /// The kind of help.
    pub kind: Kind,
    /// How the request comes in.
    pub channel: Channel,
    /// The severity on submission; kinds other than technical have none.
    pub severity: Option<String>,
    /// Whether a severity was given that plays no part.
    pub has_idle_severity: bool,
    /// When the request is submitted.
    pub opened: Moment,
    /// What is cut out of the clocks.
    pub pauses: Vec<Hole>,
    /// The severities the request has had, the first on submission.
    pub history: Vec<SeverityStretch>,
}

/// A change of severity.
#[derive(Debug, Clone)]
pub struct Change {
    at: Moment,
    severity: String,
}

/// Reads `FROM/TO`; `FROM/` goes on.
pub fn pause(text: &str) -> anyhow::Result<Hole> {
    let (from, to) = text
        .split_once('/')
        .ok_or_else(|| anyhow!("write FROM/TO, or FROM/ if it goes on"))?;
    let from: Moment = from.parse()?;
    let to = if to.is_empty() {
        None
    } else {
        Some(to.parse::<Moment>()?)
    };
    if to.is_some_and(|to| to < from) {
        bail!("it ends before it begins");
    }
    Ok(Hole { from, to })
}

/// Reads `INSTANT=S`.
pub fn change(text: &str) -> anyhow::Result<Change> {
    let (at, severity) = text
        .split_once('=')
        .ok_or_else(|| anyhow!("write INSTANT=SEVERITY"))?;
    Ok(Change {
        at: at.parse()?,
        severity: severity.to_owned(),
    })
}

impl Question {
    /// Looks everything up.
    pub fn of(arguments: Arguments) -> anyhow::Result<Self> {
        let edition = sources::edition(&arguments.edition)?;
        let region = sources::region(&arguments.region)?;
        let (hours, revision) = hours_of(&edition, &region, arguments.opened)?;
        let revision = revision.clone();
        let kind = kind(&arguments.kind)?;
        let channel = channel(&arguments.channel)?;
        let given = match &arguments.severity {
            Some(code) => Some(severity(&edition, code)?),
            None if kind == Kind::Technical => {
                bail!(
                    "a technical request has a severity; name it with --severity, {}",
                    codes(&edition)
                )
            }
            None => None,
        };
        if kind != Kind::Technical && !arguments.severity_at.is_empty() {
            bail!("only technical requests have severities; leave --severity-at out");
        }
        let holding = Holding {
            plan: plan(&edition, &arguments.plan)?.id.clone(),
            is_trial: arguments.trial,
            offer: arguments
                .offer
                .as_deref()
                .map(|name| offer(&edition, name))
                .transpose()?,
            additional_service: None,
        };
        let severity = given.clone().filter(|_| kind == Kind::Technical);
        let history = history(
            &edition,
            severity.as_deref(),
            arguments.opened,
            arguments.severity_at,
        )?;
        Ok(Self {
            has_idle_severity: given.is_some() && severity.is_none(),
            opened: arguments.opened,
            pauses: arguments.paused,
            edition,
            region,
            revision,
            hours,
            holding,
            kind,
            channel,
            severity,
            history,
        })
    }

    /// The zone of the customer's wall clock.
    pub fn zone(&self) -> &TimeZone {
        self.hours.business.calendar.zone()
    }

    /// The elevated offer the customer has.
    pub fn offer(&self) -> Option<&Offer> {
        self.edition.find_offer(self.holding.offer.as_deref()?)
    }

    /// The code of a severity's rank, when the request has one at all.
    pub fn severity_code(&self, rank: usize) -> Option<String> {
        self.severity.as_ref()?;
        self.edition
            .severities
            .get(rank)
            .map(|severity| severity.code.clone())
    }

    /// The question as the entitlement verdict asks it.
    pub fn entitlement(&self) -> entitlement::Question {
        entitlement::Question {
            kind: self.kind,
            medium: self.channel.medium(),
            severity: self.severity.clone(),
            opened: self.opened,
        }
    }
}

fn kind(name: &str) -> anyhow::Result<Kind> {
    let known = Kind::ALL.map(Kind::code);
    Kind::from_code(name).ok_or_else(|| unknown("there is no kind of help", name, &known))
}

/// A channel; `online`, the editions' own word, is the portal.
fn channel(name: &str) -> anyhow::Result<Channel> {
    let known = Channel::ALL.map(Channel::code);
    let name = if name == "online" {
        Channel::Portal.code()
    } else {
        name
    };
    Channel::from_code(name).ok_or_else(|| unknown("there is no channel", name, &known))
}

fn plan<'a>(edition: &'a Edition, name: &str) -> anyhow::Result<&'a Plan> {
    edition.find_plan(name).ok_or_else(|| {
        let ids: Vec<_> = edition.plans.iter().map(|plan| plan.id.as_str()).collect();
        unknown(&format!("edition {} has no plan", edition.id), name, &ids)
    })
}

fn offer(edition: &Edition, name: &str) -> anyhow::Result<String> {
    edition
        .find_offer(name)
        .map(|offer| offer.id.clone())
        .ok_or_else(|| {
            let ids: Vec<_> = edition
                .offers
                .iter()
                .map(|offer| offer.id.as_str())
                .collect();
            unknown(
                &format!("edition {} has no elevated offer", edition.id),
                name,
                &ids,
            )
        })
}

fn severity(edition: &Edition, code: &str) -> anyhow::Result<String> {
    edition
        .find_severity(code)
        .map(|severity| severity.code.clone())
        .ok_or_else(|| {
            let codes: Vec<_> = edition
                .severities
                .iter()
                .map(|severity| severity.code.as_str())
                .collect();
            unknown(
                &format!("edition {} has no severity", edition.id),
                code,
                &codes,
            )
        })
}

fn codes(edition: &Edition) -> String {
    let codes: Vec<_> = edition
        .severities
        .iter()
        .map(|severity| format!("{} ({})", severity.code, severity.name))
        .collect();
    codes.join(", ")
}

/// The severities in order of time; requests without one have a single stretch.
fn history(
    edition: &Edition,
    first: Option<&str>,
    opened: Moment,
    changes: Vec<Change>,
) -> anyhow::Result<Vec<SeverityStretch>> {
    let rank = |code: &str| edition.severity_rank(code).unwrap_or(0);
    let mut stretches = vec![SeverityStretch {
        rank: first.map_or(0, rank),
        from: opened,
    }];
    for change in changes {
        if change.at <= opened {
            bail!(
                "--severity-at {} is not after the request was opened",
                change.at
            );
        }
        let code = severity(edition, &change.severity)?;
        stretches.push(SeverityStretch {
            rank: rank(&code),
            from: change.at,
        });
    }
    stretches.sort_by_key(|stretch| stretch.from);
    match stretches
        .windows(2)
        .find(|pair| pair[0].from == pair[1].from)
    {
        Some(pair) => bail!("--severity-at names {} twice", pair[0].from),
        None => Ok(stretches),
    }
}
