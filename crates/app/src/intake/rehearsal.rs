//! Submitting without keeping: what a request would be, and every refusal it would meet.

use mainstay_domain::case::{Case, Ctx, Side, open};
use mainstay_domain::ids::{CaseId, CaseNumber};

use super::{Held, Submission, is_caller_verified, open_grant, refuse_foreign_names};
use crate::auth::{self, Credential};
use crate::{App, Error};

impl App {
    /// The case a submission would make, and the side that asks; nothing is kept, and the case's
    /// id and number stand for nothing.
    ///
    /// # Errors
    /// Whatever [`App::submit`] would refuse.
    pub async fn rehearse(
        &self,
        asked: impl Into<Credential>,
        form: &Submission,
    ) -> Result<(Case, Side), Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.into());
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                refuse_foreign_names(&session, form)?;
                let is_verified = is_caller_verified(tx, &session, form, now).await?;
                let grant = open_grant(&session, form, &catalogue, is_verified, now)?;
                let held = Held::find(tx, &grant, form, &catalogue, now).await?;
                let nobodys = (CaseId(uuid::Uuid::nil()), CaseNumber::from_counter(1));
                let new = held.new_case(form, nobodys.0, nobodys.1);
                let ctx = Ctx {
                    actor: grant.actor().clone(),
                    now,
                };
                Ok((open(new, &held.terms, &ctx)?.case, session.side()))
            })
            .await
    }
}
