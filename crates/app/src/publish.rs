//! Publishing service descriptions and regional calendars: added to, never changed (S1, R14).

use mainstay_description::{check_files, parse_edition, parse_region};
use mainstay_domain::Moment;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::{Tx, catalogue, settings};

use crate::{App, Error};

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
    /// Publishes editions and regions. What is published already and unchanged is left alone.
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
                settings::hold(tx, "publishing").await?;
                let mut published = Published::default();
                publish_editions(tx, &editions, now, &mut published).await?;
                publish_regions(tx, &regions, now, &mut published).await?;
                for id in &published.editions {
                    // By whoever runs the program: nobody is signed in.
                    let line = Line::new(None, By::default(), Act::EditionPublished);
                    let edition = Subject::Thing("edition", id.clone());
                    log::write(tx, now, line.about(edition)).await?;
                }
                Ok::<_, Error>(published)
            })
            .await?;
        self.reload_catalogue().await?;
        Ok(published)
    }
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
                catalogue::insert_edition(tx, edition, now).await?;
                published.editions.push(edition.id.clone());
            }
        }
    }
    Ok(())
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
        if earlier == Some(region) {
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
