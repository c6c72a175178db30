//! The present of the demo: what should be on the desk whenever somebody looks.

use anyhow::Context;
use mainstay_domain::Moment;
use mainstay_domain::case::{Channel, EscalationTarget};

use super::plot::{Act, Beat, Submitter, When};
use super::stage::Stage;

const PRIYA: usize = 0;
const TOMAS: usize = 1;
const DANA: usize = 2;
const NOOR: usize = 3;
const MARCUS: usize = 5;
const CHIARA: usize = 6;

/// What somebody did, and how many minutes ago.
type Done = (i64, Act);

/// A case as it should stand now.
struct Scene {
    /// The customer's name, or how it begins.
    customer: &'static str,
    /// The place of the person who asks.
    person: usize,
    /// How the story's subject begins.
    story: &'static str,
    /// The severity the customer set, where they may.
    severity: Option<&'static str>,
    agent: usize,
    /// Minutes since it was submitted.
    opened: i64,
    done: Vec<Done>,
}

const fn scene(
    customer: &'static str,
    person: usize,
    story: &'static str,
    agent: usize,
    opened: i64,
    done: Vec<Done>,
) -> Scene {
    Scene {
        customer,
        person,
        story,
        severity: None,
        agent,
        opened,
        done,
    }
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

impl Stage {
    /// Sets every scene.
    ///
    /// # Errors
    /// When a scene names a customer or a story there is not.
    pub fn set_scenes(&mut self, present: Moment) -> anyhow::Result<()> {
        let all = [due_soon(), waiting(), at_work(), ended(), beside()];
        for scene in all.into_iter().flatten() {
            self.set(scene, present)?;
        }
        self.set_call(present)?;
        self.set_partners(present)?;
        self.set_follow_up(present)
    }

    fn set(&mut self, scene: Scene, present: Moment) -> anyhow::Result<usize> {
        let customer = self
            .cast
            .customers
            .iter()
            .position(|customer| customer.account.name.starts_with(scene.customer))
            .with_context(|| format!("there is no customer {}", scene.customer))?;
        let story = self
            .stories
            .iter()
            .position(|story| story.subject.starts_with(scene.story))
            .with_context(|| format!("there is no story {}", scene.story))?;
        let mut plot = self.plot(customer, story, present.plus_seconds(-scene.opened * 60));
        plot.submitter = Submitter::Person(scene.person);
        plot.agent = scene.agent;
        plot.severity = scene.severity;
        let beat = |(ago, act)| Beat {
            when: When::Ago(ago),
            act,
        };
        plot.beats = scene.done.into_iter().map(beat).collect();
        Ok(self.add(plot))
    }

    /// Somebody called, and an engineer wrote it down.
    fn set_call(&mut self, present: Moment) -> anyhow::Result<()> {
        let call = scene(
            "Al Qamra",
            0,
            "Second factor: code is refused",
            PRIYA,
            70,
            vec![(68, Act::Take), (55, Act::Progress)],
        );
        let index = self.set(call, present)?;
        self.plots[index].channel = Channel::Telephone;
        Ok(())
    }

    /// A partner asks for two customers.
    fn set_partners(&mut self, present: Moment) -> anyhow::Result<()> {
        let domain = scene(
            "Oughterbeg",
            0,
            "New domain cannot be verified",
            DANA,
            2 * DAY,
            vec![(2 * DAY - 20, Act::Take), (2 * DAY - 90, Act::Ask)],
        );
        let guests = scene(
            "Brackenford",
            0,
            "Guests are asked to sign in again",
            PRIYA,
            5 * HOUR,
            vec![(3 * HOUR, Act::Take)],
        );
        for (place, (scene, person)) in [(guests, 1), (domain, 0)].into_iter().enumerate() {
            let index = self.set(scene, present)?;
            self.plots[index].submitter = Submitter::Partner(0, person, place);
        }
        Ok(())
    }

    /// A request that follows up one whose reopening window is over.
    fn set_follow_up(&mut self, present: Moment) -> anyhow::Result<()> {
        let first = scene(
            "Brackenford",
            1,
            "Mailbox migration of 60",
            TOMAS,
            40 * DAY,
            vec![
                (40 * DAY - 20, Act::Take),
                (40 * DAY - HOUR, Act::Progress),
                (38 * DAY, Act::Resolve),
                (37 * DAY, Act::Thanks),
            ],
        );
        let again = scene(
            "Brackenford",
            1,
            "Search in the mailbox finds",
            TOMAS,
            6 * HOUR,
            vec![(5 * HOUR + 40, Act::Take), (4 * HOUR, Act::Ask)],
        );
        let first = self.set(first, present)?;
        let again = self.set(again, present)?;
        self.plots[again].follows = Some(first);
        Ok(())
    }
}

/// Promises that run out within the hour, and two that just did.
fn due_soon() -> Vec<Scene> {
    let taken = |ago| vec![(ago, Act::Take)];
    let set = |severity, scene| Scene {
        severity: Some(severity),
        ..scene
    };
    vec![
        scene(
            "Lindenquell",
            0,
            "Single sign-on fails for everybody",
            PRIYA,
            14,
            vec![],
        ),
        scene(
            "Coolabah",
            0,
            "Nobody can join the all-hands",
            PRIYA,
            31,
            taken(25),
        ),
        set(
            "A",
            scene(
                "Harlow",
                0,
                "Outgoing mail is stuck",
                TOMAS,
                41,
                vec![(36, Act::Take), (30, Act::Note)],
            ),
        ),
        scene("Brackenford", 1, "The intranet is down", NOOR, 53, vec![]),
        set(
            "B",
            scene(
                "Minamikaze",
                0,
                "Inbox rule forwards mail",
                DANA,
                75,
                taken(60),
            ),
        ),
        set(
            "B",
            scene("Juniper", 0, "Send button is missing", NOOR, 97, taken(80)),
        ),
        set(
            "C",
            scene(
                "Harlow",
                1,
                "Recordings of our trainings",
                PRIYA,
                208,
                vec![],
            ),
        ),
        scene(
            "Serra",
            1,
            "Installation stops at 51 %",
            TOMAS,
            67,
            taken(50),
        ),
        scene(
            "Al Qamra",
            1,
            "External guests cannot open",
            NOOR,
            79,
            vec![],
        ),
    ]
}

/// Cases that wait for the customer's answer.
fn waiting() -> Vec<Scene> {
    let asked = |opened: i64| vec![(opened - 15, Act::Take), (opened - 50, Act::Ask)];
    let mut half = asked(30 * HOUR);
    half.push((3 * HOUR, Act::Tick { all: false }));
    vec![
        scene(
            "Lindenquell",
            1,
            "Directory synchronisation stopped",
            DANA,
            26 * HOUR,
            asked(26 * HOUR),
        ),
        scene(
            "Maple",
            0,
            "Shared mailbox reception",
            DANA,
            2 * DAY,
            asked(2 * DAY),
        ),
        scene(
            "Officine",
            1,
            "Deleted project folder",
            DANA,
            30 * HOUR,
            half,
        ),
        scene(
            "Fjordlys",
            0,
            "Search in the mailbox finds",
            TOMAS,
            3 * DAY,
            asked(3 * DAY),
        ),
        scene(
            "Kestrel",
            1,
            "Workflow for holiday requests",
            PRIYA,
            20 * HOUR,
            asked(20 * HOUR),
        ),
    ]
}

/// Cases somebody works on.
fn at_work() -> Vec<Scene> {
    let began = |opened: i64| vec![(opened - 20, Act::Take), (opened - 45, Act::Progress)];
    let with =
        |opened: i64, more: Vec<Done>| began(opened).into_iter().chain(more).collect::<Vec<_>>();
    let management = EscalationTarget::Management;
    let escalated = Act::Escalate {
        to: management,
        reason: "The customer's board asks for a report by tonight.",
    };
    let raised = Act::Raise {
        to: "A",
        reason: "The man was seen reading the board's mail this morning.",
    };
    let assessed = Act::Assess {
        to: "A",
        reason: "Nobody in the harbour office can be reached, and there is no way round it.",
    };
    let answered = vec![
        (9 * HOUR, Act::Take),
        (8 * HOUR, Act::Ask),
        (45, Act::Answer),
        (44, Act::Tick { all: true }),
    ];
    let harlow = with(4 * HOUR, vec![(35, raised)]);
    vec![
        scene(
            "Copperline",
            1,
            "Echo in every call",
            PRIYA,
            10 * HOUR,
            answered,
        ),
        scene(
            "Lindenquell",
            0,
            "Inbox rule forwards mail",
            NOOR,
            9 * HOUR,
            with(9 * HOUR, vec![(2 * HOUR, escalated)]),
        ),
        Scene {
            severity: Some("B"),
            ..scene(
                "Harlow",
                0,
                "Former employee can still",
                NOOR,
                4 * HOUR,
                harlow,
            )
        },
        scene(
            "Fjordlys",
            0,
            "Autodiscover fails on telephones",
            TOMAS,
            150,
            with(150, vec![(22, assessed)]),
        ),
        scene(
            "Kestrel",
            0,
            "Licences are not assigned",
            PRIYA,
            5 * HOUR,
            vec![],
        ),
        scene(
            "Kawhero",
            0,
            "How do we keep the monthly update",
            PRIYA,
            15 * HOUR,
            began(15 * HOUR),
        ),
        scene(
            "Kentia",
            0,
            "Mail to our distribution list",
            DANA,
            7 * HOUR,
            vec![],
        ),
        scene(
            "Sundari",
            0,
            "Programs go into read-only mode",
            TOMAS,
            26 * HOUR,
            with(26 * HOUR, vec![(70, Act::Chase)]),
        ),
        scene(
            "Himchuli",
            0,
            "Question: how long do versions",
            PRIYA,
            11 * HOUR,
            vec![],
        ),
        scene(
            "Serra",
            0,
            "Presence shows 'away'",
            DANA,
            28 * HOUR,
            began(28 * HOUR),
        ),
    ]
}

/// Cases that are over, or were.
fn ended() -> Vec<Scene> {
    let solved = |opened: i64, resolved: i64| {
        vec![
            (opened - 12, Act::Take),
            (opened - 40, Act::Progress),
            (resolved, Act::Resolve),
        ]
    };
    let and = |mut done: Vec<Done>, more: Vec<Done>| {
        done.extend(more);
        done
    };
    let back = and(
        solved(6 * DAY, 5 * DAY),
        vec![(2 * DAY, Act::Thanks), (3 * HOUR, Act::Reopen)],
    );
    let twice = and(
        solved(9 * DAY, 8 * DAY),
        vec![
            (7 * DAY, Act::Thanks),
            (26 * HOUR, Act::Reopen),
            (25 * HOUR, Act::Progress),
            (2 * HOUR, Act::Resolve),
        ],
    );
    let closed = |days: i64| {
        and(
            solved((days + 2) * DAY, (days + 1) * DAY),
            vec![(days * DAY, Act::Thanks)],
        )
    };
    let referred = vec![
        (30 * HOUR, Act::Take),
        (29 * HOUR, Act::Ask),
        (28 * HOUR, Act::Answer),
        (20 * HOUR, Act::Refer),
    ];
    vec![
        scene(
            "Lindenquell",
            1,
            "Programs go into read-only mode",
            NOOR,
            6 * DAY,
            back,
        ),
        scene("Harlow", 1, "The intranet is down", TOMAS, 9 * DAY, twice),
        scene(
            "Officine",
            0,
            "Synchronised library shows",
            DANA,
            3 * DAY,
            solved(3 * DAY, 20 * HOUR),
        ),
        scene(
            "Copperline",
            0,
            "Second factor: code is refused",
            PRIYA,
            2 * DAY,
            solved(2 * DAY, 5 * HOUR),
        ),
        scene(
            "Lindenquell",
            0,
            "Calendar invitations arrive",
            TOMAS,
            15 * DAY,
            closed(13),
        ),
        scene(
            "Lindenquell",
            1,
            "Messages from one supplier",
            PRIYA,
            9 * DAY,
            closed(6),
        ),
        scene(
            "Lindenquell",
            0,
            "List view threshold",
            DANA,
            3 * DAY,
            closed(1),
        ),
        scene(
            "Lindenquell",
            1,
            "How do we set a password",
            PRIYA,
            20 * DAY,
            closed(18),
        ),
        scene(
            "Coolabah",
            1,
            "Calls drop after exactly ten",
            NOOR,
            31 * HOUR,
            referred,
        ),
    ]
}

/// Billing, subscriptions, and questions before buying.
fn beside() -> Vec<Scene> {
    vec![
        scene(
            "Maple",
            1,
            "Invoice shows 12 seats",
            MARCUS,
            2 * HOUR,
            vec![],
        ),
        scene(
            "Harlow",
            2,
            "VAT number is missing",
            MARCUS,
            26 * HOUR,
            vec![(25 * HOUR, Act::Take), (24 * HOUR, Act::Ask)],
        ),
        scene(
            "Sundari",
            1,
            "Payment was refused",
            MARCUS,
            20 * HOUR,
            vec![(19 * HOUR, Act::Take), (18 * HOUR, Act::Progress)],
        ),
        scene(
            "Lindenquell",
            2,
            "Adding 40 seats",
            MARCUS,
            3 * HOUR,
            vec![],
        ),
        scene("Himchuli", 0, "Turning our trial", MARCUS, 9 * HOUR, vec![]),
        scene(
            "Himchuli",
            0,
            "Where is our data stored",
            CHIARA,
            6 * HOUR,
            vec![],
        ),
        scene(
            "Oughterbeg",
            0,
            "Difference between the two",
            CHIARA,
            22 * HOUR,
            vec![(21 * HOUR, Act::Take), (20 * HOUR, Act::Progress)],
        ),
        scene(
            "Juniper",
            0,
            "Price for 300 seats",
            CHIARA,
            4 * HOUR,
            vec![],
        ),
    ]
}
