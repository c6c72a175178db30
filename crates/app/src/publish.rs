//! Publishing service descriptions and regional calendars: added to, never changed (S1, R14).

use mainstay_description::{check_files, parse_edition, parse_region};
use mainstay_domain::Moment;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::{Tx, catalogue, settings};

use crate::{App, Changed, Error};

/// What came of publishing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// Editions that are new.
    pub editions: Vec<String>,
    /// Regions that are new or have further revisions.
    pub regions: Vec<String>,
}

/// Checks description files and reads them.
///
/// # Errors
/// [`Error::Description`] with every mistake of every file.
pub fn read_files(files: &[(String, String)]) -> Result<(Vec<Edition>, Vec<Region>), Error> {
    let mistakes: Vec<String> = check_files(files)
        .iter()
        .zip(files)
        .flat_map(|((name, mistakes), (_, text))| {
            mistakes
                .iter()
                .map(|mistake| mistake.render(name, text))
                .collect::<Vec<_>>()
        })
        .collect();
    if !mistakes.is_empty() {
        return Err(Error::Description(mistakes.join("\n")));
    }
    let (mut editions, mut regions) = (Vec::new(), Vec::new());
    for (_, text) in files {
        // The check has let both kinds through; which one it is shows by what it reads as.
        match parse_region(text) {
            Ok(region) => regions.push(region),
            Err(_) => editions.extend(parse_edition(text)),
        }
    }
    Ok((editions, regions))
}

impl App {
    /// Publishes editions and regions. What is published already and unchanged is left alone, and
    /// so is a region of which more is published.
    ///
    /// # Errors
    /// [`Error::Description`] when something published would change; nothing is kept then.
    pub async fn publish(
        &self,
        editions: Vec<Edition>,
        regions: Vec<Region>,
    ) -> Result<Published, Error> {
        let now = self.now();
        let published = self
            .db()
            .write(async move |tx| {
                // Nodes that start together publish the same files.
                hold(tx).await?;
                let published = keep(tx, &editions, &regions, now).await?;
                for line in published.lines() {
                    // By whoever runs the program: nobody is signed in.
                    log::write(tx, now, line).await?;
                }
                Ok::<_, Error>(published)
            })
            .await?;
        self.reload_catalogue().await?;
        self.live().announce(Changed::Catalogue);
        Ok(published)
    }

    /// What was published reaches everybody: this node reads it, and tells the others to.
    pub(crate) async fn catalogue_changed(&self) {
        if let Err(error) = self.reload_catalogue().await {
            tracing::error!(%error, "what was published cannot be read again");
        }
        self.live().announce(Changed::Catalogue);
    }
}

impl Published {
    /// The lines of the log that tell it.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let line = |act, word, name: &String| {
            Line::new(None, By::default(), act).about(Subject::Thing(word, name.clone()))
        };
        let editions = self.editions.iter();
        let editions = editions.map(|id| line(Act::EditionPublished, "edition", id));
        let regions = self.regions.iter();
        let regions = regions.map(|code| line(Act::CalendarPublished, "region", code));
        editions.chain(regions).collect()
    }
}

/// Lets nobody else publish before this transaction ends.
pub(crate) async fn hold(tx: &mut Tx<'_>) -> Result<(), Error> {
    Ok(settings::hold(tx, "publishing").await?)
}

/// Keeps what is new of these, whoever holds the right to publish it.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    editions: &[Edition],
    regions: &[Region],
    now: Moment,
) -> Result<Published, Error> {
    let mut published = Published::default();
    publish_editions(tx, editions, now, &mut published).await?;
    publish_regions(tx, regions, now, &mut published).await?;
    Ok(published)
}

async fn publish_editions(
    tx: &mut Tx<'_>,
    editions: &[Edition],
    now: Moment,
    published: &mut Published,
) -> Result<(), Error> {
    let known = catalogue::editions(tx).await?;
    for edition in editions {
        match known.iter().find(|other| other.id == edition.id) {
            Some(other) if other == edition => {}
            Some(_) => {
                return Err(Error::Description(format!(
                    "Edition {} is published already and differs from this file. Promises were \
                     made under it, so it stays as it is: publish the change as a new edition.",
                    edition.id
                )));
            }
            None => {
                refuse_same_day(edition, &known)?;
                catalogue::insert_edition(tx, edition, now).await?;
                published.editions.push(edition.id.clone());
            }
        }
    }
    Ok(())
}

/// No two editions begin on the same day: which of them would be in force is not said.
fn refuse_same_day(edition: &Edition, known: &[Edition]) -> Result<(), Error> {
    let is_same = |other: &&Edition| other.in_force_from == edition.in_force_from;
    match known.iter().find(is_same) {
        None => Ok(()),
        Some(other) => Err(Error::Description(format!(
            "Edition {} is in force from {} on already; give edition {} a first day of its own.",
            other.id, other.in_force_from, edition.id
        ))),
    }
}

async fn publish_regions(
    tx: &mut Tx<'_>,
    regions: &[Region],
    now: Moment,
    published: &mut Published,
) -> Result<(), Error> {
    let known = catalogue::regions(tx).await?;
    for region in regions {
        let earlier = known.iter().find(|other| other.code == region.code);
        if earlier == Some(region) || earlier.is_some_and(|earlier| is_behind(region, earlier)) {
            continue;
        }
        let is_changed = earlier.is_some_and(|earlier| {
            earlier
                .revisions
                .iter()
                .any(|revision| !region.revisions.contains(revision))
        });
        if is_changed {
            return Err(Error::Description(format!(
                "A calendar revision of region {} is published already and differs from this \
                 file. Add the change as a new [[revision]] with the date from which it holds.",
                region.code
            )));
        }
        catalogue::save_region(tx, region, now).await?;
        published.regions.push(region.code.clone());
    }
    Ok(())
}

/// Whether a region lacks calendars that are published and has no others: a file from before they
/// were published on the desk adds nothing, and keeps nobody from starting.
fn is_behind(region: &Region, published: &Region) -> bool {
    let is_published = |revision| published.revisions.contains(revision);
    region.revisions.len() < published.revisions.len() && region.revisions.iter().all(is_published)
}
