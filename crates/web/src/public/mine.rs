//! Whose columns come first: those of the reader's own plan, or of the plan asked for.

use mainstay_app as app;
use mainstay_domain::edition::{Column, Edition, Plan};
use mainstay_domain::entitlement::Holding;

use crate::error::Error;
use crate::portal::customer;
use crate::signed::MaybeSigned;
use crate::state::Web;

/// The columns of a plan under one edition.
#[derive(Debug, Clone, Default)]
pub struct Mine {
    /// The plan's name.
    pub plan: String,
    /// The plan's own column.
    pub column: String,
    /// The column of the elevated offer, which overrides it for the objectives.
    pub elevated: Option<String>,
}

impl Mine {
    /// The column whose objectives hold.
    pub fn effective(&self) -> &str {
        self.elevated.as_deref().unwrap_or(&self.column)
    }

    /// Columns in the order this reader wants them: the one that holds first.
    pub fn order<'a>(&self, edition: &'a Edition) -> Vec<&'a Column> {
        let mut columns: Vec<&Column> = edition.columns.iter().collect();
        let place = |column: &&Column| match column.id.as_str() {
            id if id == self.effective() => 0,
            id if id == self.column => 1,
            _ => 2,
        };
        columns.sort_by_key(place);
        columns
    }

    fn of(edition: &Edition, plan: &Plan, offer: Option<&str>) -> Self {
        let offer = offer.and_then(|offer| edition.find_offer(offer));
        Self {
            plan: plan.name.clone(),
            column: plan.column.clone(),
            elevated: offer.map(|offer| offer.column.clone()),
        }
    }
}

/// The columns to highlight: of the plan asked for, else of what the reader holds.
///
/// # Errors
/// When the store fails.
pub async fn find(
    web: &Web,
    reader: &MaybeSigned,
    edition: &Edition,
    asked: &str,
) -> Result<Option<Mine>, Error> {
    if let Some(plan) = edition.find_plan(asked) {
        let own = holding(web, reader).await?;
        let offer = own.filter(|own| is_same(edition, plan, own));
        let offer = offer.and_then(|own| own.offer);
        return Ok(Some(Mine::of(edition, plan, offer.as_deref())));
    }
    let Some(own) = holding(web, reader).await? else {
        return Ok(None);
    };
    let plan = plan_in(web, edition, &own.plan);
    Ok(plan.map(|plan| Mine::of(edition, plan, own.offer.as_deref())))
}

fn is_same(edition: &Edition, plan: &Plan, own: &Holding) -> bool {
    edition
        .find_plan(&own.plan)
        .is_some_and(|held| held.id == plan.id)
}

/// What the reader's account holds, the latest.
async fn holding(web: &Web, reader: &MaybeSigned) -> Result<Option<Holding>, Error> {
    let Some(signed) = reader.signed.as_ref().filter(|signed| !signed.is_vendor()) else {
        return Ok(None);
    };
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    let customer = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            customer::load(tx, &session, &catalogue, now).await
        })
        .await?;
    let held = customer.and_then(|customer| customer.held.into_iter().next());
    Ok(held.map(|held| match held.terms {
        Some(terms) => terms.pinned.holding,
        None => held.subscription.holding,
    }))
}

/// A plan as an edition knows it: its own, the one it became, or the only one it came from.
fn plan_in<'a>(web: &Web, edition: &'a Edition, plan: &str) -> Option<&'a Plan> {
    if let Some(known) = edition.find_plan(plan) {
        return Some(known);
    }
    let became = edition.successions.iter().find(|one| one.plan == plan);
    if let Some(id) = became.and_then(|one| one.becomes.as_deref()) {
        return edition.find_plan(id);
    }
    let catalogue = web.app().catalogue();
    let later = catalogue.editions().iter().flat_map(|one| &one.successions);
    let mut before =
        later.filter(|one| one.edition == edition.id && one.becomes.as_deref() == Some(plan));
    match (before.next(), before.next()) {
        (Some(only), None) => edition.find_plan(&only.plan),
        _ => None,
    }
}
