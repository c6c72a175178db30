//! What there is to see of partners: whom they act for, an end that is near, an ask, the directory.

use anyhow::Context;
use mainstay_app::App;
use mainstay_app::partners::NewAsk;
use mainstay_domain::access::Role;
use mainstay_domain::access::delegation::{Covered, Terms};
use mainstay_domain::edition::Kind;

use super::cast::{Cast, Customer, Partner, Player};

/// Days until a delegation ends that is near its end.
const NEAR_DAYS: i64 = 25;
/// Days until the others end.
const FAR_DAYS: i64 = 300;

/// Lets everybody of the partners do what a visitor is to find.
///
/// # Errors
/// When the cast lacks somebody, or the database fails.
pub async fn arrange(app: &App, cast: &Cast) -> anyhow::Result<()> {
    for partner in &cast.partners {
        let session = runs(partner)?.session()?;
        if let Some(entry) = &partner.entry {
            app.save_entry(session, partner.id, entry.clone()).await?;
        }
        for (place, (&customer, kinds)) in partner.customers.iter().zip(&partner.kinds).enumerate()
        {
            let days = if place == 0 { FAR_DAYS } else { NEAR_DAYS };
            let customer = &cast.customers[customer];
            limit(app, partner, customer, (kinds.as_slice(), days)).await?;
            let people: Vec<_> = partner.people.iter().map(|one| one.person.id).collect();
            app.name_people(session, customer.account.id, &people)
                .await?;
        }
    }
    Ok(())
}

/// Lets partners ask to be let act for further customers.
///
/// # Errors
/// When the cast lacks somebody, or the database fails.
pub async fn ask(app: &App, cast: &Cast) -> anyhow::Result<()> {
    for partner in &cast.partners {
        if let Some(&asked) = partner.asks.first() {
            let account = &cast.customers[asked].account;
            let ask = NewAsk {
                customer_number: account.customer_number.clone(),
                customer: account.name.clone(),
                kinds: vec![Kind::Technical, Kind::PreSales],
                names_people: false,
                persons: 2,
                reason: "We set up your new plant’s mail and would bring its requests to support \
                         ourselves."
                    .to_owned(),
            };
            app.ask_to_act(runs(partner)?.session()?, &ask).await?;
        }
    }
    Ok(())
}

/// Who runs a partner.
fn runs(partner: &Partner) -> anyhow::Result<&Player> {
    let is_admin = |player: &&Player| player.membership.role == Role::PartnerAdmin;
    let mut admins = partner.people.iter().filter(is_admin);
    admins
        .next()
        .with_context(|| format!("nobody runs {}", partner.name))
}

/// The customer says how many persons act, and until when.
async fn limit(
    app: &App,
    partner: &Partner,
    customer: &Customer,
    (kinds, days): (&[Kind], i64),
) -> anyhow::Result<()> {
    let terms = Terms {
        kinds: kinds.to_vec(),
        covered: Covered::All,
        names_people: false,
        persons: Some(2),
        ends_at: app.now().plus_minutes(days * 24 * 60),
    };
    let administrator = customer.people[0].session()?;
    app.change_delegation(administrator, partner.id, &terms, "")
        .await?;
    Ok(())
}
