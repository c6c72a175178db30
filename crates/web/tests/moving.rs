//! Moving a request to the customer it belongs to, through the router: a lead finds the customer and
//! sees both promises, another agrees, and each side reads what is theirs.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod desk_world;

use desk_world::{Answer, Desk};
use mainstay_app::Changed;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::ids::AccountId;
use mainstay_testkit::{Persona, World};

const WHY: &str = "Kim chose Contoso for Fabrikam";

/// A desk with two leads, and a request of Dana's at Contoso that is Omar's at Fabrikam.
struct Stage {
    desk: Desk,
    lou: Persona,
    case: Case,
    page: String,
    fabrikam: AccountId,
}

impl Stage {
    async fn new() -> Self {
        let desk = Desk::in_world(World::new().await).await;
        let lou = desk.world.colleague("Lou Marten", Role::Lead).await;
        let case = desk.open(&desk.dana, 'B', "Calendars do not sync").await;
        let fabrikam = desk.omar.session.principal.account().unwrap();
        Self {
            page: format!("/cases/{}/move", case.number),
            desk,
            lou,
            case,
            fabrikam,
        }
    }

    /// The form with Fabrikam chosen.
    async fn chosen(&self, who: &Persona) -> Answer {
        let path = format!("{}?account={}", self.page, self.fabrikam);
        self.desk.get(who, &path).await
    }

    async fn send(&self, who: &Persona, requester: &str, reason: &str) -> Answer {
        let account = self.fabrikam.to_string();
        let held = self.desk.world.held(self.fabrikam).await;
        let subscription = held[0].to_string();
        let fields = [
            ("account", account.as_str()),
            ("requester", requester),
            ("subscription", &subscription),
            ("reason", reason),
        ];
        self.desk.post(who, &self.page, &fields).await
    }

    fn omar(&self) -> String {
        self.desk.omar.session.person.id.to_string()
    }
}

/// The id of the one approval on a page.
fn approval_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("action=\"/approvals/").unwrap();
    rest[..36].to_owned()
}

#[tokio::test]
async fn a_lead_is_led_from_the_case_to_the_customer_and_both_promises() {
    let stage = Stage::new().await;
    let desk = &stage.desk;
    let link = format!("href=\"{}\"", stage.page);
    desk.case(&desk.lead, &stage.case)
        .await
        .says(&[&link, "Move to another organisation"]);
    desk.case(&desk.agent, &stage.case).await.hides(&[&link]);
    for who in [&desk.agent, &desk.manager, &desk.dana] {
        desk.get(who, &stage.page).await.is(403);
    }
    desk.get(&desk.lead, "/cases/900000/move").await.is(404);
    // The customer the request is with is not offered.
    desk.get(&desk.lead, &stage.page)
        .await
        .is(200)
        .says(&["Fabrikam", "another lead agrees before anything moves"])
        .hides(&["Contoso</bdi></a>"]);
    let number = format!("{}?q=nobody", stage.page);
    desk.get(&desk.lead, &number)
        .await
        .says(&["No customer begins like that"]);
    stage.chosen(&desk.lead).await.is(200).says(&[
        "As it is",
        "After moving",
        "Contoso",
        "Fabrikam",
        "No commitment",
        "Omar Haddad",
        "What goes along",
        "their organisation keeps them",
        "Ask to move it",
    ]);
    desk.get(&desk.lead, "/approvals").await.is(200);
}

#[tokio::test]
async fn what_was_typed_is_kept_and_what_is_missing_is_named() {
    let stage = Stage::new().await;
    let desk = &stage.desk;
    stage
        .send(&desk.lead, "", WHY)
        .await
        .is(422)
        .says(&["Choose for whom the request is then", WHY]);
    let kept = format!("value=\"{}\" selected", stage.omar());
    stage
        .send(&desk.lead, &stage.omar(), "")
        .await
        .is(422)
        .says(&["Write why", &kept]);
    let dana = desk.dana.session.person.id.to_string();
    stage
        .send(&desk.lead, &dana, WHY)
        .await
        .is(422)
        .says(&["Choose one of the people of this customer", WHY]);
    let own = format!("{}?account={}", stage.page, desk.contoso);
    desk.get(&desk.lead, &own)
        .await
        .is(422)
        .says(&["with this organisation already", "Fabrikam"]);
    let nowhere = format!("{}?account={}", stage.page, uuid::Uuid::from_u128(1));
    desk.get(&desk.lead, &nowhere).await.is(404);
    desk.get(&desk.lead, "/approvals")
        .await
        .says(&["Nothing waits for you"]);
}

#[tokio::test]
async fn another_lead_agrees_and_each_side_reads_what_is_theirs() {
    let stage = Stage::new().await;
    let (desk, case) = (&stage.desk, &stage.case);
    let note = Command::CustomerNote {
        body: "Do we pay for this?".to_owned(),
    };
    desk.act(&desk.dana, case, note).await;
    let answer = Command::Reply {
        body: "We look into it.".to_owned(),
        next: NextTurn::Customer,
    };
    desk.act(&desk.agent, case, answer).await;
    desk.world.settle().await;
    let asked = stage.send(&desk.lead, &stage.omar(), WHY).await;
    assert_eq!(asked.location, "/approvals?asked=yes");
    let own = desk.get(&desk.lead, "/approvals").await;
    own.says(&["Waits for another person: Lou Marten can agree."]);
    let waiting = desk.get(&stage.lou, "/approvals").await;
    let what = format!(
        "Move request {} from Contoso to Fabrikam, for Omar Haddad",
        case.number
    );
    let to_case = format!("href=\"/cases/{}\"", case.number);
    let look = format!("href=\"{}?account={}\"", stage.page, stage.fabrikam);
    waiting.says(&[&what, WHY, &to_case, &look]);
    for who in [&desk.agent, &desk.manager] {
        desk.get(who, "/approvals").await.hides(&[&what]);
    }
    let agreement = format!("/approvals/{}/agreement", approval_of(&waiting));
    let mut live = desk.world.app.live().listen();
    let done = desk.post(&stage.lou, &agreement, &[]).await;
    assert_eq!(done.location, format!("/cases/{}?done=moved", case.number));
    let mut heard = Vec::new();
    while let Ok(changed) = live.try_recv() {
        heard.push(changed);
    }
    for account in [desk.contoso, stage.fabrikam] {
        let number = case.number;
        assert!(
            heard.contains(&Changed::Case { account, number }),
            "{heard:?}"
        );
    }
    desk.get(&stage.lou, &done.location).await.is(200).says(&[
        "Moved. It is with this customer now.",
        "moved this request here from another organisation",
        "Lea Sommer",
        "Fabrikam",
        "of another organisation",
        WHY,
    ]);
    // Those it was with: it does not exist, old links lead nowhere, and they are told why.
    let gone = desk.case(&desk.dana, case).await;
    let missing = desk.get(&desk.dana, "/cases/900000").await;
    gone.is(404);
    assert_eq!(gone.text, missing.text, "as what does not exist");
    desk.world.settle().await;
    let told = format!(
        "Request {} was opened under your organisation by mistake",
        case.number
    );
    let notices = desk.get(&desk.dana, "/notifications").await;
    notices
        .says(&[&told, "Notes on request"])
        .hides(&["Fabrikam", "Calendars do not sync"]);
    let (_, rest) = notices.text.split_once("href=\"/asked/").unwrap();
    let kept = desk
        .get(&desk.dana, &format!("/asked/{}", &rest[..36]))
        .await;
    kept.is(200).says(&[
        "Do we pay for this?",
        "Your notes on request",
        "has been moved out of it",
    ]);
    desk.get(&desk.dana, "/log")
        .await
        .says(&["Moved the request to another organisation", "Lou Marten"])
        .hides(&["Fabrikam", WHY, "Omar Haddad"]);
    // Those it is with.
    desk.case(&desk.omar, case)
        .await
        .is(200)
        .says(&[
            "Calendars do not sync",
            "We look into it.",
            "Lea Sommer moved this request to your organisation, because it was opened under \
             another one",
            "of another organisation",
        ])
        .hides(&["Contoso", "Do we pay", WHY]);
    desk.get(&desk.omar, "/log")
        .await
        .says(&["Moved the request to another organisation"])
        .hides(&["Contoso", WHY, "Dana Whitfield"]);
    desk.get(&desk.manager, "/log")
        .await
        .says(&["Contoso", "Fabrikam", WHY]);
}

#[tokio::test]
async fn one_lead_alone_is_told_that_it_takes_two() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'C', "Calendars do not sync").await;
    let fabrikam = desk.omar.session.principal.account().unwrap();
    let page = format!("/cases/{}/move", case.number);
    let chosen = format!("{page}?account={fabrikam}");
    desk.get(&desk.lead, &chosen)
        .await
        .says(&["It takes two leads", "What is promised"])
        .hides(&["Ask to move it"]);
    let (account, omar) = (
        fabrikam.to_string(),
        desk.omar.session.person.id.to_string(),
    );
    let fields = [
        ("account", account.as_str()),
        ("requester", &omar),
        ("reason", WHY),
    ];
    let refused = desk.post(&desk.lead, &page, &fields).await;
    refused.is(422).says(&["nobody else here may agree"]);
    desk.case(&desk.omar, &case).await.is(404);
    desk.case(&desk.dana, &case).await.is(200);
}

#[tokio::test]
async fn what_cannot_be_done_any_more_is_said_where_somebody_agrees() {
    let stage = Stage::new().await;
    let desk = &stage.desk;
    for _ in 0..2 {
        stage.send(&desk.lead, &stage.omar(), WHY).await.is(303);
    }
    for (expected, words) in [(303, ""), (409, "with another organisation meanwhile")] {
        let waiting = desk.get(&stage.lou, "/approvals").await;
        let agreement = format!("/approvals/{}/agreement", approval_of(&waiting));
        let answer = desk.post(&stage.lou, &agreement, &[]).await;
        answer.is(expected).says(&[words]);
    }
}
