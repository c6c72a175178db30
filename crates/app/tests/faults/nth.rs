//! Every call of the database in the core stories fails once, at each place: each time a clean
//! error and not a trace, and the next try goes through.

use mainstay_app::approvals::Came;
use mainstay_app::auth::NewSession;
use mainstay_app::callers::Proof;
use mainstay_app::cases::Request;
use mainstay_app::files::Upload;
use mainstay_app::intake::{Answer, Once, Submission};
use mainstay_app::internal::{Ask, Escalate, Key};
use mainstay_app::people::NewPerson;
use mainstay_app::{App, Error};
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, EscalationTarget, NextTurn};
use mainstay_domain::ids::{AccountId, CaseNumber};
use mainstay_domain::internal::{self, Informed, Party};
use mainstay_store::drafts::{self, DraftFor};
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::system::inspect;
use mainstay_testkit::faults::Failing;
use mainstay_testkit::{Persona, World, submission};
use uuid::Uuid;

use super::assert_sound;

/// A world whose database fails on demand, and the people of the stories.
struct Stage {
    world: World,
    failing: Failing,
    account: AccountId,
    dana: Persona,
    kim: Persona,
    lee: Persona,
}

impl Stage {
    async fn new() -> Self {
        Self::failing_with(|| mainstay_store::Error::Unavailable {
            reason: "made to fail".to_owned(),
        })
        .await
    }

    async fn failing_with(error: fn() -> mainstay_store::Error) -> Self {
        let failing = Failing::default();
        let guard = failing.guard(error);
        let world = World::with(|options| options.guard = Some(guard)).await;
        let account = world
            .account_with("Fabrikam", "de", "e3", Some("premier"))
            .await;
        Self {
            failing,
            account,
            dana: world.administrator("Dana", account).await,
            kim: world.colleague("Kim", Role::Agent).await,
            lee: world.colleague("Lee", Role::Manager).await,
            world,
        }
    }

    const fn app(&self) -> &App {
        &self.world.app
    }

    async fn contents(&self) -> Vec<String> {
        let read = self
            .app()
            .db()
            .read(async |tx| inspect::contents(tx).await)
            .await;
        read.expect("everything kept")
    }

    /// Lets each call of a story fail, one after the other, until it goes through.
    async fn fails_everywhere<T>(
        &self,
        name: &str,
        story: impl AsyncFn(&Self) -> Result<T, Error>,
    ) -> T {
        let before = self.contents().await;
        for nth in 1..1000 {
            self.failing.at(nth);
            let outcome = story(self).await;
            let has_failed = self.failing.has_failed();
            match outcome {
                Ok(done) => {
                    assert!(!has_failed, "{name}: call {nth} failed and nobody noticed");
                    assert!(nth > 3, "{name} makes some calls");
                    assert_sound(self.app()).await;
                    return done;
                }
                Err(Error::Store(error)) => {
                    assert!(has_failed, "{name}: {error}, and no call had failed");
                    assert!(error.is_passing(), "{name}: call {nth}: {error}");
                }
                Err(error) => panic!("{name}: call {nth}: {error}"),
            }
            let after = self.contents().await;
            assert_eq!(before, after, "{name}: call {nth} left a trace");
        }
        panic!("{name} has no end")
    }

    async fn act(&self, persona: &Persona, case: &Case, request: impl Fn() -> Request) -> Case {
        let story = async |stage: &Self| {
            let done = stage
                .app()
                .act_once(&persona.session, case.number, request())
                .await?;
            match done {
                Answer::Fresh(case) => Ok(*case),
                Answer::Kept(_) => panic!("kept although it failed"),
            }
        };
        self.fails_everywhere("an act", story).await
    }

    async fn upload(&self, text: &str) -> Upload {
        let files = self.app().files();
        let id = self.app().ids().id();
        let mut receiving = files.receive(id).await.expect("a file");
        receiving.write(text.as_bytes()).await.expect("its bytes");
        let kept = files.keep(receiving, "log.txt", "text/plain").await;
        kept.expect("a kept file")
    }
}

fn once(key: &str) -> Option<Once> {
    Some(Once {
        key: key.to_owned(),
        request_hash: key.as_bytes().to_vec(),
        respond: |case| (201, case.number.to_string()),
    })
}

fn plain(command: Command) -> impl Fn() -> Request {
    move || Request::from(command.clone())
}

fn reply(body: &str) -> Command {
    Command::Reply {
        body: body.to_owned(),
        next: NextTurn::Vendor,
    }
}

#[tokio::test]
async fn a_submission_with_files_and_a_key() {
    let stage = Stage::new().await;
    let person = stage.dana.session.person.id;
    let now = stage.app().now();
    let draft = async move |tx: &mut mainstay_store::Tx<'_>| {
        drafts::save(tx, person, DraftFor::NewCase, "{}", now).await
    };
    stage.app().db().write(draft).await.expect("a draft");
    let upload = stage.upload("what the log says").await;
    let form = Submission {
        uploads: vec![upload],
        ..submission('B')
    };
    let submit = async |stage: &Stage| {
        let asked = &stage.dana.session;
        stage
            .app()
            .submit_once(asked, form.clone(), once("one"))
            .await
    };
    let fresh = stage.fails_everywhere("a submission", submit).await;
    let kept = stage.fails_everywhere("the same again", submit).await;
    assert!(matches!(fresh, Answer::Fresh(_)) && matches!(kept, Answer::Kept(_)));
    let plain = async |stage: &Stage| stage.app().submit(&stage.dana.session, form.clone()).await;
    stage.fails_everywhere("without a key", plain).await;
}

#[tokio::test]
async fn everything_said_on_a_case() {
    let stage = Stage::new().await;
    let case = stage.world.request(&stage.dana, 'B').await;
    let upload = stage.upload("a file with a reply").await;
    let with_file = || Request {
        uploads: vec![upload.clone()],
        seen: Some(case.revision),
        once: once("reply"),
        ..reply("We look into it.").into()
    };
    stage.act(&stage.kim, &case, with_file).await;
    let thanks = plain(reply("Thank you. It is worse now."));
    stage.act(&stage.dana, &case, thanks).await;
    let note = Command::Note {
        body: "Looks like the proxy.".to_owned(),
    };
    stage.act(&stage.kim, &case, plain(note)).await;
    let ask = Command::AskInformation {
        body: "Please send us:".to_owned(),
        items: vec!["the log".to_owned(), "the time".to_owned()],
    };
    stage.act(&stage.kim, &case, plain(ask)).await;
    let tick = Command::TickInformation { items: vec![0, 1] };
    stage.act(&stage.dana, &case, plain(tick)).await;
}

#[tokio::test]
async fn everything_done_to_a_case() {
    let stage = Stage::new().await;
    let case = stage.world.request(&stage.dana, 'B').await;
    let take = async |stage: &Stage| stage.app().take_next(&stage.kim.session).await;
    let taken: Option<CaseNumber> = stage.fails_everywhere("taking a case", take).await;
    assert_eq!(taken, Some(case.number));
    let severity = Command::ChangeSeverity {
        to: "A".to_owned(),
        reason: "Nobody can work".to_owned(),
    };
    stage.act(&stage.dana, &case, plain(severity)).await;
    let escalate = Command::Escalate {
        to: EscalationTarget::Management,
        reason: "It is everybody".to_owned(),
    };
    stage.act(&stage.kim, &case, plain(escalate)).await;
    let assign = Command::Assign { to: None };
    stage.act(&stage.kim, &case, plain(assign)).await;
    let resolve = Command::Resolve {
        body: "The proxy was wrong.".to_owned(),
    };
    stage.act(&stage.kim, &case, plain(resolve)).await;
    let close = Command::Close {
        reason: "Solved".to_owned(),
    };
    stage.act(&stage.dana, &case, plain(close)).await;
    let reopen = Command::Reopen {
        reason: "It is back".to_owned(),
    };
    stage.act(&stage.dana, &case, plain(reopen)).await;
    stage.world.buy_offer(stage.account, None).await;
    let rebase = async |stage: &Stage| {
        let reason = "The offer has ended";
        stage
            .app()
            .rebase(&stage.kim.session, case.number, reason)
            .await
    };
    stage.fails_everywhere("today's terms", rebase).await;
}

#[tokio::test]
async fn a_deadline_that_passes_and_its_notices() {
    let stage = Stage::new().await;
    for severity in ['A', 'B', 'C'] {
        stage.world.request(&stage.dana, severity).await;
    }
    stage.world.colleague("Lou", Role::Lead).await;
    let deliver = async |stage: &Stage| stage.app().deliver().await;
    stage.fails_everywhere("acknowledgements", deliver).await;
    stage.world.pass(3 * 24 * 60);
    let sweep = async |stage: &Stage| stage.app().sweep().await;
    assert_eq!(stage.fails_everywhere("a sweep", sweep).await, 3);
    let told = stage.fails_everywhere("notices of breaches", deliver).await;
    assert!(told >= 3, "{told}");
    stage.world.settle().await;
    assert_sound(stage.app()).await;
    stage.world.finish().await;
}

#[tokio::test]
async fn roles_invitations_and_signing_in() {
    let stage = Stage::new().await;
    let new = NewPerson {
        name: "Robin".to_owned(),
        email: "robin@example.com".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    let organisation = Organisation::Account(stage.account);
    let membership = Membership {
        organisation,
        role: Role::ServiceSupportAdmin,
    };
    let invite = async |stage: &Stage| {
        let asked = &stage.dana.session;
        stage.app().invite(asked, &new, membership).await
    };
    let invited = stage.fails_everywhere("an invitation", invite).await;
    let password = "correct horse battery";
    let accept = async |stage: &Stage| {
        let word = invited.word.as_str();
        stage
            .app()
            .accept_invitation(word, password, "192.0.2.1")
            .await
    };
    let first: NewSession = stage.fails_everywhere("accepting it", accept).await;
    let sign_in = async |stage: &Stage| {
        let address = "robin@example.com";
        stage.app().sign_in(address, password, "192.0.2.1").await
    };
    let second = stage.fails_everywhere("signing in", sign_in).await;
    assert_ne!(Some(first.token), second.session().map(|it| it.token));
    let wrong = async |stage: &Stage| {
        let address = "robin@example.com";
        match stage
            .app()
            .sign_in(address, "not the password", "192.0.2.1")
            .await
        {
            Err(Error::WrongPassword) => Ok(()),
            other => other.map(drop),
        }
    };
    stage.fails_everywhere("a wrong password", wrong).await;
    let token = async |stage: &Stage| stage.app().create_token(&stage.kim.session, "tool").await;
    stage.fails_everywhere("a token", token).await;
}

#[tokio::test]
async fn a_new_customer_and_the_first_start() {
    let stage = Stage::new().await;
    let new = mainstay_app::people::NewAccount {
        name: "Contoso".to_owned(),
        region: "gb".to_owned(),
        plan: "e3".to_owned(),
        seats: 5,
        administrator: NewPerson {
            name: "Chris".to_owned(),
            email: "chris@example.com".to_owned(),
            time_zone: "Europe/London".to_owned(),
        },
        ..Default::default()
    };
    let create = async |stage: &Stage| stage.app().create_account(&stage.lee.session, &new).await;
    stage.fails_everywhere("a customer", create).await;

    let failing = Failing::default();
    let guard = failing.guard(|| mainstay_store::Error::Full);
    let world = World::with(|options| options.guard = Some(guard)).await;
    let word = world
        .app
        .setup_link()
        .await
        .expect("a link")
        .expect("needed");
    let first = NewPerson {
        name: "Ada".to_owned(),
        email: "ada@example.com".to_owned(),
        time_zone: "UTC".to_owned(),
    };
    for nth in 1.. {
        failing.at(nth);
        let done = world
            .app
            .set_up(&word, "Mainstay", &first, "correct horse battery")
            .await;
        let has_failed = failing.has_failed();
        assert_eq!(done.is_err(), has_failed, "call {nth}: {done:?}");
        if !has_failed {
            break;
        }
        assert!(
            world.app.check_setup_link(&word).await.is_ok(),
            "call {nth}"
        );
    }
}

#[tokio::test]
async fn a_full_disk_at_any_call() {
    let stage = Stage::failing_with(|| mainstay_store::Error::Full).await;
    let submit = async |stage: &Stage| {
        stage
            .app()
            .submit(&stage.dana.session, submission('A'))
            .await
    };
    let case = stage.fails_everywhere("a submission", submit).await;
    stage
        .act(&stage.kim, &case, plain(reply("We are on it.")))
        .await;
}

#[tokio::test]
async fn a_panic_at_any_statement_is_undone_and_costs_nobody_else() {
    let stage = Stage::failing_with(|| panic!("made to panic")).await;
    let case = stage.world.request(&stage.dana, 'B').await;
    let before = stage.contents().await;
    let statements_of_reply = 3..=10;
    for nth in statements_of_reply {
        stage.failing.at(nth);
        let (app, session, number) = (stage.app().clone(), stage.kim.session.clone(), case.number);
        // BEGIN and SAVEPOINT are the first two calls; what follows is inside the job.
        let done = tokio::spawn(async move { app.act(&session, number, reply("Hello")).await });
        let done = done.await.expect("the panic stays inside");
        assert!(stage.failing.has_failed(), "statement {nth}");
        let is_told = matches!(
            &done,
            Err(Error::Store(mainstay_store::Error::Panicked { .. }))
        );
        assert!(is_told, "statement {nth}: {done:?}");
        assert_eq!(before, stage.contents().await, "statement {nth}");
    }
    let number = case.number;
    let done = stage
        .app()
        .act(&stage.kim.session, number, reply("Hello"))
        .await;
    assert!(done.is_ok());
    let id = Uuid::from_u128(1);
    assert!(stage.app().files().receive(id).await.is_ok());
    assert_sound(stage.app()).await;
}

#[tokio::test]
async fn people_given_roles_let_go_and_called_back() {
    let stage = Stage::new().await;
    let sven = Organisation::Account(stage.account);
    let sven = stage.world.person("Sven", sven, Role::EndUser).await;
    let person = sven.session.person.id;
    let asked = stage.dana.session.clone();
    let roles = async |stage: &Stage| {
        let wanted = [Role::BillingAdmin, Role::ServiceSupportAdmin];
        stage.app().change_roles(&asked, person, &wanted).await
    };
    stage.fails_everywhere("roles", roles).await;
    let call = async |stage: &Stage| {
        let kim = &stage.kim.session;
        let proof = Proof::CalledBack;
        stage
            .app()
            .verify_caller(kim, stage.account, person, &proof)
            .await
    };
    stage
        .world
        .telephone(stage.account, &sven, "+4930901820")
        .await;
    stage.fails_everywhere("a caller", call).await;
    let pin = async |stage: &Stage| stage.app().make_pin(&asked).await;
    stage.fails_everywhere("a PIN", pin).await;
    let leave = async |stage: &Stage| stage.app().deactivate(&asked, person).await;
    stage.fails_everywhere("letting go", leave).await;
    let back = async |stage: &Stage| stage.app().activate(&asked, person).await;
    stage.fails_everywhere("taking back", back).await;
    assert_sound(stage.app()).await;
}

#[tokio::test]
async fn an_internal_request_from_asking_to_the_end_of_the_case_it_became() {
    let stage = Stage::new().await;
    let at = Organisation::Account(stage.account);
    let uwe = stage.world.person("Uwe", at, Role::EndUser).await;
    let upload = stage.upload("a picture of it").await;
    let form = Ask {
        category: "connectivity".to_owned(),
        subject: "The wiki does not load".to_owned(),
        body: "Since this morning.".to_owned(),
        checked: vec!["vpn".to_owned()],
        tried: "Another browser".to_owned(),
        uploads: vec![upload],
    };
    let key = |key: &str| {
        Some(Key {
            key: key.to_owned(),
            request_hash: vec![1],
        })
    };
    let ask = async |stage: &Stage| {
        stage
            .app()
            .ask(&uwe.session, form.clone(), key("ask"))
            .await
    };
    let id = stage.fails_everywhere("asking", ask).await;
    let answer = async |stage: &Stage| {
        let body = "Does the other network work?".to_owned();
        let command = internal::Command::Reply { body };
        let of = (id, Party::Administrator);
        let app = stage.app();
        app.act_internally(&stage.dana.session, of, command, Vec::new(), key("answer"))
            .await
    };
    stage.fails_everywhere("an answer", answer).await;
    let escalate = async |stage: &Stage| {
        let escalate = Escalate {
            submission: submission('B'),
            files: Vec::new(),
            informed: Informed::EveryReply,
        };
        let app = stage.app();
        app.escalate(&stage.dana.session, id, escalate, key("escalate"))
            .await
    };
    let number = stage.fails_everywhere("an escalation", escalate).await;
    let act = async |command: Command| {
        let story = async |stage: &Stage| {
            let kim = &stage.kim.session;
            stage.app().act(kim, number, command.clone()).await
        };
        stage.fails_everywhere("an act on its case", story).await
    };
    act(reply("We look into it.")).await;
    let reason = "The switch was changed.".to_owned();
    act(Command::Close { reason }).await;
    let deliver = async |stage: &Stage| stage.app().deliver().await;
    stage.fails_everywhere("its notices", deliver).await;
}

#[tokio::test]
async fn a_case_that_is_moved_to_another_organisation() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let there = world.account("Contoso", "gb", "business").await;
    let omar = world.administrator("Omar", there).await;
    let lea = world.colleague("Lea", Role::Lead).await;
    let lou = world.colleague("Lou", Role::Lead).await;
    let case = world.request(&stage.dana, 'A').await;
    let note = Command::CustomerNote {
        body: "Do we pay for this?".to_owned(),
    };
    let (dana, kim) = (&stage.dana.session, &stage.kim.session);
    let app = stage.app();
    app.act(dana, case.number, note).await.expect("a note");
    let answer = Request {
        uploads: vec![stage.upload("a log").await],
        ..reply("We look into it.").into()
    };
    app.act(kim, case.number, answer).await.expect("an answer");
    let ask = async |stage: &Stage| {
        let to = (there, None, omar.session.person.id);
        let app = stage.app();
        app.ask_to_move(&lea.session, case.number, to, "The wrong one was chosen")
            .await
    };
    let Came::Waits(id) = stage.fails_everywhere("asking to move it", ask).await else {
        panic!("somebody else could agree")
    };
    let agree = async |stage: &Stage| stage.app().agree(&lou.session, id).await;
    let done = stage.fails_everywhere("moving it", agree).await;
    assert_eq!(done.moved.map(|moved| moved.to), Some(there));
    let deliver = async |stage: &Stage| stage.app().deliver().await;
    stage.fails_everywhere("its notices", deliver).await;
}
