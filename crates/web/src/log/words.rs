//! What was done, in words.

use mainstay_store::log::Act;

use crate::text_catalogue::text_key;
use crate::ui::Viewer;

/// What was done, in words; an act of a later version by the word it is kept as.
pub(super) fn act<'a>(v: &Viewer, code: &'a str) -> &'a str {
    Act::from_code(code).map_or(code, |act| v.t(key(act)))
}

/// The text of an act.
pub(super) fn key(act: Act) -> &'static str {
    let found = KEYS.iter().find(|(one, _)| *one == act);
    found.map_or(act.code(), |(_, key)| key)
}

/// The text of each act.
const KEYS: &[(Act, &str)] = &[
    (Act::CaseOpened, text_key("log-case-opened")),
    (Act::CaseReplied, text_key("log-case-replied")),
    (Act::CaseNoted, text_key("log-case-noted")),
    (
        Act::CaseInformationAsked,
        text_key("log-case-information-asked"),
    ),
    (
        Act::CaseInformationGiven,
        text_key("log-case-information-given"),
    ),
    (Act::CaseAssigned, text_key("log-case-assigned")),
    (
        Act::CaseSeverityChanged,
        text_key("log-case-severity-changed"),
    ),
    (Act::CaseReferred, text_key("log-case-referred")),
    (Act::CaseEscalated, text_key("log-case-escalated")),
    (Act::CaseResolved, text_key("log-case-resolved")),
    (Act::CaseClosed, text_key("log-case-closed")),
    (Act::CaseReopened, text_key("log-case-reopened")),
    (Act::CaseRebased, text_key("log-case-rebased")),
    (Act::CaseFilesAdded, text_key("log-case-files-added")),
    (Act::CaseFileRead, text_key("log-case-file-read")),
    (Act::CaseFileMarked, text_key("log-case-file-marked")),
    (
        Act::CaseParticipantAdded,
        text_key("log-case-participant-added"),
    ),
    (
        Act::CaseParticipantRemoved,
        text_key("log-case-participant-removed"),
    ),
    (Act::CaseCustomerNoted, text_key("log-case-customer-noted")),
    (Act::CaseMoved, text_key("log-case-moved")),
    (Act::SignedIn, text_key("log-sign-in-done")),
    (Act::SignInThrottled, text_key("log-sign-in-throttled")),
    (Act::SignedOut, text_key("log-sign-in-ended")),
    (Act::SessionEnded, text_key("log-session-ended")),
    (Act::SessionsEnded, text_key("log-sessions-ended")),
    (Act::PasswordChanged, text_key("log-password-changed")),
    (Act::ResetStarted, text_key("log-reset-started")),
    (Act::ResetDone, text_key("log-reset-done")),
    (Act::PasskeyAdded, text_key("log-passkey-added")),
    (Act::PasskeyRenamed, text_key("log-passkey-renamed")),
    (Act::PasskeyRemoved, text_key("log-passkey-removed")),
    (Act::CodesAdded, text_key("log-codes-added")),
    (Act::CodesRemoved, text_key("log-codes-removed")),
    (Act::RecoveryCodesMade, text_key("log-recovery-codes-made")),
    (Act::RecoveryCodeUsed, text_key("log-recovery-codes-used")),
    (Act::FactorRequired, text_key("log-factor-required")),
    (Act::IdentityLinked, text_key("log-identity-linked")),
    (Act::IdentityRemoved, text_key("log-identity-removed")),
    (Act::ProviderSet, text_key("log-provider-set")),
    (Act::ProviderRemoved, text_key("log-provider-removed")),
    (Act::DomainClaimed, text_key("log-domain-claimed")),
    (Act::DomainVerified, text_key("log-domain-verified")),
    (Act::DomainRemoved, text_key("log-domain-removed")),
    (Act::PersonInvited, text_key("log-person-invited")),
    (Act::InvitationAccepted, text_key("log-invitation-accepted")),
    (
        Act::InvitationWithdrawn,
        text_key("log-invitation-withdrawn"),
    ),
    (Act::PersonChanged, text_key("log-person-changed")),
    (Act::TelephoneVerified, text_key("log-telephone-verified")),
    (Act::RolesChanged, text_key("log-roles-changed")),
    (Act::PersonDeactivated, text_key("log-person-deactivated")),
    (Act::PersonActivated, text_key("log-person-activated")),
    (Act::PinChanged, text_key("log-pin-changed")),
    (Act::CallerVerified, text_key("log-caller-verified")),
    (Act::CallerRefused, text_key("log-caller-refused")),
    (Act::InternalOpened, text_key("log-internal-opened")),
    (Act::InternalReplied, text_key("log-internal-replied")),
    (Act::InternalTaken, text_key("log-internal-taken")),
    (Act::InternalEscalated, text_key("log-internal-escalated")),
    (Act::InternalSolved, text_key("log-internal-solved")),
    (Act::InternalInformed, text_key("log-internal-informed")),
    (Act::InternalWithdrawn, text_key("log-internal-withdrawn")),
    (Act::InternalFileRead, text_key("log-internal-file-read")),
    (Act::InternalClosed, text_key("log-internal-closed")),
    (Act::InternalReopened, text_key("log-internal-reopened")),
    (Act::PartnerAdded, text_key("log-partner-added")),
    (Act::DelegationAsked, text_key("log-delegation-asked")),
    (Act::DelegationGranted, text_key("log-delegation-granted")),
    (Act::DelegationChanged, text_key("log-delegation-changed")),
    (Act::DelegationDeclined, text_key("log-delegation-declined")),
    (
        Act::DelegationWithdrawn,
        text_key("log-delegation-withdrawn"),
    ),
    (Act::DelegationNamed, text_key("log-delegation-named")),
    (Act::DelegationRemoved, text_key("log-delegation-removed")),
    (
        Act::DelegationRenounced,
        text_key("log-delegation-renounced"),
    ),
    (Act::DelegationLapsed, text_key("log-delegation-lapsed")),
    (Act::DirectoryChanged, text_key("log-directory-changed")),
    (Act::AccountAdded, text_key("log-account-added")),
    (Act::AccountChanged, text_key("log-account-changed")),
    (Act::ViewBegun, text_key("log-view-begun")),
    (Act::ViewEnded, text_key("log-view-ended")),
    (Act::ApprovalAsked, text_key("log-approval-asked")),
    (Act::ApprovalGiven, text_key("log-approval-given")),
    (Act::ApprovalDeclined, text_key("log-approval-declined")),
    (Act::SkillsChanged, text_key("log-skills-changed")),
    (Act::SeparationChanged, text_key("log-separation-changed")),
    (Act::TokenMade, text_key("log-token-made")),
    (Act::TokenRevoked, text_key("log-token-revoked")),
    (
        Act::ServiceAccountMade,
        text_key("log-service-account-made"),
    ),
    (Act::EditionPublished, text_key("log-edition-published")),
    (Act::CalendarPublished, text_key("log-calendar-published")),
    (Act::DescriptionDrafted, text_key("log-description-drafted")),
    (
        Act::DescriptionDiscarded,
        text_key("log-description-discarded"),
    ),
    (Act::CasesExported, text_key("log-case-exported")),
    (Act::LogExported, text_key("log-log-exported")),
    (Act::GlassBroken, text_key("log-glass-broken")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_text() {
        for act in Act::ALL {
            assert_eq!(key(*act), format!("log-{}", act.code().replace('.', "-")));
        }
    }
}
