//! `mainstay access`: whether a role may do something to a thing, and why.

use anyhow::bail;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use mainstay_app::Clock;
use mainstay_domain::Moment;
use mainstay_domain::access::{
    Action, Administrators, Breadth, Denial, Facts, Grant, Relation, Right, Role, Second, decide,
    roles_that_may, situation,
};
use mainstay_domain::edition::{AdministratorPreset, Kind};
use serde::Serialize;

use super::{Answer, code, print};
use crate::ports::SystemClock;

/// Who wants to do what to which thing.
#[derive(clap::Args)]
pub struct Arguments {
    /// The role of whoever wants to.
    #[arg(long = "as", value_name = "ROLE", value_parser = one_of(Role::ALL.map(Role::code), Role::from_code))]
    role: Role,
    /// What they want to do.
    #[arg(long, value_parser = one_of(Action::ALL.map(Action::code), Action::from_code))]
    action: Action,
    /// How they stand to the thing.
    #[arg(long, value_parser = one_of(Relation::ALL.map(Relation::code), Relation::from_code))]
    relation: Relation,
    /// The kind of help; without it that of the role's desk, else technical.
    #[arg(long, value_parser = one_of(Kind::ALL.map(Kind::code), Kind::from_code))]
    kind: Option<Kind>,
    /// How far the administrator types reach; the shipped editions say wide.
    #[arg(long, default_value = "wide", value_parser = one_of(["wide", "narrow"], preset))]
    preset: AdministratorPreset,
    /// A condition that is known to be missing; may be given several times.
    #[arg(long, value_name = "CONDITION", value_parser = one_of(Condition::ALL.map(Condition::code), Condition::from_code))]
    without: Vec<Condition>,
    /// When the grant of the relation grant-ended ended, as RFC 3339; without it just now.
    #[arg(long, value_name = "INSTANT")]
    ended: Option<Moment>,
    /// Print the answer as one JSON object.
    #[arg(long)]
    json: bool,
}

/// What a right may hang on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    Reason,
    SecondPerson,
    ElevatedOffer,
    VerifiedCaller,
    DeskLead,
}

impl Condition {
    const ALL: [Self; 5] = [
        Self::Reason,
        Self::SecondPerson,
        Self::ElevatedOffer,
        Self::VerifiedCaller,
        Self::DeskLead,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::SecondPerson => "second-person",
            Self::ElevatedOffer => "elevated-offer",
            Self::VerifiedCaller => "verified-caller",
            Self::DeskLead => "desk-lead",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Reads one of the codes; a wrong one is answered with all of them.
fn one_of<T: Clone + Send + Sync + 'static, const N: usize>(
    codes: [&'static str; N],
    from_code: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    let known = PossibleValuesParser::new(codes);
    known.try_map(move |code| from_code(&code).ok_or("this is not known"))
}

fn preset(code: &str) -> Option<AdministratorPreset> {
    match code {
        "wide" => Some(AdministratorPreset::Wide),
        "narrow" => Some(AdministratorPreset::Narrow),
        _ => None,
    }
}

impl Arguments {
    /// Explains the decision: code 0 for yes, 1 for no.
    pub fn run(self) -> Answer {
        let kind = self.kind()?;
        let administrators = match self.preset {
            AdministratorPreset::Wide => Administrators::WIDE,
            AdministratorPreset::Narrow => Administrators::NARROW,
        };
        let decided = self.decide(kind, administrators);
        let explained = Explained {
            role: self.role.code(),
            action: self.action.code(),
            relation: self.relation.code(),
            kind: kind.code(),
            is_allowed: decided.is_ok(),
            sentence: self.sentence(&decided),
            because: decided.as_ref().err().map(|denial| denial.because.code()),
            rights: decided
                .iter()
                .flat_map(Grant::rights)
                .map(RightOf::from)
                .collect(),
            who_may: self.who_may(kind, administrators),
        };
        if self.json {
            print(&serde_json::to_string_pretty(&explained)?)?;
        } else {
            print(&explained.text())?;
        }
        Ok(code(explained.is_allowed))
    }

    fn decide(&self, kind: Kind, administrators: Administrators) -> Result<Grant, Denial> {
        let ended_at = self.ended.unwrap_or_else(|| SystemClock.now());
        let (principal, target) = situation(self.role, self.relation, self.action, kind, ended_at);
        let known = |condition| self.without.contains(&condition).then_some(false);
        let facts = Facts {
            target: Some(target),
            administrators,
            has_reason: known(Condition::Reason),
            second: match known(Condition::SecondPerson) {
                None => Second::NotAsked,
                Some(_) => Second::Nobody,
            },
            has_elevated_offer: known(Condition::ElevatedOffer),
            is_caller_verified: known(Condition::VerifiedCaller),
            leads_desk: known(Condition::DeskLead),
            ..Facts::default()
        };
        decide(&principal, self.action, &facts)
    }

    /// The kind that was named, or one that the relation is about.
    fn kind(&self) -> anyhow::Result<Kind> {
        let desk = self.role.desk();
        let is_elsewhere = self.relation == Relation::OtherDesk;
        let fits = |kind: &Kind| desk.is_empty() || desk.contains(kind) != is_elsewhere;
        match self.kind {
            Some(kind) if is_elsewhere && !fits(&kind) => bail!(
                "{} requests lie at the desk of {}; name another --kind, or leave it out",
                kind.code(),
                self.role.words()
            ),
            Some(kind) => Ok(kind),
            None => Ok(Kind::ALL.into_iter().find(fits).unwrap_or(Kind::Technical)),
        }
    }

    fn sentence(&self, decided: &Result<Grant, Denial>) -> String {
        let (who, what) = (self.role.words(), self.action.words());
        let place = place(self.relation);
        match decided {
            Ok(grant) => {
                format!(
                    "Yes: {who} may {what} {place}{}.",
                    rights_words(grant.rights())
                )
            }
            Err(denial) => format!("No: {who} may not {what} {place}: {}.", denial.because),
        }
    }

    /// The roles of the same organisation that may, wherever the thing is theirs to begin with.
    fn who_may(&self, kind: Kind, administrators: Administrators) -> Vec<Role> {
        if self.relation == Relation::Foreign {
            return Vec::new();
        }
        roles_that_may(self.role.stand(), self.action, kind, administrators)
    }
}

/// Where the thing is, after what is done.
const fn place(relation: Relation) -> &'static str {
    match relation {
        Relation::Own => "where they take part by name",
        Relation::SameOrganisation => "in the organisation they act for",
        Relation::Granted => "for a customer that granted it",
        Relation::GrantEnded => "for a customer whose grant has ended",
        Relation::Foreign => "in another organisation",
        Relation::Deactivated => "after being deactivated",
        Relation::Anonymous => "without being signed in",
        Relation::OtherDesk => "at another desk",
    }
}

/// What is owed, after what may be done; nothing, if one of the rights owes nothing.
fn rights_words(rights: &[Right]) -> String {
    let words: Vec<String> = rights.iter().map(Right::words).collect();
    if words.iter().any(String::is_empty) {
        return String::new();
    }
    words.join(", or ")
}

/// The answer as JSON.
#[derive(Serialize)]
struct Explained {
    role: &'static str,
    action: &'static str,
    relation: &'static str,
    kind: &'static str,
    is_allowed: bool,
    sentence: String,
    because: Option<&'static str>,
    rights: Vec<RightOf>,
    #[serde(serialize_with = "codes")]
    who_may: Vec<Role>,
}

impl Explained {
    fn text(&self) -> String {
        let who: Vec<&str> = self.who_may.iter().map(|role| role.words()).collect();
        match who.as_slice() {
            _ if self.is_allowed => self.sentence.clone(),
            [] => self.sentence.clone(),
            who => format!(
                "{}\nWho may, in the same organisation: {}.",
                self.sentence,
                who.join(", ")
            ),
        }
    }
}

fn codes<S: serde::Serializer>(roles: &[Role], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(roles.iter().map(|role| role.code()))
}

/// A right as JSON.
#[derive(Serialize)]
struct RightOf {
    breadth: Breadth,
    obligations: Vec<mainstay_domain::access::Obligation>,
}

impl From<&Right> for RightOf {
    fn from(right: &Right) -> Self {
        Self {
            breadth: right.breadth(),
            obligations: right.obligations().to_vec(),
        }
    }
}
