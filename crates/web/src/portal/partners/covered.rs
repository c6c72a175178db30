//! For which of a customer's subscriptions a partner acts: asked of the customer, said to both.

use mainstay_app as app;
use mainstay_domain::access::delegation::Covered;
use mainstay_domain::ids::SubscriptionId;
use mainstay_store::accounts::Subscription;
use maud::Markup;

use crate::incoming::Incoming;
use crate::portal::customer::Held;
use crate::ui::{Choice, Field, Form, Viewer, words};

/// The field, and the value of its first box.
const FIELD: &str = "subscriptions";
const ALL: &str = "all";

/// Types into a form for which subscriptions a delegation holds.
pub fn type_into(typed: &mut Incoming, covered: &Covered) {
    let values = match covered.limit() {
        None => vec![ALL.to_owned()],
        Some(named) => named.iter().map(SubscriptionId::to_string).collect(),
    };
    typed.set_all(FIELD, values);
}

/// What was ticked. Nothing is a mistake that the rules name; all of them and single ones too would
/// be taken for one by some and for the other by others, so it is asked again.
pub fn of_form(v: &Viewer, fields: &Incoming) -> Result<Covered, app::Error> {
    let wrong = |words: &str| app::Error::Field {
        field: FIELD,
        message: words.to_owned(),
    };
    let ticked = fields.all(FIELD);
    if ticked.iter().any(|one| one == ALL) {
        let is_alone = ticked.iter().all(|one| one == ALL);
        let both = || wrong(v.t("partner-subscriptions-both"));
        return is_alone.then_some(Covered::All).ok_or_else(both);
    }
    let named: Result<Vec<SubscriptionId>, _> = ticked.iter().map(|id| id.parse()).collect();
    let unknown = |_| wrong(v.t("partner-subscriptions-unknown"));
    Ok(Covered::named(named.map_err(unknown)?))
}

/// The boxes to tick: all, also later ones, or some of those held.
pub fn boxes(v: &Viewer, form: &Form<'_>, held: &[Held], fields: &Incoming) -> Markup {
    let rows: Vec<(String, String, String)> = held
        .iter()
        .map(|own| {
            let id = own.subscription.id.to_string();
            (id, own.name(), details(v, &own.subscription))
        })
        .collect();
    let all = Choice::new(ALL, v.t("partner-subscriptions-all"));
    let each = rows.iter();
    let each = each.map(|(id, name, details)| Choice::new(id, name).hint(details));
    let choices: Vec<Choice<'_>> = std::iter::once(all).chain(each).collect();
    let ticked: Vec<&str> = fields.all(FIELD).iter().map(String::as_str).collect();
    let field = Field::new(FIELD, v.t("partner-subscriptions"));
    form.checks(
        field.hint(v.t("partner-subscriptions-hint")),
        &choices,
        &ticked,
    )
}

/// What tells two subscriptions to the same plan apart: seats and term.
fn details(v: &Viewer, own: &Subscription) -> String {
    let day = |date: jiff::civil::Date| {
        let noon = date.at(12, 0, 0, 0).to_zoned(v.zone.clone());
        noon.map_or_else(
            |_| date.to_string(),
            |noon| words::date(v, noon.timestamp().into()),
        )
    };
    let from = day(own.starts_on);
    let args = [("n", own.seats.into()), ("from", from.as_str().into())];
    let Some(ends_on) = own.ends_on else {
        return v.t_args("partner-subscription-since", &args);
    };
    let until = day(ends_on);
    let [seats, from] = args;
    let args = [seats, from, ("until", until.as_str().into())];
    v.t_args("partner-subscription-term", &args)
}

/// For which subscriptions a delegation holds, in words, from those known.
#[must_use]
pub fn said(v: &Viewer, covered: &Covered, known: &[Held]) -> String {
    let Some(named) = covered.limit() else {
        return v.t("partner-subscriptions-all").to_owned();
    };
    let is_named = |own: &&Held| named.contains(&own.subscription.id);
    let each = known.iter().filter(is_named);
    let each = each.map(|own| format!("{} ({})", own.name(), details(v, &own.subscription)));
    each.collect::<Vec<_>>().join("; ")
}
