//! Who lives in the demo: read from a file, brought into the database, signed in.

use anyhow::{Context, anyhow, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mainstay_app::auth::Secret;
use mainstay_app::{App, Credential, Ids, Session};
use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::edition::Kind;
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Delegation, Subscription};
use mainstay_store::partners::Entry;
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::sessions::{Bearer, Entrance, How, NewSession};
use mainstay_store::telephones::Verified;
use mainstay_store::{Tx, accounts, people, sessions, settings, system, telephones};
use mainstay_web::{DemoPerson, DemoStand};

use super::chance::Chance;
use super::playbill::{AccountEntry, File, PartnerEntry, PersonEntry};
use crate::ports::SystemIds;

/// Ids follow from this, so that a kept demo knows its people again.
const SEED: u64 = 0x6d61_696e_7374_6179;
/// Days the demo's own sessions and delegations last.
const DAYS: i64 = 300;

/// Somebody of the demo.
pub struct Player {
    /// Their row.
    pub person: Person,
    /// What they are, where.
    pub membership: Membership,
    /// The name of their organisation.
    pub organisation: String,
    /// What the sign-in page says of them, if one can be them.
    pub about: Option<String>,
    /// What somebody of the vendor is good at.
    pub skills: Vec<String>,
    /// The languages they speak, as codes.
    pub languages: Vec<String>,
    /// Signed in; a partner's person once for each customer.
    pub sessions: Vec<Session>,
}

/// A customer of the demo.
pub struct Customer {
    /// Its row.
    pub account: Account,
    /// What it holds.
    pub subscription: Subscription,
    /// Its mail domain.
    pub domain: String,
    /// Where its people work.
    pub zone: TimeZone,
    /// Its people; the first is a global administrator.
    pub people: Vec<Player>,
}

/// A partner of the demo.
pub struct Partner {
    /// Its identity.
    pub id: PartnerId,
    /// Its name.
    pub name: String,
    /// Whom it acts for, by their places among the customers.
    pub customers: Vec<usize>,
    /// For which kinds of requests, customer by customer.
    pub kinds: Vec<Vec<Kind>>,
    /// Whom it asks to be let act for.
    pub asks: Vec<usize>,
    /// What the directory says of it.
    pub entry: Option<Entry>,
    /// Its people.
    pub people: Vec<Player>,
}

/// Everybody.
pub struct Cast {
    /// The vendor's name.
    pub vendor: String,
    /// The vendor's people.
    pub team: Vec<Player>,
    /// The customers.
    pub customers: Vec<Customer>,
    /// The partners.
    pub partners: Vec<Partner>,
}

/// The address of a person, in plain letters.
fn email(name: &str, domain: &str) -> String {
    let plain = |letter: char| match letter {
        'á' | 'à' => 'a',
        'é' => 'e',
        'ó' | 'ō' => 'o',
        'ñ' => 'n',
        'ç' => 'c',
        ' ' => '.',
        other => other,
    };
    let local: String = name.to_lowercase().chars().map(plain).collect();
    format!("{local}@{domain}")
}

impl Player {
    fn new(
        entry: PersonEntry,
        zone: &str,
        domain: &str,
        organisation: (&str, Organisation),
        chance: &mut Chance,
    ) -> Self {
        Self {
            person: Person {
                id: PersonId(chance.uuid()),
                email: email(&entry.name, domain),
                name: entry.name,
                language: "en".to_owned(),
                time_zone: entry.zone.unwrap_or_else(|| zone.to_owned()),
                theme: "system".to_owned(),
                password_hash: None,
                is_active: true,
            },
            membership: Membership {
                organisation: organisation.1,
                role: entry.role,
            },
            organisation: organisation.0.to_owned(),
            about: entry.about,
            skills: entry.skills,
            languages: entry.languages,
            sessions: Vec::new(),
        }
    }

    /// Their first name.
    pub fn first_name(&self) -> &str {
        self.person.name.split(' ').next().unwrap_or_default()
    }

    /// The session they act with.
    ///
    /// # Errors
    /// When they were not signed in.
    pub fn session(&self) -> anyhow::Result<&Session> {
        self.sessions
            .first()
            .with_context(|| format!("{} is not signed in", self.person.name))
    }
}

impl Cast {
    /// Reads the cast.
    ///
    /// # Errors
    /// When the file has a mistake.
    pub fn read(now: Moment) -> anyhow::Result<Self> {
        let file: File =
            toml::from_str(include_str!("cast.toml")).context("the cast has a mistake")?;
        let mut chance = Chance::new(SEED);
        let vendor = file.vendor;
        let own = (vendor.name.as_str(), Organisation::Vendor);
        let team = vendor
            .people
            .into_iter()
            .map(|entry| Player::new(entry, "UTC", &vendor.domain, own, &mut chance))
            .collect();
        let customers: Vec<Customer> = file
            .account
            .into_iter()
            .map(|entry| Customer::new(entry, now, &mut chance))
            .collect::<anyhow::Result<_>>()?;
        let partners = file
            .partner
            .into_iter()
            .map(|entry| Partner::new(entry, &customers, &mut chance))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            vendor: vendor.name,
            team,
            customers,
            partners,
        })
    }

    /// All people.
    pub fn players(&self) -> impl Iterator<Item = &Player> {
        let customers = self.customers.iter().flat_map(|customer| &customer.people);
        let partners = self.partners.iter().flat_map(|partner| &partner.people);
        self.team.iter().chain(customers).chain(partners)
    }

    /// The people the sign-in page offers.
    pub fn demo_people(&self) -> Vec<DemoPerson> {
        let offered = |player: &Player| {
            Some(DemoPerson {
                id: player.person.id,
                name: player.person.name.clone(),
                organisation: player.organisation.clone(),
                about: player.about.clone()?,
                stand: match player.membership.organisation {
                    Organisation::Vendor => DemoStand::Vendor,
                    Organisation::Account(_) => DemoStand::Customer,
                    Organisation::Partner(_) => DemoStand::Partner,
                },
            })
        };
        self.players().filter_map(offered).collect()
    }

    /// The place of the first of the vendor's people in a role.
    pub fn team_with(&self, role: Role) -> usize {
        self.team
            .iter()
            .position(|player| player.membership.role == role)
            .unwrap_or(0)
    }

    /// The place of one of the vendor's people, by first name.
    ///
    /// # Errors
    /// When there is none.
    pub fn colleague(&self, first_name: &str) -> anyhow::Result<usize> {
        let mut team = self.team.iter();
        let found = team.position(|player| player.first_name() == first_name);
        found.with_context(|| format!("the vendor has no {first_name}"))
    }

    /// The place of a customer, by how its name begins.
    ///
    /// # Errors
    /// When there is none.
    pub fn customer_called(&self, beginning: &str) -> anyhow::Result<usize> {
        let mut customers = self.customers.iter();
        let found = customers.position(|one| one.account.name.starts_with(beginning));
        found.with_context(|| format!("there is no customer {beginning}"))
    }

    /// Signs one of the vendor's people in again, whose sessions have ended.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sign_in_again(
        &mut self,
        app: &App,
        place: usize,
        now: Moment,
    ) -> anyhow::Result<()> {
        let player = &mut self.team[place];
        player.sessions.clear();
        sign_in(app, player, None, now).await
    }

    /// Brings everybody into an empty database, as of a moment of the past.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn move_in(&self, app: &App, since: Moment, now: Moment) -> anyhow::Result<()> {
        let vendor = self.vendor.clone();
        let persons: Vec<_> = self
            .players()
            .map(|player| (player.person.clone(), player.membership))
            .collect();
        let customers: Vec<_> = self
            .customers
            .iter()
            .map(|customer| (customer.account.clone(), customer.subscription.clone()))
            .collect();
        let partners: Vec<_> = self
            .partners
            .iter()
            .map(|partner| (partner.id, partner.name.clone()))
            .collect();
        let delegations: Vec<_> = self
            .partners
            .iter()
            .flat_map(|partner| partner.delegations(self, now))
            .collect();
        app.db()
            .write(async move |tx| {
                system::reach(tx);
                settings::save(tx, "vendor", &vendor).await?;
                for (account, subscription) in &customers {
                    accounts::insert(tx, account, start_of(subscription.starts_on)).await?;
                    accounts::insert_subscription(tx, subscription).await?;
                }
                for (id, name) in &partners {
                    accounts::insert_partner(tx, *id, name, since).await?;
                }
                for (person, membership) in &persons {
                    people::insert(tx, person, since).await?;
                    people::insert_membership(tx, person.id, *membership).await?;
                }
                for delegation in &delegations {
                    accounts::save_delegation(tx, delegation, since).await?;
                }
                Ok::<_, mainstay_store::Error>(())
            })
            .await?;
        Ok(())
    }

    /// Gives everybody at a customer a number that a colleague vouched for; the numbers are kept
    /// for plays and reach nobody.
    async fn give_telephones(&self, app: &App, now: Moment) -> anyhow::Result<()> {
        let of_account = |player: &Player| match player.membership.organisation {
            Organisation::Account(account) => Some((account, player.person.id)),
            Organisation::Vendor | Organisation::Partner(_) => None,
        };
        let numbered: Vec<_> = self.players().filter_map(of_account).collect();
        app.db()
            .write(async move |tx| {
                system::reach(tx);
                for (place, (account, person)) in numbered.iter().enumerate() {
                    let number = format!("+442079460{:03}", place % 1000);
                    let verified = Verified {
                        at: now,
                        how: telephones::How::Vouched,
                        by: *person,
                    };
                    telephones::save(tx, *account, *person, &number, now).await?;
                    telephones::save_verified(tx, *account, *person, &verified).await?;
                }
                Ok::<_, mainstay_store::Error>(())
            })
            .await?;
        Ok(())
    }

    /// Signs everybody in, for as long as the demo lasts.
    ///
    /// # Errors
    /// When the database knows none of them: it is not a demo's.
    pub async fn sign_in(&mut self, app: &App, now: Moment) -> anyhow::Result<()> {
        self.give_telephones(app, now).await?;
        for player in &mut self.team {
            sign_in(app, player, None, now).await?;
        }
        for player in self
            .customers
            .iter_mut()
            .flat_map(|customer| &mut customer.people)
        {
            sign_in(app, player, None, now).await?;
        }
        for partner in &mut self.partners {
            let accounts: Vec<AccountId> = partner
                .customers
                .iter()
                .map(|&index| self.customers[index].account.id)
                .collect();
            for player in &mut partner.people {
                if accounts.is_empty() {
                    sign_in(app, player, None, now).await?;
                }
                for account in &accounts {
                    sign_in(app, player, Some(*account), now).await?;
                }
            }
        }
        Ok(())
    }
}

impl Customer {
    fn new(entry: AccountEntry, now: Moment, chance: &mut Chance) -> anyhow::Result<Self> {
        let id = AccountId(chance.uuid());
        let since = match (entry.since, entry.since_days_ago) {
            (Some(date), _) => date.to_string().parse()?,
            (None, days) => date_of(now.plus_seconds(-days.unwrap_or(30) * 86_400)),
        };
        let own = (entry.name.as_str(), Organisation::Account(id));
        let people: Vec<Player> = entry
            .people
            .into_iter()
            .map(|person| Player::new(person, &entry.zone, &entry.domain, own, chance))
            .collect();
        if people.is_empty() {
            bail!("{} has nobody", entry.name);
        }
        Ok(Self {
            account: Account {
                id,
                name: entry.name.clone(),
                region: entry.region,
                customer_number: format!("{:08}", chance.between(10_000_000, 99_999_999)),
            },
            subscription: Subscription {
                id: SubscriptionId(chance.uuid()),
                account: id,
                holding: Holding {
                    plan: entry.plan,
                    is_trial: entry.trial,
                    offer: entry.offer,
                    additional_service: None,
                },
                seats: entry.seats,
                starts_on: since,
                ends_on: None,
            },
            zone: TimeZone::get(&entry.zone)?,
            domain: entry.domain,
            people,
        })
    }

    /// Its first moment.
    pub fn since(&self) -> Moment {
        start_of(self.subscription.starts_on)
    }
}

impl Partner {
    fn new(
        entry: PartnerEntry,
        customers: &[Customer],
        chance: &mut Chance,
    ) -> anyhow::Result<Self> {
        let id = PartnerId(chance.uuid());
        let own = (entry.name.as_str(), Organisation::Partner(id));
        let people = entry
            .people
            .into_iter()
            .map(|person| Player::new(person, &entry.zone, &entry.domain, own, chance))
            .collect();
        let place = |name: &str| {
            customers
                .iter()
                .position(|customer| customer.account.name == name)
                .ok_or_else(|| anyhow!("there is no customer {name}"))
        };
        let places = entry
            .acts_for
            .iter()
            .map(|delegation| place(&delegation.account));
        let asks = entry.asks.iter().map(|name| place(name));
        let listed = entry.directory.map(|listed| Entry {
            about: listed.about,
            contact: listed.contact,
            regions: listed.regions,
            languages: listed.languages,
            specialities: listed.specialities,
            is_listed: true,
        });
        Ok(Self {
            id,
            asks: asks.collect::<anyhow::Result<_>>()?,
            entry: listed,
            customers: places.collect::<anyhow::Result<_>>()?,
            kinds: entry
                .acts_for
                .into_iter()
                .map(|delegation| delegation.kinds)
                .collect(),
            name: entry.name.clone(),
            people,
        })
    }

    fn delegations(&self, cast: &Cast, now: Moment) -> Vec<Delegation> {
        let one = |(&index, kinds): (&usize, &Vec<Kind>)| {
            let customer = &cast.customers[index];
            Delegation {
                account: customer.account.id,
                partner: self.id,
                kinds: kinds.clone(),
                granted_by: customer.people[0].person.id,
                ends_at: now.plus_seconds(DAYS * 86_400),
            }
        };
        self.customers.iter().zip(&self.kinds).map(one).collect()
    }
}

async fn sign_in(
    app: &App,
    player: &mut Player,
    acting_for: Option<AccountId>,
    now: Moment,
) -> anyhow::Result<()> {
    let word: String = SystemIds
        .secret()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let credential = Credential::session(&word);
    let Secret::Session(token) = credential.secret else {
        bail!("a session's credential is a session");
    };
    let bearer = Bearer {
        person: player.person.id,
        organisation: player.membership.organisation,
        acting_for,
    };
    // The demo plays on as those nobody else can be, even where a second factor is asked of them.
    let entrance = Entrance {
        is_strong: player.about.is_none(),
        ..Entrance::by(How::Demo)
    };
    let (id, expires_at) = (SystemIds.id(), now.plus_seconds(DAYS * 86_400));
    app.db()
        .write(async move |tx: &mut Tx<'_>| {
            let session = NewSession {
                token: &token,
                id,
                bearer: &bearer,
                entrance: &entrance,
                proved_at: Some(now),
                expires_at,
            };
            sessions::insert(tx, &session, now).await
        })
        .await?;
    let session = app
        .session(credential)
        .await
        .context("this database holds no demo; name a new file with --database")?;
    player.sessions.push(session);
    Ok(())
}

/// The date in UTC.
pub fn date_of(at: Moment) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at.timestamp()).date()
}

/// The first moment of a date in UTC.
pub fn start_of(date: Date) -> Moment {
    let first = date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC);
    first.map_or(Moment::from_unix(0), |first| {
        Moment::from(first.timestamp())
    })
}
