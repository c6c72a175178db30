//! Which line of the matrix is about which actions and kinds.

use mainstay_domain::access::Action;
use mainstay_domain::edition::Kind;

const TECHNICAL: &[Kind] = &[Kind::Technical];
const BILLING: &[Kind] = &[Kind::Billing, Kind::Subscription];
const PRE_SALES: &[Kind] = &[Kind::PreSales];
const ANY: &[Kind] = &Kind::ALL;

/// The beginning of a line, its actions, and its kinds; only technical cases have a severity.
pub const LINES: [(&str, &[Action], &[Kind]); 49] = [
    ("Open technical", &[Action::Open], TECHNICAL),
    ("Open billing", &[Action::Open], BILLING),
    ("Open pre-sales", &[Action::Open], PRE_SALES),
    ("Read technical", &[Action::Read], TECHNICAL),
    ("Read billing", &[Action::Read], BILLING),
    ("Read pre-sales", &[Action::Read], PRE_SALES),
    ("Reply publicly", &[Action::Reply], ANY),
    ("Internal note", &[Action::ReadNotes, Action::Note], ANY),
    ("Customer-side note", &[Action::CustomerNote], ANY),
    ("Set/raise severity", &[Action::SetSeverity], TECHNICAL),
    ("Change severity", &[Action::ChangeSeverity], TECHNICAL),
    ("Close", &[Action::Close], ANY),
    ("Declare outside", &[Action::Refer], ANY),
    ("Reopen", &[Action::Reopen], ANY),
    ("Assign", &[Action::Assign], ANY),
    ("Merge/split", &[Action::Merge], ANY),
    ("Move case", &[Action::MoveCase], ANY),
    ("Add participant", &[Action::AddParticipant], ANY),
    ("Attachment", &[Action::Attach], ANY),
    ("Download flagged", &[Action::DownloadSecret], ANY),
    ("Verify caller", &[Action::LogCall], ANY),
    ("Invoices", &[Action::ReadInvoices], ANY),
    ("Subscription: read", &[Action::ReadSubscription], ANY),
    ("Subscription: change", &[Action::ChangeSubscription], ANY),
    ("Credit", &[Action::Credit], ANY),
    ("Licence keys", &[Action::ShowLicenceKeys], ANY),
    ("People", &[Action::ReadPeople, Action::ManagePeople], ANY),
    ("Give roles", &[Action::GiveRoles], ANY),
    ("Start password", &[Action::StartReset], ANY),
    ("Grant, widen", &[Action::DelegateToPartner], ANY),
    ("SSO, domains", &[Action::ConnectOrganisation], ANY),
    ("Audit", &[Action::ReadLog], ANY),
    ("Knowledge", &[Action::ReadKnowledge], ANY),
    ("Forum post", &[Action::Contribute], ANY),
    ("Article", &[Action::WriteKnowledge], ANY),
    ("Reports", &[Action::Report], ANY),
    ("Mass export", &[Action::ExportMuch], ANY),
    ("View as customer", &[Action::ViewAsCustomer], ANY),
    ("Publish", &[Action::Publish], ANY),
    ("Queues", &[Action::SetUpDesk], ANY),
    ("Mailboxes", &[Action::RunMachine], ANY),
    ("Read any customer", &[Action::BreakGlass], ANY),
    ("Ask for information", &[Action::Work], ANY),
    ("See customers", &[Action::ReadAccounts], ANY),
    ("Ask the administrators", &[Action::AskAdministrator], ANY),
    ("Serve internal", &[Action::ServeInternal], ANY),
    ("Say which roles", &[Action::RequireFactor], ANY),
    ("Take in partners", &[Action::ManagePartners], ANY),
    ("Run one's own", &[Action::RunPartner], ANY),
];
