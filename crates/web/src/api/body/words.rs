//! The words of closed sets, as the document lists them. The values themselves are the domain's.

#![expect(
    dead_code,
    reason = "only describes how the domain's words are written"
)]

use utoipa::ToSchema;

/// The kind of help.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Kind {
    /// Something does not work or needs guidance.
    Technical,
    /// Invoices and payments.
    Billing,
    /// Trial, renewal, licences, cancellation.
    Subscription,
    /// Before buying.
    PreSales,
}

/// How a request came in.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Channel {
    /// The portal.
    Portal,
    /// E-mail.
    Email,
    /// The telephone.
    Telephone,
    /// This API.
    Api,
}

/// Who settled the severity.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum SeverityBasis {
    /// Proposed from the answers about impact; the vendor may correct it.
    Proposed,
    /// Set by a customer whose offer grants it.
    SetByCustomer,
    /// Assessed by the vendor.
    AssessedByVendor,
}

/// Whose turn it is.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Status {
    /// The vendor's.
    WithVendor,
    /// The customer's: an answer is awaited.
    WithCustomer,
    /// A solution was given.
    Resolved,
    /// It is over.
    Closed,
}

/// Who is affected.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Affected {
    /// One person.
    One,
    /// Several people, or part of the organisation.
    Several,
    /// Everyone, or a whole service.
    Everyone,
}

/// What the trouble does to their work.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Work {
    /// Work is stopped.
    Stopped,
    /// Work goes on, impaired.
    Impaired,
    /// Work goes on as usual.
    Unhindered,
}

/// A medium as service descriptions speak of it: everything in writing is online.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Medium {
    /// In writing.
    Online,
    /// By telephone.
    Telephone,
}

/// When something is handled.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Window {
    /// All day, every day.
    Anytime,
    /// The region's business hours.
    BusinessHours,
}

/// What a clock measures.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Metric {
    /// From submission to the first answer by a person.
    InitialResponse,
    /// From the oldest unanswered message to its answer.
    NextResponse,
    /// From one answer to the next while the case is open.
    PeriodicUpdate,
    /// From submission to the solution.
    Resolution,
}

/// How a clock stands.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum MilestoneState {
    /// It runs.
    Running,
    /// It stands still.
    Paused,
    /// Done in time.
    Met,
    /// Missed.
    Breached,
    /// It fell away.
    Cancelled,
}

/// How a target counts.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum TargetKind {
    /// Real time.
    Elapsed,
    /// Open time of the window.
    Open,
    /// The close of a day.
    DayClose,
    /// No commitment.
    None,
}

/// Whether a first response is promised.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum ResponseState {
    /// By an instant, itself included.
    Due,
    /// There is no commitment.
    NoCommitment,
}

/// Where a promise was taken from.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Source {
    /// A cell of the matrix.
    Cell,
    /// What is said of a kind without severities.
    Kind,
    /// A trial of a plan whose objectives are for paid ones.
    TrialOfPaidOnly,
    /// The vendor's own target, promised to nobody.
    House,
}

/// On whose side somebody acts.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Side {
    /// The customer's.
    Customer,
    /// The vendor's.
    Vendor,
    /// The system's.
    System,
}

/// Who may read an entry.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Audience {
    /// Both sides.
    Public,
    /// The vendor only.
    Vendor,
    /// The customer's own people only.
    Customer,
}

/// What a step did to the clock.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum StepKind {
    /// It counted.
    Counted,
    /// Outside opening hours.
    Closed,
    /// A holiday.
    Holiday,
    /// The clock stood still.
    Paused,
    /// The rest of the day of receipt.
    DayOfReceipt,
    /// The wall clock jumped forward; takes no time.
    Gap,
    /// The wall clock went back; takes no time.
    Fold,
}

/// To whom a case was escalated.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum EscalationTarget {
    /// To other expertise.
    Expertise,
    /// To management.
    Management,
}

/// What happened.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum FactWord {
    /// The case was submitted.
    Opened,
    /// Somebody wrote to the other side.
    Reply,
    /// An internal note.
    Note,
    /// A note for colleagues at the customer, which the vendor never sees.
    CustomerNote,
    /// Somebody was made a participant.
    ParticipantAdded,
    /// Somebody is no participant any more.
    ParticipantRemoved,
    /// The vendor asked for information.
    InformationAsked,
    /// Asked items were ticked off.
    InformationGiven,
    /// An agent took or was given the case, or laid it down.
    Assigned,
    /// The severity was changed.
    SeverityChanged,
    /// The case is outside the support boundary.
    Referred,
    /// The case was escalated.
    Escalated,
    /// A solution was given.
    Resolved,
    /// The case was closed.
    Closed,
    /// The case was reopened.
    Reopened,
    /// A milestone was missed.
    Breached,
    /// The case was put under other terms.
    Rebased,
    /// Files were added.
    FilesAdded,
    /// The case was moved here from another organisation, under which it had been opened.
    Moved,
}

/// Why a verdict is what it is.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum Because {
    /// The plan's column applies.
    PlanColumn,
    /// A standalone plan is served with another family's objectives.
    StandalonePlan,
    /// An additional service is served like the plan it is used with.
    AdditionalService,
    /// The elevated offer's column overrides the plan's.
    ElevatedOffer,
    /// The kind has no severities; it is handled in its window.
    KindWindow,
    /// A trial of a plan whose objectives are for paid subscriptions.
    TrialOfPaidOnly,
    /// In this region *anytime* falls back to business hours.
    AnytimeException,
    /// The medium is not included.
    ChannelNotIncluded,
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_domain::{case, edition};
    use utoipa::PartialSchema;

    /// The words the document lists.
    fn listed<T: PartialSchema>() -> Vec<String> {
        let schema = serde_json::to_value(T::schema()).unwrap();
        let words = schema["enum"].as_array().unwrap().iter();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    }

    fn written<T: serde::Serialize>(values: &[T]) -> Vec<String> {
        let word = |value| {
            serde_json::to_value(value)
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        };
        values.iter().map(word).collect()
    }

    #[test]
    fn the_document_lists_the_domain_s_words() {
        assert_eq!(listed::<Kind>(), written(&edition::Kind::ALL));
        assert_eq!(listed::<Channel>(), written(&case::Channel::ALL));
        assert_eq!(listed::<Metric>(), written(&case::Metric::ALL));
        assert_eq!(listed::<Affected>(), written(&edition::Affected::ALL));
        assert_eq!(listed::<Work>(), written(&edition::WorkState::ALL));
        let bases = [
            case::SeverityBasis::Proposed,
            case::SeverityBasis::SetByCustomer,
            case::SeverityBasis::AssessedByVendor,
        ];
        assert_eq!(listed::<SeverityBasis>(), written(&bases));
        let windows = [
            edition::WindowKind::Anytime,
            edition::WindowKind::BusinessHours,
        ];
        assert_eq!(listed::<Window>(), written(&windows));
        let media = [edition::Medium::Online, edition::Medium::Telephone];
        assert_eq!(listed::<Medium>(), written(&media));
    }
}
