//! The confirmation after a request was sent: number, promise, telephone.

use maud::{Markup, html};

use super::Shown;
use crate::portal::telephone::{self, Lines};
use crate::portal::words as say;
use crate::ui::facts::{Fact, facts};
use crate::ui::{Tone, blocks};

pub fn render(shown: &Shown<'_>) -> Markup {
    let (v, case) = (shown.v(), shown.case());
    let lines = Lines::of_region(shown.web, v.now, &case.terms.region);
    let number = lines.as_ref().and_then(|lines| lines.own.first());
    blocks::notice(
        Tone::Ok,
        v.t("portal-sent"),
        html! {
            (facts(&[
                Fact::new(v.t("portal-sent-number"), html! { b { bdi { (case.number) } } }),
                Fact::new(v.t("portal-sent-promise"), say::first_response(v, &case.verdict)),
                Fact::new(v.t("portal-sent-call"), html! {
                    @match number {
                        Some(number) => {
                            (telephone::number(v, number)) ", "
                            (v.t_args("portal-sent-customer-number", &[("number", shown.view.page.customer_number.as_str().into())]))
                        },
                        None => a href="/telephone" { (v.t("portal-telephone-all")) },
                    }
                }),
            ]))
        },
    )
}
