//! A small world: a real database in a folder of its own, a settable clock, people to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use mainstay_app::callers::Proof;
use mainstay_app::{
    App, Clock, FileStore, HttpClient, Ids, Outside, Parts, Session, intake::Submission,
};
use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::access::delegation::{Covered, Terms};
use mainstay_domain::case::{Case, Channel, House};
use mainstay_domain::edition::{Affected, Impact, Kind, WorkState};
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::db::Options;
use mainstay_store::log::Kept;
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::sessions::{Entrance, How};
use mainstay_store::telephones::Verified;
use mainstay_store::{MIGRATIONS, accounts, outbox, partners, people, system, telephones};
use uuid::Uuid;

use crate::{ScriptedHttp, postgres};

/// A clock that stands where it is put.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Moment {
        Moment::from_unix(self.0.load(Ordering::SeqCst))
    }
}

/// Ids and secrets by counting.
#[derive(Debug, Default)]
pub struct TestIds(AtomicU64);

impl TestIds {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

impl Ids for TestIds {
    fn id(&self) -> Uuid {
        Uuid::from_u128(0x7000_8000_0000_0000_0000 + u128::from(self.next()))
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        for (index, byte) in self.next().to_le_bytes().into_iter().enumerate() {
            secret[index * 2] = byte & 0x1f;
            secret[index * 2 + 1] = byte >> 5;
        }
        secret
    }
}

/// A small world.
pub struct World {
    /// The verbs.
    pub app: App,
    /// Other machines, as far as the test has put some up.
    pub http: Arc<ScriptedHttp>,
    clock: Arc<TestClock>,
    ids: Arc<TestIds>,
    database: Option<postgres::Fresh>,
    folder: tempfile::TempDir,
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Persona {
    /// What verbs take.
    pub session: Session,
    /// The value of their session cookie.
    pub cookie: String,
}

impl World {
    /// A world with both shipped editions and all regions, on Friday 27 March 2026, 17:30 in
    /// Berlin.
    ///
    /// # Panics
    /// When the world cannot be made; a test can do nothing about it.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world whose database is opened as `settle` would have it.
    ///
    /// # Panics
    /// When the world cannot be made.
    pub async fn with(settle: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = Options::new(MIGRATIONS);
        settle(&mut options);
        let (db, database) = postgres::database(folder.path(), options).await;
        let start: Moment = "2026-03-27T17:30:00+01:00".parse().expect("an instant");
        let clock = Arc::new(TestClock(AtomicI64::new(start.as_unix())));
        let ids = Arc::new(TestIds::default());
        let http = Arc::new(ScriptedHttp::default());
        let parts = Parts {
            db,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::clone(&ids) as Arc<dyn Ids>,
            files: FileStore::new(folder.path().join("files")),
            house: House::default(),
            outside: outside(&http),
        };
        let app = App::start(parts).await.expect("an app");
        app.publish(shipped::editions(), shipped::regions())
            .await
            .expect("descriptions");
        Self {
            app,
            http,
            clock,
            ids,
            database,
            folder,
        }
    }

    /// All lines of an account's log, or of the vendor's own, the latest first.
    ///
    /// # Panics
    /// When it cannot be read.
    pub async fn log(&self, account: Option<AccountId>) -> Vec<Kept> {
        let chain = account.map_or(Uuid::nil(), |account| account.0);
        let read = self
            .app
            .db()
            .read(async |tx| system::chains::lines(tx, chain, 0, 10_000).await)
            .await;
        let mut lines: Vec<Kept> = read.expect("the log");
        lines.reverse();
        lines
    }

    /// Another node on the same database; on SQLite, which has room for one, a second set of verbs
    /// and workers.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn another_node(&self) -> App {
        let db = match &self.database {
            Some(database) => database.connect().await,
            None => self.app.db().clone(),
        };
        let parts = Parts {
            db,
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            ids: Arc::clone(&self.ids) as Arc<dyn Ids>,
            files: self.app.files().clone(),
            house: House::default(),
            outside: outside(&self.http),
        };
        App::start(parts).await.expect("an app")
    }

    /// The folder of the database and its files.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Puts the clock to an instant, RFC 3339.
    ///
    /// # Panics
    /// When the text is no instant.
    pub fn at(&self, instant: &str) {
        let moment: Moment = instant.parse().expect("an instant");
        self.clock.0.store(moment.as_unix(), Ordering::SeqCst);
    }

    /// Lets minutes pass.
    pub fn pass(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    /// A customer with one subscription.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn account(&self, name: &str, region: &str, plan: &str) -> AccountId {
        self.account_with(name, region, plan, None).await
    }

    /// A customer with one subscription and perhaps an elevated offer.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn account_with(
        &self,
        name: &str,
        region: &str,
        plan: &str,
        offer: Option<&str>,
    ) -> AccountId {
        let account = self.account_without_subscription(name, region).await;
        self.subscribe(account, plan, offer, None).await;
        account
    }

    /// An account buys one subscription more, perhaps until a last day.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn subscribe(
        &self,
        account: AccountId,
        plan: &str,
        offer: Option<&str>,
        ends_on: Option<jiff::civil::Date>,
    ) -> SubscriptionId {
        let id = SubscriptionId(self.ids.id());
        let subscription = Subscription {
            id,
            account,
            holding: Holding {
                plan: plan.to_owned(),
                is_trial: false,
                offer: offer.map(str::to_owned),
                additional_service: None,
            },
            seats: 25,
            starts_on: jiff::civil::date(2014, 1, 1),
            ends_on,
        };
        let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
            system::reach(tx);
            accounts::insert_subscription(tx, &subscription).await
        };
        self.app.db().write(keep).await.expect("a subscription");
        id
    }

    /// What an account holds, the latest first.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn held(&self, account: AccountId) -> Vec<SubscriptionId> {
        let read = self.app.db().read(async |tx| {
            system::reach(tx);
            accounts::subscriptions(tx, account).await
        });
        let held = read.await.expect("subscriptions");
        held.into_iter().map(|own| own.id).collect()
    }

    /// A customer that has not bought anything yet.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn account_without_subscription(&self, name: &str, region: &str) -> AccountId {
        let (id, now) = (AccountId(self.ids.id()), self.app.now());
        let account = Account {
            id,
            name: name.to_owned(),
            region: region.to_owned(),
            customer_number: format!("{:06}", self.ids.next()),
        };
        let keep =
            async move |tx: &mut mainstay_store::Tx<'_>| accounts::insert(tx, &account, now).await;
        self.app.db().write(keep).await.expect("an account");
        id
    }

    /// Gives an account's subscription an elevated offer, or takes it away.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn buy_offer(&self, account: AccountId, offer: Option<&str>) {
        let offer = offer.map(str::to_owned);
        let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
            system::reach(tx);
            let held = accounts::subscriptions(tx, account).await?;
            let mut subscription = held.into_iter().next().expect("a subscription");
            subscription.holding.offer = offer;
            accounts::save_holding(tx, &subscription).await
        };
        self.app.db().write(keep).await.expect("a holding");
    }

    /// Somebody of an organisation in a role, signed in.
    ///
    /// # Panics
    /// When they cannot be kept.
    pub async fn person(&self, name: &str, organisation: Organisation, role: Role) -> Persona {
        let (id, now) = (PersonId(self.ids.id()), self.app.now());
        let person = Person {
            id,
            email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
            name: name.to_owned(),
            language: "en".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            theme: "system".to_owned(),
            password_hash: None,
            is_active: true,
        };
        let membership = Membership { organisation, role };
        let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
            people::insert(tx, &person, now).await?;
            people::insert_membership(tx, id, membership).await
        };
        self.app.db().write(keep).await.expect("a person");
        self.sign_in(id).await
    }

    /// A partner organisation.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn partner(&self, name: &str) -> PartnerId {
        let (id, now, name) = (PartnerId(self.ids.id()), self.app.now(), name.to_owned());
        let keep =
            async move |tx: &mut mainstay_store::Tx<'_>| partners::insert(tx, id, &name, now).await;
        self.app.db().write(keep).await.expect("a partner");
        id
    }

    /// Lets a partner act for the account of a global administrator: for some kinds, so many
    /// persons, so many days.
    ///
    /// # Panics
    /// When they may not.
    pub async fn delegate(
        &self,
        by: &Persona,
        partner: PartnerId,
        kinds: &[Kind],
        (persons, days): (u32, i64),
    ) {
        let terms = Terms {
            kinds: kinds.to_vec(),
            covered: Covered::All,
            names_people: false,
            persons: Some(persons),
            ends_at: self.app.now().plus_minutes(days * 24 * 60),
        };
        let delegated = self.app.delegate(&by.session, partner, &terms, "").await;
        delegated.expect("a delegation");
    }

    /// Somebody of the vendor in a role.
    pub async fn colleague(&self, name: &str, role: Role) -> Persona {
        self.person(name, Organisation::Vendor, role).await
    }

    /// A global administrator of a customer.
    pub async fn administrator(&self, name: &str, account: AccountId) -> Persona {
        self.person(name, Organisation::Account(account), Role::GlobalAdmin)
            .await
    }

    /// Somebody of an account has a verified number.
    ///
    /// # Panics
    /// When it cannot be kept.
    pub async fn telephone(&self, account: AccountId, persona: &Persona, number: &'static str) {
        let (person, now) = (persona.session.person.id, self.app.now());
        let verified = Verified {
            at: now,
            how: telephones::How::Vouched,
            by: person,
        };
        let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
            system::reach(tx);
            telephones::save(tx, account, person, number, now).await?;
            telephones::save_verified(tx, account, person, &verified).await
        };
        self.app.db().write(keep).await.expect("a number");
    }

    /// Somebody of an account calls, and is called back by somebody at the vendor.
    ///
    /// # Panics
    /// When they are not believed.
    pub async fn calls(&self, caller: &Persona, account: AccountId, agent: &Persona) {
        self.telephone(account, caller, "+4930901820").await;
        let person = caller.session.person.id;
        let verified = self
            .app
            .verify_caller(&agent.session, account, person, &Proof::CalledBack)
            .await;
        verified.expect("a verified caller");
    }

    /// A fresh session of a person.
    ///
    /// # Panics
    /// When they cannot sign in.
    pub async fn sign_in(&self, person: PersonId) -> Persona {
        let session = self
            .app
            .start_session(person, Entrance::by(How::Demo))
            .await
            .expect("a session");
        let credential = mainstay_app::Credential::session(&session.token);
        let signed = self
            .app
            .session(credential)
            .await
            .expect("somebody signed in");
        Persona {
            session: signed,
            cookie: session.token,
        }
    }

    /// A technical request whose answers make it severity A, B or C.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn request(&self, persona: &Persona, severity: char) -> Case {
        self.app
            .submit(&persona.session, submission(severity))
            .await
            .expect("a case")
    }

    /// Judges clocks, delivers notices and takes in words until nothing is left to do.
    ///
    /// # Panics
    /// When a worker fails.
    pub async fn settle(&self) {
        while self.app.sweep().await.expect("a sweep") > 0 {}
        while self.app.deliver().await.expect("a delivery") > 0 {}
        self.app.take_in_words().await.expect("words");
    }

    /// Ends the world; effects left in the outbox fail the test.
    ///
    /// # Panics
    /// When effects are left.
    pub async fn finish(self) {
        let left = self
            .app
            .db()
            .read(async |tx| {
                system::reach(tx);
                outbox::next_run_at(tx).await
            })
            .await;
        assert_eq!(
            left.expect("the outbox"),
            None,
            "effects were left in the outbox"
        );
    }
}

/// A technical request whose answers make it severity A, B or C under both shipped editions.
#[must_use]
pub fn submission(severity: char) -> Submission {
    let (affected, work, has_workaround) = match severity {
        'A' => (Affected::Everyone, WorkState::Stopped, false),
        'B' => (Affected::Several, WorkState::Impaired, false),
        _ => (Affected::One, WorkState::Unhindered, true),
    };
    Submission {
        account: None,
        requester: None,
        subscription: None,
        subject: "Mail does not arrive".to_owned(),
        body: "Since this morning *no* mail arrives from outside.".to_owned(),
        kind: Kind::Technical,
        category: None,
        channel: Channel::Portal,
        impact: Some(Impact {
            affected,
            work,
            has_workaround,
        }),
        severity: None,
        follows: None,
        uploads: Vec::new(),
    }
}

/// Where breached passwords are asked for.
pub const BREACHED_PASSWORDS: &str = "https://passwords.example/range/";

/// The machines of a test.
fn outside(http: &Arc<ScriptedHttp>) -> Outside {
    Outside {
        http: Arc::clone(http) as Arc<dyn HttpClient>,
        breached_passwords: Some(BREACHED_PASSWORDS.to_owned()),
    }
}
