//! Carrying out what was agreed.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;

/// Who did what is carried out, and why.
pub(super) struct Carried {
    pub(super) by: By,
    pub(super) second: Option<PersonId>,
    pub(super) reason: String,
    pub(super) now: Moment,
}

impl Carried {
    /// Whoever asked for it.
    pub(super) fn asker(&self) -> PersonId {
        self.by.person.unwrap_or(PersonId(Uuid::nil()))
    }

    pub(super) fn line(&self, act: Act, person: PersonId) -> Line {
        Line::new(None, self.by.clone(), act)
            .about(Subject::Person(person))
            .because(self.reason.as_str())
    }
}

/// Does what was asked, and writes it down.
pub(super) async fn carry_out(
    tx: &mut Tx<'_>,
    proposal: Proposal,
    team: &[Colleague],
    fresh: Fresh,
    act: Carried,
) -> Result<Done, Error> {
    let agreed_by = act.second;
    let (done, line) = match &proposal {
        Proposal::Invite { roles, email, .. } => {
            let person = new_person(&proposal, fresh.person)?;
            let made_by = act.by.person.unwrap_or(person.id);
            let joins = (Organisation::Vendor, &roles[..]);
            let person = expect(tx, made_by, &person, joins, &fresh.word, act.now).await?;
            let line = act
                .line(Act::PersonInvited, person)
                .became(json!({ "email": email, "roles": codes(roles), "agreed_by": agreed_by }));
            let word = Some(fresh.word);
            let done = Done {
                word,
                ..Done::about(person)
            };
            (done, line)
        }
        Proposal::SetRoles {
            person,
            roles,
            leads,
        } => {
            let about = find(team, *person)?;
            let abilities = Abilities {
                leads: leads.clone(),
                ..about.abilities.clone()
            };
            colleagues::set_roles(tx, *person, roles).await?;
            colleagues::save_abilities(tx, *person, &abilities).await?;
            // What they are now counts from their next sign-in on, everywhere.
            auth::rights_changed(tx, *person).await?;
            let line = act
                .line(Act::RolesChanged, *person)
                .was(json!({ "roles": codes(&about.roles), "leads": about.abilities.leads }))
                .became(json!({
                    "roles": codes(roles), "leads": leads, "agreed_by": agreed_by,
                }));
            (Done::about(*person), line)
        }
        Proposal::Deactivate { person } => {
            colleagues::set_active(tx, *person, false).await?;
            auth::rights_changed(tx, *person).await?;
            let line = act.line(Act::PersonDeactivated, *person);
            let line = line.became(json!({ "agreed_by": agreed_by }));
            (Done::about(*person), line)
        }
        Proposal::BreakGlass { account, .. } => {
            let until = act.now.plus_minutes(GLASS_MINUTES);
            let line = Line::new(Some(*account), act.by.clone(), Act::GlassBroken)
                .because(act.reason.as_str())
                .became(json!({ "until": until.to_string(), "agreed_by": agreed_by }));
            (Done::about(act.asker()), line)
        }
        Proposal::Publish {
            draft, revision, ..
        } => return publishing::carry_out(tx, (*draft, *revision), act).await,
        // Whoever asked does it, once somebody agreed; moving is done by `moving`.
        Proposal::ResetSignIn { .. } | Proposal::Export { .. } | Proposal::MoveCase(_) => {
            return Err(settled());
        }
        Proposal::Activate { person } => {
            colleagues::set_active(tx, *person, true).await?;
            let line = act.line(Act::PersonActivated, *person);
            let line = line.became(json!({ "agreed_by": agreed_by }));
            (Done::about(*person), line)
        }
    };
    log::write(tx, act.now, line).await?;
    Ok(done)
}
