//! What can be done that is logged.

macro_rules! acts {
    ($($(#[doc = $doc:literal])* $name:ident: $code:literal;)+) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Act { $($(#[doc = $doc])* $name,)+ }

        impl Act {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word it is kept as.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

acts! {
    /// A case was opened.
    CaseOpened: "case.opened";
    /// A reply was sent.
    CaseReplied: "case.replied";
    /// A note was written.
    CaseNoted: "case.noted";
    /// Information was asked for.
    CaseInformationAsked: "case.information-asked";
    /// Information that was asked for was ticked off.
    CaseInformationGiven: "case.information-given";
    /// A case was assigned.
    CaseAssigned: "case.assigned";
    /// The severity was changed.
    CaseSeverityChanged: "case.severity-changed";
    /// A case was declared outside the boundary.
    CaseReferred: "case.referred";
    /// A case was escalated.
    CaseEscalated: "case.escalated";
    /// A solution was given.
    CaseResolved: "case.resolved";
    /// A case was closed.
    CaseClosed: "case.closed";
    /// A case was opened again.
    CaseReopened: "case.reopened";
    /// Today's terms were applied.
    CaseRebased: "case.rebased";
    /// Files were added.
    CaseFilesAdded: "case.files-added";
    /// A confidential file was fetched.
    CaseFileRead: "case.file-read";
    /// A file was marked as confidential.
    CaseFileMarked: "case.file-marked";
    /// Somebody was made a participant.
    CaseParticipantAdded: "case.participant-added";
    /// Somebody is no participant any more.
    CaseParticipantRemoved: "case.participant-removed";
    /// A note for colleagues was written that the vendor never sees.
    CaseCustomerNoted: "case.customer-noted";
    /// A case moved to another organisation.
    CaseMoved: "case.moved";

    /// Somebody signed in.
    SignedIn: "sign-in.done";
    /// Somebody failed to sign in often.
    SignInThrottled: "sign-in.throttled";
    /// Somebody signed out.
    SignedOut: "sign-in.ended";
    /// A session was ended from elsewhere.
    SessionEnded: "session.ended";
    /// All of somebody's sessions were ended.
    SessionsEnded: "sessions.ended";
    /// A password was chosen.
    PasswordChanged: "password.changed";
    /// A reset was started for somebody.
    ResetStarted: "reset.started";
    /// A reset was carried out.
    ResetDone: "reset.done";
    /// A passkey was added.
    PasskeyAdded: "passkey.added";
    /// A passkey was given another name.
    PasskeyRenamed: "passkey.renamed";
    /// A passkey was removed.
    PasskeyRemoved: "passkey.removed";
    /// A one-time-code app was added.
    CodesAdded: "codes.added";
    /// A one-time-code app was removed.
    CodesRemoved: "codes.removed";
    /// Recovery codes were made.
    RecoveryCodesMade: "recovery-codes.made";
    /// A recovery code was used.
    RecoveryCodeUsed: "recovery-codes.used";
    /// A second factor was required of roles, or no longer.
    FactorRequired: "factor.required";
    /// An identity of a sign-in provider was linked.
    IdentityLinked: "identity.linked";
    /// An identity of a sign-in provider was taken away.
    IdentityRemoved: "identity.removed";
    /// A sign-in provider was set up or changed.
    ProviderSet: "provider.set";
    /// A sign-in provider was removed.
    ProviderRemoved: "provider.removed";
    /// A mail domain was claimed.
    DomainClaimed: "domain.claimed";
    /// A mail domain was verified.
    DomainVerified: "domain.verified";
    /// A mail domain was given up.
    DomainRemoved: "domain.removed";

    /// Somebody was invited.
    PersonInvited: "person.invited";
    /// An invitation was accepted.
    InvitationAccepted: "invitation.accepted";
    /// An invitation was withdrawn.
    InvitationWithdrawn: "invitation.withdrawn";
    /// Somebody's particulars were changed.
    PersonChanged: "person.changed";
    /// Somebody's telephone number was verified.
    TelephoneVerified: "telephone.verified";
    /// Roles were given or taken away.
    RolesChanged: "roles.changed";
    /// Somebody was deactivated.
    PersonDeactivated: "person.deactivated";
    /// Somebody was activated again.
    PersonActivated: "person.activated";
    /// The telephone PIN was changed.
    PinChanged: "pin.changed";
    /// A caller was verified.
    CallerVerified: "caller.verified";
    /// A caller could not be verified.
    CallerRefused: "caller.refused";

    /// An internal request was made.
    InternalOpened: "internal.opened";
    /// An internal request was answered.
    InternalReplied: "internal.replied";
    /// An internal request was taken on.
    InternalTaken: "internal.taken";
    /// An internal request was escalated to the vendor.
    InternalEscalated: "internal.escalated";
    /// An internal request was solved.
    InternalSolved: "internal.solved";
    /// It was chosen how far whoever asked is told of the case.
    InternalInformed: "internal.informed";
    /// An internal request was withdrawn.
    InternalWithdrawn: "internal.withdrawn";
    /// A confidential file of an internal request was fetched.
    InternalFileRead: "internal.file-read";
    /// An internal request was closed.
    InternalClosed: "internal.closed";
    /// An internal request was opened again.
    InternalReopened: "internal.reopened";

    /// A partner was taken in.
    PartnerAdded: "partner.added";
    /// A partner asked to act for a customer.
    DelegationAsked: "delegation.asked";
    /// A partner was let act for a customer.
    DelegationGranted: "delegation.granted";
    /// What a partner may do was changed.
    DelegationChanged: "delegation.changed";
    /// What a partner asked for was declined.
    DelegationDeclined: "delegation.declined";
    /// A partner withdrew what it asked for.
    DelegationWithdrawn: "delegation.withdrawn";
    /// Who of a partner acts for a customer was changed.
    DelegationNamed: "delegation.named";
    /// A partner was removed.
    DelegationRemoved: "delegation.removed";
    /// A partner gave up its right.
    DelegationRenounced: "delegation.renounced";
    /// A partner's right or its request came to its end.
    DelegationLapsed: "delegation.lapsed";
    /// A partner's entry in the directory was changed.
    DirectoryChanged: "directory.changed";

    /// A customer was taken in.
    AccountAdded: "account.added";
    /// A customer's particulars were changed.
    AccountChanged: "account.changed";
    /// Somebody at the vendor began to see what a customer sees.
    ViewBegun: "view.begun";
    /// Somebody at the vendor stopped seeing what a customer sees.
    ViewEnded: "view.ended";
    /// A second person was asked to agree.
    ApprovalAsked: "approval.asked";
    /// A second person agreed.
    ApprovalGiven: "approval.given";
    /// A second person declined.
    ApprovalDeclined: "approval.declined";
    /// The desks somebody works at, their skills or languages were changed.
    SkillsChanged: "skills.changed";
    /// Roles were declared to be kept apart, or no longer.
    SeparationChanged: "separation.changed";
    /// An API token was made.
    TokenMade: "token.made";
    /// An API token was revoked.
    TokenRevoked: "token.revoked";
    /// A service account was made.
    ServiceAccountMade: "service-account.made";
    /// An edition was published.
    EditionPublished: "edition.published";
    /// A region's calendars were published.
    CalendarPublished: "calendar.published";
    /// The draft of an edition or a region was kept.
    DescriptionDrafted: "description.drafted";
    /// The draft of an edition or a region was discarded.
    DescriptionDiscarded: "description.discarded";
    /// Requests were exported.
    CasesExported: "case.exported";
    /// A log was exported.
    LogExported: "log.exported";
    /// Customer content was read because everything else had failed.
    GlassBroken: "glass.broken";
}

impl Act {
    /// The act of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_word_of_its_own() {
        for act in Act::ALL {
            assert_eq!(Act::from_code(act.code()), Some(*act));
        }
    }
}
