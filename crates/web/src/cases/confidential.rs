//! Confidential files on pages: who gets one, and a sentence for everybody else.

use mainstay_app::confidential::{Held, facts_of};
use mainstay_app::{self as app, Session};
use mainstay_domain::access::{
    ActingFor, Action, Administrators, Stand, may_wholly, roles_that_may,
};
use mainstay_domain::case::Case;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::AccountId;
use mainstay_store::files::StoredFile;
use mainstay_store::{Tx, contacts};

use crate::portal::organisation::names;
use crate::shell::role_word;
use crate::ui::Viewer;
use crate::ui::timeline::{File, Lock};

/// What the reader of a case gets of its confidential files.
pub struct Confidential {
    held: Held,
    who: String,
    /// That no file is for them, confidential or not.
    has_none: Option<&'static str>,
    may_mark: bool,
}

impl Confidential {
    /// For the reader of a case.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(
        tx: &mut Tx<'_>,
        v: &Viewer,
        session: &Session,
        (case, account, files): (&Case, &str, &[StoredFile]),
    ) -> Result<Self, app::Error> {
        let held = Held::by(session)?;
        let is_closed =
            |file: &StoredFile| file.is_confidential && held.opening(case, file).is_err();
        let has_none = session.view.is_none() && session.grant(Action::Attach).is_err();
        let who = if files.iter().any(is_closed) {
            who(tx, v, session, (case.account, account, case.kind)).await?
        } else {
            String::new()
        };
        let grant = session.grant(Action::Attach);
        Ok(Self {
            held,
            who,
            has_none: has_none.then(|| v.t("files-not-for-role")),
            may_mark: grant.is_ok_and(|grant| grant.scope().thread(case).is_some()),
        })
    }

    /// A file of the case as it is drawn; `mark` when it can be marked from there.
    pub fn row<'a>(
        &'a self,
        case: &Case,
        file: &'a StoredFile,
        size: String,
        mark: bool,
    ) -> FileRow<'a> {
        let href = format!("/cases/{}/files/{}", case.number, file.id);
        let is_markable = mark && self.may_mark && !file.is_confidential;
        FileRow {
            mark: is_markable.then(|| format!("{href}/confidentiality")),
            lock: match file.is_confidential {
                false => self.has_none.map_or(Lock::Open, Lock::Closed),
                true if self.held.opening(case, file).is_ok() => Lock::Mine,
                true => Lock::Others(&self.who),
            },
            name: &file.name,
            href,
            size,
        }
    }
}

/// A file with its address and its size in words.
pub struct FileRow<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its address.
    pub href: String,
    /// Its size in words.
    pub size: String,
    /// Who gets it.
    pub lock: Lock<'a>,
    /// Where it can be marked.
    pub mark: Option<String>,
}

impl FileRow<'_> {
    /// As the timeline draws it.
    #[must_use]
    pub fn drawn(&self) -> File<'_> {
        File {
            name: self.name,
            href: &self.href,
            size: &self.size,
            lock: self.lock,
            mark: self.mark.as_deref().unwrap_or_default(),
        }
    }
}

/// Files as the timeline draws them.
#[must_use]
pub fn drawn<'a>(rows: &'a [FileRow<'_>]) -> Vec<File<'a>> {
    rows.iter().map(FileRow::drawn).collect()
}

/// Who gets a confidential file, for somebody who does not: the customer's own people read names,
/// the vendor's the roles it takes, a partner's whom to ask.
///
/// # Errors
/// Whatever the database says.
pub async fn who(
    tx: &mut Tx<'_>,
    v: &Viewer,
    session: &Session,
    (account, name, kind): (AccountId, &str, Kind),
) -> Result<String, app::Error> {
    let of_account = [("account", name.into())];
    match session.principal.acting_for {
        ActingFor::Vendor => {
            let roles = roles(v, kind, &[Stand::Vendor]);
            Ok(match roles.as_str() {
                "" => v.t("confidential-who-customer").to_owned(),
                roles => v.t_args("confidential-who-roles", &[("roles", roles.into())]),
            })
        }
        ActingFor::Account { .. } => {
            let administrators = contacts::administrators(tx, account).await?;
            let facts = facts_of(account, kind);
            let mut may = administrators.iter().collect::<Vec<_>>();
            may.retain(|one| {
                let them = one.principal(account);
                one.has_joined() && may_wholly(&them, Action::DownloadSecret, &facts)
            });
            Ok(if may.is_empty() {
                v.t_args("confidential-who-nobody", &of_account)
            } else {
                v.t_args("confidential-who", &[("names", names(&may).into())])
            })
        }
        ActingFor::Delegated { .. } | ActingFor::Nobody => {
            Ok(v.t_args("confidential-who-partner", &of_account))
        }
    }
}

/// The roles that get every confidential file of a kind.
#[must_use]
pub fn roles(v: &Viewer, kind: Kind, stands: &[Stand]) -> String {
    let action = Action::DownloadSecret;
    let may = |stand: &Stand| roles_that_may(*stand, action, kind, Administrators::default());
    let words = stands.iter().flat_map(may).map(|role| role_word(v, role));
    words.collect::<Vec<&str>>().join(", ")
}

/// Who would get the files that somebody attaches to a request of a kind.
#[must_use]
pub fn box_hint(v: &Viewer, kind: Kind, stands: &[Stand]) -> String {
    let roles = roles(v, kind, stands);
    v.t_args("confidential-box-hint", &[("roles", roles.into())])
}

/// Both who asks and who answers: the sides that read a case.
pub const BOTH: [Stand; 2] = [Stand::Account, Stand::Vendor];
