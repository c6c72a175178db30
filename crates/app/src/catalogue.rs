//! The published editions and regions in memory: compiled, and shared by everybody.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{Calendar, CalendarSpec, time_zone_version};
use mainstay_domain::case::{House, PinnedTerms, Terms};
use mainstay_domain::clock::WindowHours;
use mainstay_domain::edition::Edition;
use mainstay_domain::entitlement::{Holding, RegionHours};
use mainstay_domain::region::Region;
use mainstay_store::{Db, catalogue};

use crate::Error;

/// Editions and regions, ready to decide under.
pub struct Catalogue {
    /// The oldest first.
    editions: Vec<Arc<Edition>>,
    regions: HashMap<String, CompiledRegion>,
    house: Arc<House>,
}

struct CompiledRegion {
    region: Region,
    /// Business hours by revision, and all day every day.
    revisions: Vec<(u32, WindowHours)>,
    anytime: WindowHours,
}

impl Catalogue {
    /// Reads and compiles what is published.
    pub(crate) async fn load(db: &Db, house: Arc<House>) -> Result<Self, Error> {
        let (editions, regions) = db
            .read(async |tx| {
                let editions = catalogue::editions(tx).await?;
                Ok::<_, Error>((editions, catalogue::regions(tx).await?))
            })
            .await?;
        Self::new(editions, regions, house)
    }

    /// Compiles editions and regions.
    ///
    /// # Errors
    /// When a region's calendar cannot be compiled.
    pub fn new(
        editions: Vec<Edition>,
        regions: Vec<Region>,
        house: Arc<House>,
    ) -> Result<Self, Error> {
        let mut compiled = HashMap::with_capacity(regions.len());
        for region in regions {
            compiled.insert(region.code.clone(), CompiledRegion::new(region)?);
        }
        let mut editions: Vec<Arc<Edition>> = editions.into_iter().map(Arc::new).collect();
        editions.sort_by_key(|edition| edition.in_force_from);
        Ok(Self {
            editions,
            regions: compiled,
            house,
        })
    }

    /// All editions, the oldest first.
    #[must_use]
    pub fn editions(&self) -> &[Arc<Edition>] {
        &self.editions
    }

    /// The edition of an id.
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Arc<Edition>> {
        self.editions.iter().find(|edition| edition.id == id)
    }

    /// The edition in force at an instant: the newest whose first day (UTC) has begun.
    #[must_use]
    pub fn edition_at(&self, at: Moment) -> Option<&Arc<Edition>> {
        let today = utc_date(at);
        self.editions
            .iter()
            .rev()
            .find(|edition| edition.in_force_from <= today)
    }

    /// Whether the first day of an edition has begun (UTC).
    #[must_use]
    pub fn has_begun(edition: &Edition, at: Moment) -> bool {
        edition.in_force_from <= utc_date(at)
    }

    /// The editions before and after a first day, each the nearest.
    #[must_use]
    pub fn around(&self, first_day: Date) -> (Option<&Arc<Edition>>, Option<&Arc<Edition>>) {
        let before = self
            .editions
            .iter()
            .rfind(|one| one.in_force_from < first_day);
        let after = self
            .editions
            .iter()
            .find(|one| one.in_force_from > first_day);
        (before, after)
    }

    /// All regions, by name.
    #[must_use]
    pub fn regions(&self) -> Vec<&Region> {
        let mut regions: Vec<&Region> = self.regions.values().map(|own| &own.region).collect();
        regions.sort_by(|one, other| one.name.cmp(&other.name));
        regions
    }

    /// The region of a code.
    #[must_use]
    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.get(code).map(|own| &own.region)
    }

    /// The local date in a region; the date in UTC where the region is unknown.
    #[must_use]
    pub fn local_date(&self, region: &str, at: Moment) -> Date {
        let own = self.regions.get(region);
        own.map_or_else(|| utc_date(at), |own| own.anytime.calendar.local_date(at))
    }

    /// The hours of a region now: its newest calendar, under the edition in force.
    #[must_use]
    pub fn region_hours(&self, code: &str, now: Moment) -> Option<RegionHours> {
        let own = self.regions.get(code)?;
        let local = own.anytime.calendar.local_date(now);
        let revision = own.region.revision_on(local)?.number;
        let (_, business) = own
            .revisions
            .iter()
            .find(|(number, _)| *number == revision)?;
        let exception = self
            .edition_at(now)
            .and_then(|edition| edition.anytime_exception(code).map(str::to_owned));
        Some(RegionHours {
            anytime: own.anytime.clone(),
            business: business.clone(),
            exception,
        })
    }

    /// The vendor's own rules.
    #[must_use]
    pub fn house(&self) -> &House {
        &self.house
    }

    /// What a request submitted now is decided under: the edition in force, the plan as that
    /// edition knows it, the region's newest calendar (S1, R13).
    ///
    /// # Errors
    /// [`Error::Field`] when no edition is in force, or the plan or region is unknown.
    pub fn terms_now(&self, region: &str, holding: &Holding, now: Moment) -> Result<Terms, Error> {
        let wrong = |field, message| Error::Field { field, message };
        let edition = self.edition_at(now).ok_or_else(|| {
            wrong(
                "edition",
                "No service description is in force yet; publish one".to_owned(),
            )
        })?;
        let plan = self.plan_in(edition, &holding.plan).ok_or_else(|| {
            let message = format!(
                "Plan `{}` is not in edition {} any more",
                holding.plan, edition.id
            );
            wrong("subscription", message)
        })?;
        let own = self.regions.get(region).ok_or_else(|| {
            wrong(
                "region",
                format!("Support region `{region}` is not published"),
            )
        })?;
        let local = own.anytime.calendar.local_date(now);
        let revision = own
            .region
            .revision_on(local)
            .map_or(1, |revision| revision.number);
        // An offer of an older edition that this one does not know has ended with it.
        let offer = holding
            .offer
            .clone()
            .filter(|offer| edition.find_offer(offer).is_some());
        let pinned = PinnedTerms {
            edition: edition.id.clone(),
            region: region.to_owned(),
            calendar_revision: revision,
            time_zone_version: time_zone_version().to_owned(),
            holding: Holding {
                plan,
                offer,
                ..holding.clone()
            },
        };
        self.terms_of(&pinned)
    }

    /// What an existing case is decided under.
    ///
    /// # Errors
    /// [`Error::Field`] when what it was opened under is not published here.
    pub fn terms_of(&self, pinned: &PinnedTerms) -> Result<Terms, Error> {
        let missing = |what: &str| Error::Field {
            field: "edition",
            message: format!("{what} is not published on this instance; publish it again"),
        };
        let edition = self
            .edition(&pinned.edition)
            .ok_or_else(|| missing(&format!("Edition {}", pinned.edition)))?;
        let own = self
            .regions
            .get(&pinned.region)
            .ok_or_else(|| missing(&format!("Region {}", pinned.region)))?;
        let business = own
            .revisions
            .iter()
            .find(|(number, _)| *number == pinned.calendar_revision)
            .map(|(_, hours)| hours.clone())
            .ok_or_else(|| missing(&format!("A calendar revision of {}", pinned.region)))?;
        let hours = RegionHours {
            anytime: own.anytime.clone(),
            business,
            exception: edition.anytime_exception(&pinned.region).map(str::to_owned),
        };
        Ok(Terms {
            edition: Arc::clone(edition),
            hours,
            house: Arc::clone(&self.house),
            pinned: pinned.clone(),
        })
    }

    /// The id a plan has in an edition: its own, or that of the plan that followed it.
    /// Before anything is bought there is no plan, and it stays that way.
    fn plan_in(&self, edition: &Edition, plan: &str) -> Option<String> {
        if plan.is_empty() {
            return Some(String::new());
        }
        if let Some(known) = edition.find_plan(plan) {
            return Some(known.id.clone());
        }
        let followed = edition
            .successions
            .iter()
            .find(|succession| succession.plan == plan)?;
        followed.becomes.clone()
    }
}

impl CompiledRegion {
    fn new(region: Region) -> Result<Self, Error> {
        let hours = |spec: CalendarSpec| -> Result<WindowHours, Error> {
            Ok(WindowHours {
                calendar: Arc::new(Calendar::compile(spec)?),
            })
        };
        let revisions = region
            .revisions
            .iter()
            .map(|revision| Ok((revision.number, hours(revision.calendar.clone())?)))
            .collect::<Result<_, Error>>()?;
        let anytime = hours(CalendarSpec::always(region.time_zone()))?;
        Ok(Self {
            region,
            revisions,
            anytime,
        })
    }
}

/// The date in UTC.
fn utc_date(at: Moment) -> Date {
    jiff::tz::Offset::UTC.to_datetime(at.timestamp()).date()
}
