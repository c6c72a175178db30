//! What time alone does to delegations: reminders, their end, and asks that lapse.

use mainstay_domain::Moment;
use mainstay_domain::access::delegation::{Said, next_timer, say};
use mainstay_domain::case::PartnerNews;
use mainstay_domain::ids::PartnerId;
use mainstay_store::log::{Act, By, Line, Subject};
use mainstay_store::system::delegations::DueDelegation;
use mainstay_store::{Tx, log, partners, system};
use serde_json::json;

use super::tell;
use crate::live::Changed;
use crate::{App, Error};

impl App {
    /// Reminds both sides of delegations that come to their end, ends those that have, and lets
    /// asks lapse that nobody answered.
    pub(crate) async fn sweep_delegations(&self, now: Moment) -> Result<(), Error> {
        let next = self
            .db()
            .read(async |tx| {
                system::reach(tx);
                system::delegations::next_timer_at(tx).await
            })
            .await?;
        if next.is_none_or(|next| next > now) {
            return Ok(());
        }
        let touched = self
            .db()
            .write(async move |tx| {
                system::reach(tx);
                let mut touched = lapse(tx, now).await?;
                for due in system::delegations::due(tx, now).await? {
                    touched.push(due.partner);
                    look_at(tx, due, now).await?;
                }
                Ok::<_, Error>(touched)
            })
            .await?;
        for partner in touched {
            self.announce(Changed::Delegations { partner });
        }
        Ok(())
    }
}

/// Lets asks lapse.
async fn lapse(tx: &mut Tx<'_>, now: Moment) -> Result<Vec<PartnerId>, Error> {
    let lapsed = system::delegations::lapse_asks(tx, now).await?;
    for (account, partner, asked_by) in &lapsed {
        let line = Line::new(Some(*account), By::default(), Act::DelegationLapsed)
            .about(Subject::Partner(*partner))
            .was(json!({ "asked_by": asked_by }));
        log::write(tx, now, line).await?;
    }
    Ok(lapsed.into_iter().map(|(_, partner, _)| partner).collect())
}

/// Says what is to be said of one delegation, and when to look again.
async fn look_at(tx: &mut Tx<'_>, due: DueDelegation, now: Moment) -> Result<(), Error> {
    let DueDelegation {
        account,
        partner,
        ends_at,
        due_since,
    } = due;
    system::delegations::set_timer(tx, &due, next_timer(ends_at, now)).await?;
    let Some(said) = say(ends_at, due_since, now) else {
        return Ok(());
    };
    let mut told = partners::administrators(tx, account.0).await?;
    let what = match said {
        Said::EndsWithin(_) => {
            told.extend(partners::administrators(tx, partner.0).await?);
            PartnerNews::EndsSoon
        }
        Said::Ended => PartnerNews::Ended,
    };
    let key = match said {
        Said::EndsWithin(days) => format!("partner-{partner}-ends-{}-{days}", ends_at.as_unix()),
        Said::Ended => format!("partner-{partner}-ended-{}", ends_at.as_unix()),
    };
    tell(tx, account, (&key, &told), (what, ends_at), now).await?;
    if said == Said::Ended {
        let line = Line::new(Some(account), By::default(), Act::DelegationLapsed)
            .about(Subject::Partner(partner))
            .was(json!({ "until": ends_at.to_string() }));
        log::write(tx, now, line).await?;
    }
    Ok(())
}
