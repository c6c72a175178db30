//! Every cell in every relation, with its conditions met, missing and not known yet.

use mainstay_domain::Moment;
use mainstay_domain::access::{
    Action, Administrators, Breadth, Facts, Obligation, Principal, Relation, Role, Second, Stand,
    decide, situation,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;

use crate::lines::LINES;
use crate::tables::{Comes, is_conditional, letter, matrix, sign};

/// What is known of the conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Met,
    Missing,
    NotYet,
}

/// One question.
#[derive(Debug, Clone, Copy)]
struct Asked {
    action: Action,
    kind: Kind,
    role: Role,
    relation: Relation,
    known: Known,
    is_wide: bool,
}

impl Asked {
    /// The cell of the text for a role, an action and a kind.
    fn cell(self, lines: &[(&str, Vec<&'static str>)]) -> &'static str {
        let is_about = |line: &&(&str, &[Action], &[Kind])| {
            line.1.contains(&self.action) && line.2.contains(&self.kind)
        };
        let line = LINES.iter().find(is_about).expect("a line of the action");
        let found = lines.iter().find(|(name, _)| name.starts_with(line.0));
        found.expect("a line of the text").1[self.role as usize]
    }

    /// What the text says it comes to.
    fn expected(self, lines: &[(&str, Vec<&'static str>)]) -> Comes {
        let own = self.of_cell(lines);
        if !self.is_on_case() {
            return own;
        }
        let read = Self {
            action: Action::Read,
            ..self
        };
        // What belongs to a case is done by whoever reads the case; whoever of another desk sees it
        // by name does nothing to it.
        let reads = if self.role.is_vendor() {
            read.of_letter(lines)
        } else {
            read.of_cell(lines)
        };
        if reads == Comes::Allowed {
            own
        } else {
            Comes::Denied
        }
    }

    /// The lines between reading a thread and its telephone calls are about one case.
    fn is_on_case(self) -> bool {
        let place = |name| LINES.iter().position(|line| line.0 == name);
        let own = LINES.iter().position(|line| line.1.contains(&self.action));
        let is_between = own >= place("Reply publicly") && own <= place("Verify caller");
        is_between || self.action == Action::Work
    }

    fn of_cell(self, lines: &[(&str, Vec<&'static str>)]) -> Comes {
        if self.relation == Relation::Anonymous && self.role != Role::Public {
            let public = Self {
                role: Role::Public,
                ..self
            };
            return public.of_cell(lines);
        }
        // Whoever was let to open a case follows it; whoever stands at another desk and takes part
        // by name, a translator for instance, sees it (S14).
        let has_desk = !self.role.desk().is_empty();
        let takes_part = self.role.is_administrator() || has_desk;
        let follows = takes_part && self.relation == Relation::Own;
        if self.action == Action::Read && follows {
            return Comes::Allowed;
        }
        self.of_letter(lines)
    }

    fn of_letter(self, lines: &[(&str, Vec<&'static str>)]) -> Comes {
        let cell = self.cell(lines);
        if self.known == Known::Missing && is_conditional(cell) {
            return Comes::Denied;
        }
        let letter = match letter(cell) {
            None if cell.contains('²') && self.is_wide => "t",
            None => return Comes::Denied,
            Some(letter) => letter,
        };
        let is_elsewhere = self.role.is_vendor() && !self.lies_at_own_desk();
        if letter == "d" && is_elsewhere {
            return Comes::Denied;
        }
        match sign(self.role.stand(), letter, self.relation) {
            "y" => Comes::Allowed,
            "r" if self.is_reading() => Comes::Allowed,
            "m" if self.is_reading() => Comes::Metadata,
            _ => Comes::Denied,
        }
    }

    /// Technical cases are the engineers', bills the billing desk's, enquiries pre-sales'.
    fn lies_at_own_desk(self) -> bool {
        match self.role {
            Role::Agent | Role::Lead => self.kind == Kind::Technical,
            Role::BillingAgent => matches!(self.kind, Kind::Billing | Kind::Subscription),
            Role::PreSalesAgent => self.kind == Kind::PreSales,
            _ => false,
        }
    }

    /// Of lines that read and change, the first action reads.
    fn is_reading(self) -> bool {
        !matches!(
            self.action,
            Action::Note | Action::ManagePeople | Action::Credit | Action::ExportMuch
        )
    }

    /// What the code decides.
    fn decided(self) -> (Comes, Vec<Obligation>) {
        let now = Moment::from_unix(1_774_000_000);
        let (role, relation) = (self.role, self.relation);
        let (principal, target) = situation(role, relation, self.action, self.kind, now);
        let colleague = Principal {
            person: PersonId(uuid::Uuid::from_u128(99)),
            ..principal.clone()
        };
        let known = match self.known {
            Known::Met => Some(true),
            Known::Missing => Some(false),
            Known::NotYet => None,
        };
        let facts = Facts {
            target: Some(target),
            administrators: if self.is_wide {
                Administrators::WIDE
            } else {
                Administrators::NARROW
            },
            has_reason: known,
            second: match self.known {
                Known::Met => Second::Agreed(&colleague),
                Known::Missing => Second::Nobody,
                Known::NotYet => Second::NotAsked,
            },
            has_elevated_offer: known,
            is_caller_verified: known,
            leads_desk: known,
            ..Facts::default()
        };
        let Ok(grant) = decide(&principal, self.action, &facts) else {
            return (Comes::Denied, Vec::new());
        };
        assert_eq!(grant.action(), self.action);
        let obligations = grant.rights().iter().flat_map(|right| right.obligations());
        let is_more = |right: &mainstay_domain::access::Right| right.breadth() != Breadth::Metadata;
        let comes = if grant.rights().iter().any(is_more) {
            Comes::Allowed
        } else {
            Comes::Metadata
        };
        (comes, obligations.copied().collect())
    }

    /// A technical case at another desk than the technical one there is not.
    fn is_possible(self) -> bool {
        self.relation != Relation::OtherDesk || !self.lies_at_own_desk()
    }
}

/// Every question there is.
fn questions() -> impl Iterator<Item = Asked> {
    let asked = |(action, kind)| {
        Role::ALL.into_iter().flat_map(move |role| {
            Relation::ALL.into_iter().flat_map(move |relation| {
                [Known::Met, Known::Missing, Known::NotYet]
                    .into_iter()
                    .flat_map(move |known| {
                        [true, false].map(|is_wide| Asked {
                            action,
                            kind,
                            role,
                            relation,
                            known,
                            is_wide,
                        })
                    })
            })
        })
    };
    let about = |line: &'static (&str, &[Action], &[Kind])| {
        let kinds = move |action: &'static Action| line.2.iter().map(move |kind| (*action, *kind));
        line.1.iter().flat_map(kinds)
    };
    LINES
        .iter()
        .flat_map(about)
        .flat_map(asked)
        .filter(|asked| asked.is_possible())
}

#[test]
fn every_cell_in_every_relation_comes_to_what_the_matrix_says() {
    let lines = matrix();
    let (mut asked, mut wrong) = (0, Vec::new());
    for question in questions() {
        asked += 1;
        let (decided, expected) = (question.decided().0, question.expected(&lines));
        if decided != expected {
            wrong.push(format!("{question:?}: {decided:?}, not {expected:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(asked > 4_500, "{asked} cells");
}

#[test]
fn what_a_cell_owes_comes_with_its_grant() {
    let lines = matrix();
    let signs = [
        ('*', Obligation::Reason),
        ('*', Obligation::CustomerSees),
        ('¹', Obligation::VerifiedCaller),
        ('⁵', Obligation::ConfirmedAddress),
        ('⁶', Obligation::ElevatedOffer),
        ('⁷', Obligation::SparesHigherAdministrators),
        ('⁸', Obligation::SparesAdministrators),
    ];
    let is_open = |asked: &Asked| asked.known == Known::NotYet && asked.relation == Relation::Own;
    for question in questions().filter(is_open) {
        let (decided, owed) = question.decided();
        if decided == Comes::Denied || question.action == Action::Read {
            continue;
        }
        let cell = question.cell(&lines).replace("**no**", "");
        for (sign, obligation) in signs {
            let is_owed = owed.contains(&obligation);
            assert_eq!(is_owed, cell.contains(sign), "{question:?} {obligation:?}");
        }
        let needs_second = cell.contains('2') && !cell.contains('/');
        assert_eq!(
            owed.contains(&Obligation::SecondPerson),
            needs_second,
            "{question:?}"
        );
        let is_reading = cell.ends_with('r');
        assert_eq!(
            owed.contains(&Obligation::ReadOnly),
            is_reading,
            "{question:?}"
        );
    }
}

#[test]
fn every_line_of_the_text_is_asked_about() {
    let lines = matrix();
    assert_eq!(lines.len(), LINES.len());
    for (name, _) in &lines {
        let is_it = |line: &&(&str, _, _)| name.starts_with(line.0);
        assert_eq!(LINES.iter().filter(is_it).count(), 1, "{name}");
    }
    for action in Action::ALL {
        assert!(
            LINES.iter().any(|line| line.1.contains(&action)),
            "{action:?}"
        );
    }
    assert_eq!(Role::Public.stand(), Stand::Public);
}
