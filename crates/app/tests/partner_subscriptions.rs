//! A partner whom a customer lets act for some of its subscriptions: what it reaches, opens and is
//! told, on every path that reads cases.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::intake::Submission;
use mainstay_app::partners::grants_to_read;
use mainstay_app::{App, Error, auth};
use mainstay_domain::access::delegation::{Covered, Terms};
use mainstay_domain::access::{Action, Because, Role};
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PartnerId, SubscriptionId};
use mainstay_store::inbox::{self, About};
use mainstay_store::people::Organisation;
use mainstay_store::views::{self, CaseRow};
use mainstay_store::{Tx, cases, search};
use mainstay_testkit::{Persona, World, submission};

/// Fabrikam holds two subscriptions; Helpers are let act for it, Pia for them.
struct Helped {
    world: World,
    account: AccountId,
    partner: PartnerId,
    dana: Persona,
    pia: Persona,
    kim: Persona,
    one: SubscriptionId,
    other: SubscriptionId,
}

impl Helped {
    async fn new() -> Self {
        let world = World::new().await;
        let account = world.account("Fabrikam", "de", "e3").await;
        let one = world.held(account).await[0];
        let other = world.subscribe(account, "e4", None, None).await;
        let dana = world.administrator("Dana", account).await;
        let partner = world.partner("Helpers").await;
        let organisation = Organisation::Partner(partner);
        let pia = world.person("Pia", organisation, Role::PartnerAdmin).await;
        let kim = world.colleague("Kim", Role::Agent).await;
        Self {
            world,
            account,
            partner,
            dana,
            pia,
            kim,
            one,
            other,
        }
    }

    fn app(&self) -> &App {
        &self.world.app
    }

    fn terms(&self, covered: Covered) -> Terms {
        Terms {
            kinds: Kind::ALL.to_vec(),
            covered,
            names_people: false,
            persons: Some(2),
            ends_at: self.app().now().plus_minutes(300 * 24 * 60),
        }
    }

    /// Fabrikam lets Helpers act, Pia is named and signs in afresh.
    async fn delegated(&mut self, covered: Covered) {
        let terms = self.terms(covered);
        let delegated = self
            .app()
            .delegate(&self.dana.session, self.partner, &terms, "");
        delegated.await.unwrap();
        let ids = [self.pia.session.person.id];
        let named = self
            .app()
            .name_people(&self.pia.session, self.account, &ids);
        named.await.unwrap();
        self.pia = self.world.sign_in(ids[0]).await;
    }

    /// Fabrikam changes for which subscriptions; nobody signs in afresh.
    async fn changed(&self, covered: Covered) {
        let terms = self.terms(covered);
        let changed = self
            .app()
            .change_delegation(&self.dana.session, self.partner, &terms, "");
        changed.await.unwrap();
    }

    fn under(subscription: SubscriptionId) -> Submission {
        Submission {
            subscription: Some(subscription),
            ..submission('B')
        }
    }

    async fn request(&self, who: &Persona, subscription: SubscriptionId) -> Case {
        let submitted = self.app().submit(&who.session, Self::under(subscription));
        submitted.await.unwrap()
    }

    /// Kim answers, and whoever asked is to be told.
    async fn answered(&self, case: &Case) {
        let command = Command::Reply {
            body: "Have you tried it again?".to_owned(),
            next: NextTurn::Customer,
        };
        let answered = self.app().act(&self.kim.session, case.number, command);
        answered.await.unwrap();
    }

    /// What Pia finds on each path, in the order of the numbers.
    async fn reached(&self, words: &str) -> Vec<(&'static str, Vec<CaseNumber>)> {
        self.app().take_in_words().await.unwrap();
        let (credential, now) = (self.pia.session.credential, self.app().now());
        let read = async |tx: &mut Tx<'_>| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let home = views::customer_home(tx, &grant, now).await?;
            let person = self.dana.session.person.id;
            let mut found = vec![
                ("home", home.open),
                ("open", views::open_cases(tx, &grant, None, 50).await?),
                ("closed", views::closed_cases(tx, &grant, None, 50).await?),
                ("newest", views::newest_cases(tx, &grant, None, 50).await?),
                (
                    "of dana",
                    views::open_cases_of(tx, &grant, person, 50).await?,
                ),
                ("search", search::find(tx, &grant, words).await?),
            ];
            let promised = views::promises(tx, &grant, None, 50).await?;
            let open = &mut found[1].1;
            assert!(open.iter().all(|row| promised.contains_key(&row.number)));
            assert_eq!(promised.len(), open.len());
            let grants = grants_to_read(tx, &session, now).await?;
            let inbox = views::partner_cases(tx, self.partner, &grants, now, 50).await?;
            found.push(("inbox", inbox.into_iter().map(|row| row.case).collect()));
            Ok::<_, Error>(found)
        };
        let found = self.app().db().read(read).await.unwrap();
        let numbers = |rows: Vec<CaseRow>| {
            let mut numbers: Vec<_> = rows.into_iter().map(|row| row.number).collect();
            numbers.sort_unstable();
            numbers
        };
        let each = found.into_iter();
        each.map(|(path, rows)| (path, numbers(rows))).collect()
    }

    /// Whether Pia reaches a case by its number: itself, its page, whose it is.
    async fn reaches(&self, number: CaseNumber) -> [bool; 3] {
        let (credential, now) = (self.pia.session.credential, self.app().now());
        let read = async |tx: &mut Tx<'_>| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let case = cases::find(tx, &grant, number).await?;
            let page = views::case_page(tx, &grant, number).await?;
            Ok::<_, Error>((case.is_some(), page.is_some()))
        };
        let (case, page) = self.app().db().read(read).await.unwrap();
        let account = self.app().customer_of_case(&self.pia.session, number);
        [case, page, account.await.unwrap().is_some()]
    }

    /// How often Pia was told of each of two cases; she has read none of it.
    async fn told(&self, [one, other]: [&Case; 2]) -> [usize; 2] {
        let person = self.pia.session.person.id;
        let (credential, now) = (self.pia.session.credential, self.app().now());
        let read = async |tx: &mut Tx<'_>| {
            let session = auth::session(tx, credential, now).await?;
            let who = session.principal;
            let (account, limited) = (who.account(), who.limited_partner());
            let list = inbox::list(tx, person, account, limited).await?;
            let unread = inbox::unread(tx, person, account, limited).await?;
            Ok::<_, Error>((list, usize::try_from(unread).unwrap()))
        };
        let (list, unread) = self.app().db().read(read).await.unwrap();
        assert_eq!(list.len(), unread);
        [one, other].map(|case| {
            let is_of_case = |notice: &&inbox::Notice| notice.about == About::Case(case.number);
            list.iter().filter(is_of_case).count()
        })
    }
}

#[tokio::test]
async fn a_partner_reaches_what_is_about_the_subscriptions_named_and_nothing_else() {
    let mut helped = Helped::new().await;
    let (here, there) = (
        helped.request(&helped.dana, helped.one).await,
        helped.request(&helped.dana, helped.other).await,
    );
    helped.delegated(Covered::named(vec![helped.one])).await;
    for (path, found) in helped.reached("mail").await {
        let expected = if path == "closed" {
            vec![]
        } else {
            vec![here.number]
        };
        assert_eq!(found, expected, "{path}");
    }
    assert_eq!(helped.reaches(here.number).await, [true; 3]);
    assert_eq!(helped.reaches(there.number).await, [false; 3]);
    let close = || Command::Close {
        reason: String::new(),
    };
    let pia = &helped.pia.session;
    let refused = helped.app().act(pia, there.number, close()).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    let closed = helped.app().act(pia, here.number, close()).await;
    assert!(closed.is_ok(), "{closed:?}");
    let closed = helped
        .app()
        .act(&helped.dana.session, there.number, close());
    closed.await.unwrap();
    let reached = helped.reached("mail").await;
    let of = |path| reached.iter().find(|(one, _)| *one == path).unwrap();
    assert_eq!(of("closed").1, [here.number]);
    assert_eq!(of("open").1, []);
    helped.world.settle().await;
    helped.world.finish().await;
}

#[tokio::test]
async fn a_request_is_opened_under_a_subscription_named_and_no_other() {
    let mut helped = Helped::new().await;
    helped.delegated(Covered::named(vec![helped.one])).await;
    let pia = &helped.pia.session;
    let because = async |form: Submission| match helped.app().submit(pia, form).await {
        Err(Error::Denied(denied)) => denied.because,
        other => panic!("{other:?}"),
    };
    // Another of the customer's reads as one that does not exist.
    let unknown = SubscriptionId(uuid::Uuid::from_u128(7));
    for foreign in [helped.other, unknown] {
        for kind in [Kind::Technical, Kind::Billing] {
            let form = Submission {
                kind,
                ..Helped::under(foreign)
            };
            assert_eq!(because(form).await, Because::SubscriptionNotDelegated);
        }
        let judged = helped.app().judge(pia, &Helped::under(foreign)).await;
        assert!(matches!(judged, Err(Error::Denied(_))), "{foreign}");
    }
    // Where there is only one to choose, nobody has to.
    let opened = helped.app().submit(pia, submission('C')).await.unwrap();
    assert_eq!(opened.subscription, Some(helped.one));
    // Nor is a case of another followed up.
    let there = helped.request(&helped.dana, helped.other).await;
    let follows = |number| Submission {
        follows: Some(number),
        ..Helped::under(helped.one)
    };
    let refused = helped.app().submit(pia, follows(there.number)).await;
    let is_named = matches!(
        refused,
        Err(Error::Field {
            field: "follows",
            ..
        })
    );
    assert!(is_named, "{refused:?}");
    let followed = helped.app().submit(pia, follows(opened.number)).await;
    assert!(followed.is_ok(), "{followed:?}");
    helped.world.settle().await;
    helped.world.finish().await;
}

#[tokio::test]
async fn a_request_about_no_subscription_is_about_none_of_those_named() {
    let mut helped = Helped::new().await;
    let world = &helped.world;
    let account = world.account_without_subscription("Tailspin", "de").await;
    let last_day = jiff::civil::date(2026, 1, 31);
    let over = world.subscribe(account, "e3", None, Some(last_day)).await;
    helped.dana = world.administrator("Tess", account).await;
    helped.account = account;
    let billing = || Submission {
        kind: Kind::Billing,
        impact: None,
        ..submission('C')
    };
    let asked = helped.app().submit(&helped.dana.session, billing());
    let asked = asked.await.unwrap();
    assert_eq!(asked.subscription, None);
    helped.delegated(Covered::named(vec![over])).await;
    assert_eq!(helped.reaches(asked.number).await, [false; 3]);
    let denied = helped.app().submit(&helped.pia.session, billing()).await;
    let Err(Error::Denied(denied)) = denied else {
        panic!("{denied:?}");
    };
    assert_eq!(denied.because, Because::SubscriptionNotDelegated);
    // For all of them it is hers, and so is what is bought later.
    helped.changed(Covered::All).await;
    assert_eq!(helped.reaches(asked.number).await, [true; 3]);
    let later = helped.world.subscribe(account, "e4", None, None).await;
    let opened = helped.request(&helped.pia, later).await;
    assert_eq!(helped.reaches(opened.number).await, [true; 3]);
    helped.world.settle().await;
    helped.world.finish().await;
}

#[tokio::test]
async fn who_is_narrowed_is_cut_off_from_the_others_and_told_of_them_no_more() {
    let mut helped = Helped::new().await;
    helped.delegated(Covered::All).await;
    let (here, there) = (
        helped.request(&helped.pia, helped.one).await,
        helped.request(&helped.pia, helped.other).await,
    );
    helped.answered(&there).await;
    helped.world.settle().await;
    let [before_here, before_there] = helped.told([&here, &there]).await;
    assert!(before_there > before_here, "the answer was told");
    // Both are answered, and the notices wait when the delegation is narrowed.
    helped.answered(&here).await;
    helped.answered(&there).await;
    helped.changed(Covered::named(vec![helped.one])).await;
    assert_eq!(helped.reaches(here.number).await, [true; 3]);
    assert_eq!(helped.reaches(there.number).await, [false; 3]);
    helped.world.settle().await;
    // What she was told before is out of sight, too.
    let now = helped.told([&here, &there]).await;
    assert_eq!(now, [before_here + 1, 0]);
    helped.changed(Covered::All).await;
    assert_eq!(helped.reaches(there.number).await, [true; 3]);
    let again = helped.told([&here, &there]).await;
    let never_delivered = [before_here + 1, before_there];
    assert_eq!(again, never_delivered, "the second answer was not told");
    helped.world.settle().await;
    helped.world.finish().await;
}

#[tokio::test]
async fn nobody_is_added_to_a_case_under_another_subscription() {
    let mut helped = Helped::new().await;
    let ana = Organisation::Partner(helped.partner);
    let ana = helped.world.person("Ana", ana, Role::PartnerAgent).await;
    let (here, there) = (
        helped.request(&helped.dana, helped.one).await,
        helped.request(&helped.dana, helped.other).await,
    );
    helped.delegated(Covered::named(vec![helped.one])).await;
    let both = [helped.pia.session.person.id, ana.session.person.id];
    let named = helped
        .app()
        .name_people(&helped.pia.session, helped.account, &both);
    named.await.unwrap();
    let add = async |case: &Case| {
        let (dana, ana) = (&helped.dana.session, ana.session.person.id);
        helped.app().add_participant(dana, case.number, ana).await
    };
    let refused = add(&there).await.unwrap_err().to_string();
    assert!(refused.contains("other subscriptions"), "{refused}");
    add(&here).await.unwrap();
    let signed_in = helped.world.sign_in(ana.session.person.id).await;
    let (credential, now) = (signed_in.session.credential, helped.app().now());
    let read = async |tx: &mut Tx<'_>| {
        let session = auth::session(tx, credential, now).await?;
        let grants = grants_to_read(tx, &session, now).await?;
        let rows = views::partner_cases(tx, helped.partner, &grants, now, 50).await?;
        Ok::<_, Error>(rows.into_iter().map(|row| row.case.number).collect())
    };
    let inbox: Vec<CaseNumber> = helped.app().db().read(read).await.unwrap();
    assert_eq!(inbox, [here.number]);
    // She is told as somebody who takes part, and no more once it is another's.
    helped.answered(&here).await;
    helped.world.settle().await;
    let heard = async || {
        let read = async |tx: &mut Tx<'_>| {
            let (person, account) = (ana.session.person.id, Some(helped.account));
            mainstay_store::system::reach(tx);
            inbox::unread(tx, person, account, None).await
        };
        helped.app().db().read(read).await.unwrap()
    };
    let before = heard().await;
    assert!(before > 0, "she was told nothing");
    helped.answered(&here).await;
    helped.changed(Covered::named(vec![helped.other])).await;
    helped.world.settle().await;
    assert_eq!(heard().await, before);
    helped.world.finish().await;
}

#[tokio::test]
async fn terms_name_the_customer_s_own_subscriptions_and_the_log_says_which() {
    let mut helped = Helped::new().await;
    let omar = helped.world.account("Contoso", "de", "e3").await;
    let theirs = helped.world.held(omar).await[0];
    let unknown = SubscriptionId(uuid::Uuid::from_u128(7));
    let delegate = async |covered: Covered| {
        let terms = helped.terms(covered);
        let dana = &helped.dana.session;
        helped
            .app()
            .delegate(dana, helped.partner, &terms, "")
            .await
    };
    for wrong in [vec![], vec![theirs], vec![helped.one, unknown]] {
        let refused = delegate(Covered::named(wrong)).await;
        let is_named = matches!(
            refused,
            Err(Error::Field {
                field: "subscriptions",
                ..
            })
        );
        assert!(is_named, "{refused:?}");
    }
    helped.delegated(Covered::All).await;
    helped.changed(Covered::named(vec![helped.one])).await;
    let log = helped.world.log(Some(helped.account)).await;
    let line = log.iter().rfind(|line| line.act == "delegation.changed");
    let line = line.unwrap();
    let was = line.was.as_deref().unwrap();
    assert!(was.contains("\"subscriptions\":\"all\""), "{was}");
    let became = line.became.as_deref().unwrap();
    assert!(became.contains(&format!("e3 ({})", helped.one)), "{became}");
    // What one delegation named is not named by the next.
    let dana = &helped.dana.session;
    let removed = helped.app().remove_delegation(dana, helped.partner, "");
    removed.await.unwrap();
    helped.delegated(Covered::named(vec![helped.other])).await;
    let there = helped.request(&helped.dana, helped.other).await;
    let here = helped.request(&helped.dana, helped.one).await;
    assert_eq!(helped.reaches(there.number).await, [true; 3]);
    assert_eq!(helped.reaches(here.number).await, [false; 3]);
    helped.world.settle().await;
    helped.world.finish().await;
}
