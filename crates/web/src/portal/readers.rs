//! Who at a customer sees which requests, said in a sentence (S15).

use mainstay_app as app;
use mainstay_app::Session;
use mainstay_domain::access::{ActingFor, Action, Administrators, Role, Stand, roles_that_may};
use mainstay_domain::edition::Kind;
use mainstay_store::Tx;
use mainstay_store::accounts;
use maud::{Markup, html};

use crate::cases::known::kind;
use crate::signed::Signed;
use crate::ui::Viewer;

/// So many are named; of the others it is said how many they are.
const NAMED: usize = 3;

/// Colleagues who read every request of some kinds.
#[derive(Debug, Default)]
pub struct Readers {
    /// Their names.
    pub names: Vec<String>,
}

impl Readers {
    /// Those at the customer whose roles read every request of all these kinds. Who else there is
    /// is told to the customer's own people, not to a partner's.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(
        tx: &mut Tx<'_>,
        session: &Session,
        kinds: &[Kind],
    ) -> Result<Self, app::Error> {
        let ActingFor::Account { account } = session.principal.acting_for else {
            return Ok(Self::default());
        };
        let reads = |role: &Role| {
            kinds.iter().all(|&kind| {
                let action = Action::Read;
                roles_that_may(Stand::Account, action, kind, Administrators::default())
                    .contains(role)
            })
        };
        let roles: Vec<Role> = Role::ALL.into_iter().filter(reads).collect();
        let people = accounts::people(tx, account).await?;
        let mut names: Vec<String> = people
            .into_iter()
            .filter(|one| one.id != session.person.id)
            .filter(|one| Role::from_code(&one.role).is_some_and(|role| roles.contains(&role)))
            .map(|one| one.name)
            .collect();
        names.dedup();
        Ok(Self { names })
    }
}

/// Names as they are said: *Dana and Priya*, *Ann, Bo, Cy and 4 more*; nothing of nobody.
#[must_use]
pub fn names(v: &Viewer, all: &[String]) -> Option<String> {
    match all {
        [] => None,
        [one] => Some(one.clone()),
        some if some.len() <= NAMED => {
            let (last, first) = some.split_last()?;
            let one = first.join(", ");
            let args = [("one", one.into()), ("other", last.as_str().into())];
            Some(v.t_args("sees-and", &args))
        }
        many => {
            let args = [
                ("n", (many.len() - NAMED).into()),
                ("names", many[..NAMED].join(", ").into()),
            ];
            Some(v.t_args("sees-more", &args))
        }
    }
}

/// The kinds of which somebody sees every request.
fn whole(signed: &Signed) -> Vec<Kind> {
    let grant = signed.session.grant(Action::Read);
    grant.map_or_else(|_| Vec::new(), |grant| grant.scope().kinds().to_vec())
}

/// The kinds of which somebody does not see every request.
#[must_use]
pub fn missing(signed: &Signed) -> Vec<Kind> {
    let whole = whole(signed);
    Kind::ALL
        .into_iter()
        .filter(|kind| !whole.contains(kind))
        .collect()
}

/// What the reader sees of the customer's requests, and who sees more.
#[must_use]
pub fn sentence(signed: &Signed, readers: &Readers) -> Markup {
    let v = &signed.viewer;
    let whole = whole(signed);
    let account = ("account", signed.account.as_str().into());
    let own = match whole.len() {
        0 => v.t("sees-own").to_owned(),
        all if all == Kind::ALL.len() => v.t_args("sees-all", &[account]),
        _ => {
            let kinds: Vec<String> = whole.iter().map(|one| kind(v, *one).to_owned()).collect();
            let kinds = names(v, &kinds).unwrap_or_default();
            v.t_args("sees-some", &[("kinds", kinds.into()), account])
        }
    };
    let others = names(v, &readers.names).map(|names| {
        let args = [("n", readers.names.len().into()), ("names", names.into())];
        v.t_args("sees-others", &args)
    });
    let is_limited = signed.session.principal.limited_partner().is_some();
    html! {
        p.muted {
            (own)
            @if is_limited { " " (v.t("partner-sees-covered")) }
            @if let Some(others) = others { " " (others) }
        }
    }
}
