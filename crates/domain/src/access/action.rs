//! The lines of the matrix: what somebody may want to do.

use serde::{Deserialize, Serialize};

/// What somebody wants to do.
///
/// What reads and what changes are told apart, so that a right to read is never taken for one to
/// change: two actions may share a line of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Open a case.
    Open,
    /// Read cases and their public threads.
    Read,
    /// Reply publicly.
    Reply,
    /// Read internal notes.
    ReadNotes,
    /// Write internal notes.
    Note,
    /// Read and write notes of the customer's side, which the vendor does not see.
    CustomerNote,
    /// Set or raise the severity on opening.
    SetSeverity,
    /// Change the severity later.
    ChangeSeverity,
    /// Close.
    Close,
    /// Declare outside the boundary, with a referral (S4).
    Refer,
    /// Reopen within the window (S3).
    Reopen,
    /// Assign, move to another queue.
    Assign,
    /// Ask for information, escalate, resolve.
    Work,
    /// Merge or split cases of one account.
    Merge,
    /// Move a case to another account.
    MoveCase,
    /// Add a participant.
    AddParticipant,
    /// Upload and download files.
    Attach,
    /// Download a confidential file that somebody else uploaded.
    DownloadSecret,
    /// Verify a caller, log a call.
    LogCall,
    /// Read invoices and payments.
    ReadInvoices,
    /// Read subscriptions.
    ReadSubscription,
    /// Change or cancel a subscription.
    ChangeSubscription,
    /// Credit, refund, set a price by hand.
    Credit,
    /// Show licence keys.
    ShowLicenceKeys,
    /// See customers, with whom to speak to and what they hold, in order to serve them.
    ReadAccounts,
    /// List an organisation's people.
    ReadPeople,
    /// Invite and deactivate an organisation's people.
    ManagePeople,
    /// Give roles.
    GiveRoles,
    /// Start the reset of a password or factor, never choose it.
    StartReset,
    /// Let a partner act for the account, widen or remove that.
    DelegateToPartner,
    /// Set up sign-in, domains, API tokens and web-hooks of the organisation.
    ConnectOrganisation,
    /// Say which of the organisation's roles need a second factor, and see who has one.
    RequireFactor,
    /// Read the organisation's log.
    ReadLog,
    /// Read knowledge, wiki and forum, by audience.
    ReadKnowledge,
    /// Post in the forum, edit the wiki.
    Contribute,
    /// Draft, publish and moderate knowledge.
    WriteKnowledge,
    /// Read reports over customers.
    Report,
    /// Export much at once.
    ExportMuch,
    /// View the portal as a customer does.
    ViewAsCustomer,
    /// Publish an edition, calendars, objectives (S1).
    Publish,
    /// Set up queues, canned replies, forms.
    SetUpDesk,
    /// Run mailboxes, the vendor's sign-in, its team's accounts, keys, backups.
    RunMachine,
    /// Read customer content all the same, when everything else fails.
    BreakGlass,
    /// Turn to the administrators of one's own organisation with an internal request (S16).
    AskAdministrator,
    /// Answer, solve and escalate the internal requests of one's people (S16).
    ServeInternal,
    /// Take partners in and keep what is said of them.
    ManagePartners,
    /// Run one's own partner organisation: its people, for whom each acts, its directory entry.
    RunPartner,
}

/// Code and words of an action; the words follow *may* and *may not*.
macro_rules! names {
    ($($action:ident: $code:literal, $words:literal;)*) => {
        impl Action {
            /// All actions, in the matrix's order of lines.
            pub const ALL: [Self; 47] = [$(Self::$action),*];

            /// The word used on the command line and in logs.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$action => $code),* }
            }

            /// The action in words, after *may* or *may not*.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$action => $words),* }
            }
        }
    };
}

names! {
    Open: "open", "open a request";
    Read: "read", "read requests";
    Reply: "reply", "reply";
    ReadNotes: "read-notes", "read internal notes";
    Note: "note", "write internal notes";
    CustomerNote: "customer-note", "read and write notes that the vendor does not see";
    SetSeverity: "set-severity", "set the severity on opening";
    ChangeSeverity: "change-severity", "change the severity";
    Close: "close", "close a request";
    Refer: "refer", "refer a request elsewhere";
    Reopen: "reopen", "reopen a request";
    Assign: "assign", "assign a case";
    Work: "work", "work on a case";
    Merge: "merge", "merge or split cases";
    MoveCase: "move-case", "move a case to another organisation";
    AddParticipant: "add-participant", "add somebody to a request";
    Attach: "attach", "attach files";
    DownloadSecret: "download-secret", "download a confidential file";
    LogCall: "log-call", "verify a caller and log a call";
    ReadInvoices: "read-invoices", "read invoices and payments";
    ReadSubscription: "read-subscription", "read the subscription";
    ChangeSubscription: "change-subscription", "change or cancel the subscription";
    Credit: "credit", "credit, refund or set a price by hand";
    ShowLicenceKeys: "show-licence-keys", "see licence keys";
    ReadAccounts: "read-accounts", "see customers";
    ReadPeople: "read-people", "list the organisation's people";
    ManagePeople: "manage-people", "invite or deactivate people";
    GiveRoles: "give-roles", "give roles";
    StartReset: "start-reset", "start the reset of a password or factor";
    DelegateToPartner: "delegate-to-partner", "let a partner act for the organisation";
    ConnectOrganisation: "connect-organisation",
        "set up sign-in, domains, API tokens and web-hooks";
    RequireFactor: "require-factor", "say which roles need a second factor";
    ReadLog: "read-log", "read the organisation's log";
    ReadKnowledge: "read-knowledge", "read knowledge, wiki and forum";
    Contribute: "contribute", "post in the forum or edit the wiki";
    WriteKnowledge: "write-knowledge", "write knowledge";
    Report: "report", "read reports";
    ExportMuch: "export-much", "export much at once";
    ViewAsCustomer: "view-as-customer", "view the portal as a customer does";
    Publish: "publish", "publish editions, calendars and objectives";
    SetUpDesk: "set-up-desk", "set up queues, canned replies and forms";
    RunMachine: "run-machine", "run mailboxes, sign-in, the team's accounts, keys and backups";
    BreakGlass: "break-glass", "read customer content when everything else fails";
    AskAdministrator: "ask-administrator", "send internal requests";
    ServeInternal: "serve-internal", "answer internal requests";
    ManagePartners: "manage-partners", "take partners in";
    RunPartner: "run-partner", "run the partner's own organisation";
}

impl Action {
    /// The action of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// Whether it leaves everything as it is: a right to read suffices.
    #[must_use]
    pub const fn is_reading(self) -> bool {
        matches!(
            self,
            Self::Read
                | Self::ReadNotes
                | Self::DownloadSecret
                | Self::ReadInvoices
                | Self::ReadSubscription
                | Self::ShowLicenceKeys
                | Self::ReadAccounts
                | Self::ReadPeople
                | Self::ReadLog
                | Self::ReadKnowledge
                | Self::Report
                | Self::ViewAsCustomer
                | Self::BreakGlass
        )
    }

    /// Whether it is done on a case that is there: only whoever reads the case may do it.
    #[must_use]
    pub const fn is_on_case(self) -> bool {
        matches!(
            self,
            Self::Reply
                | Self::ReadNotes
                | Self::Note
                | Self::CustomerNote
                | Self::SetSeverity
                | Self::ChangeSeverity
                | Self::Close
                | Self::Refer
                | Self::Reopen
                | Self::Assign
                | Self::Work
                | Self::Merge
                | Self::MoveCase
                | Self::AddParticipant
                | Self::Attach
                | Self::DownloadSecret
                | Self::LogCall
        )
    }

    /// Whether it is about cases: the scope of its grant reaches some. A right to anything else
    /// reaches none, so that it opens no query on them.
    #[must_use]
    pub const fn is_about_cases(self) -> bool {
        self.is_on_case()
            || matches!(
                self,
                Self::Open
                    | Self::Read
                    | Self::Report
                    | Self::ExportMuch
                    | Self::ViewAsCustomer
                    | Self::BreakGlass
            )
    }

    /// Whether a partner does it for a customer: only while that customer lets it.
    #[must_use]
    pub const fn needs_delegation(self) -> bool {
        !matches!(
            self,
            Self::ReadKnowledge | Self::Contribute | Self::ConnectOrganisation | Self::RunPartner
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_code_of_its_own() {
        for action in Action::ALL {
            assert_eq!(Action::from_code(action.code()), Some(action));
        }
    }
}
