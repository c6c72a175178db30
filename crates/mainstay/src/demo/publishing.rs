//! What there is to see of publishing: a calendar that the lead has drafted, and that one manager
//! has asked another to agree to.

use anyhow::Context;
use mainstay_description::shipped;
use mainstay_domain::access::Role;

use super::stage::Stage;

/// The region whose hours are to change.
const REGION: &str = "de";
/// Days until they do.
const AHEAD_DAYS: i64 = 30;
/// Where a calendar begins in its file.
const REVISION: &str = "[[revision]]";

impl Stage {
    /// The lead drafts a further calendar of a region, and a manager asks for it to be published.
    ///
    /// # Errors
    /// When the cast lacks somebody, or a verb refuses.
    pub async fn draft_calendar(&self) -> anyhow::Result<()> {
        let team = &self.cast.team;
        let lead = team[self.cast.team_with(Role::Lead)].session()?;
        let manager = team[self.cast.team_with(Role::Manager)].session()?;
        let draft = self.app.draft_description(lead, &self.calendar()?).await?;
        let reason = "Our customers in Germany have asked for an hour more in the evening. From \
                      then on the desk has people there until six.";
        self.app.ask_to_publish(manager, draft, 1, reason).await?;
        Ok(())
    }

    /// The region's file with its newest calendar once more, open an hour longer.
    fn calendar(&self) -> anyhow::Result<String> {
        let name = format!("regions/{REGION}.toml");
        let file = shipped::REGIONS.iter().find(|(file, _)| *file == name);
        let (_, text) = file.context("the region is shipped")?;
        let catalogue = self.app.catalogue();
        let region = catalogue.region(REGION).context("it is published")?;
        let newest = region.revisions.last().context("it has a calendar")?;
        let from = catalogue
            .local_date(REGION, self.app.now())
            .checked_add(jiff::Span::new().days(AHEAD_DAYS))?;
        let (_, calendar) = text.rsplit_once(REVISION).context("it has a calendar")?;
        let next = calendar
            .replace(
                &format!("number = {}\n", newest.number),
                &format!("number = {}\n", newest.number + 1),
            )
            .replace(
                &format!("published_on = {}", newest.published_on),
                &format!("published_on = {from}"),
            )
            .replacen("to = \"17:00\"", "to = \"18:00\"", 1);
        Ok(format!("{}\n\n{REVISION}{next}", text.trim_end()))
    }
}
