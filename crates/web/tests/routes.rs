//! Every route, asked for by everybody: who gets in follows from the table of routes and from the
//! matrix, and what is not theirs reads as what does not exist.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod routes_world;

use axum::http::Method;
use mainstay_domain::access::{
    Action, Administrators, Breadth, Facts, Grant, Obligation, Right, Role,
};
use mainstay_domain::edition::Kind;
use mainstay_web::routes::{Listed, Needs, listed};

use routes_world::{Answer, Everybody, Somebody};

/// Where somebody is led instead of a page that is not for them: by route and, where it hangs on
/// it, by role.
const LED: [(&str, Option<Role>, &str); 6] = [
    ("/organisation/people", None, "/accounts"),
    ("/queue", Some(Role::SystemAdministrator), "/machine"),
    ("/cases", None, "/queue"),
    ("/telephone", None, "/description"),
    ("/cases/new", None, "/desk/new-case"),
    ("/organisation/partners", None, "/accounts"),
];

/// Where a technical request is opened or judged; elsewhere the kind comes later.
const TECHNICAL: [&str; 3] = [
    "/api/v1/cases",
    "/api/v1/verdicts",
    "/desk/new-case/verdict",
];

/// What the matrix says of somebody before a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// Neither refused nor told that it does not exist.
    Through,
    /// 403.
    Denied,
    /// As if it did not exist.
    Absent,
    /// That it exists, its status and its dates.
    Known,
    /// Led to another page.
    Led,
    /// 401.
    SignedOut,
}

/// Where a case is shown, if only that it exists.
const KNOWN: [&str; 2] = ["/cases/{number}", "/api/v1/cases/{number}"];

/// What is expected of a route when somebody asks for Dana's technical case.
fn expected(route: &Listed, who: &Somebody) -> Expected {
    let (roles, is_vendor) = (&who.persona.session.principal.roles, who.is_vendor());
    let is_led = |(path, role, _): &(&str, Option<Role>, &str)| {
        route.path == *path && is_vendor && role.is_none_or(|role| roles.contains(&role))
    };
    if LED.iter().any(is_led) {
        return Expected::Led;
    }
    if who.token.is_none() && route.path.starts_with("/api/v1/") {
        return Expected::SignedOut;
    }
    let action = match route.needs {
        Needs::Public | Needs::SignedIn => return Expected::Through,
        Needs::Vendor if is_vendor => return Expected::Through,
        Needs::Portal(_) if is_vendor => return Expected::Led,
        // A partner's customers stand on a page of its own.
        Needs::Portal(Action::DelegateToPartner) if who.is_partner() => return Expected::Led,
        Needs::Vendor => return Expected::Denied,
        Needs::Partner if who.is_partner() => return Expected::Through,
        Needs::Partner => return Expected::Denied,
        Needs::Desk(_) if !is_vendor => return Expected::Denied,
        Needs::Desk(action) | Needs::Portal(action) | Needs::Either(action) => action,
    };
    // Both shipped editions say *administrator* and mean every type of them.
    let facts = Facts {
        administrators: Administrators::WIDE,
        ..Facts::default()
    };
    let Ok(grant) = who.persona.session.grant_for(action, &facts) else {
        return Expected::Denied;
    };
    let is_of_tokens = |right: &Right| right.obligations().contains(&Obligation::OwnTokensOnly);
    if grant.rights().iter().any(is_of_tokens) {
        return Expected::Denied;
    }
    let (scope, kind) = (grant.scope(), Kind::Technical);
    let is_theirs = scope.own_kinds().contains(&kind) && who.is_requester;
    let is_at_hand = is_vendor || who.is_at_contoso;
    let is_technical = action == Action::Open && TECHNICAL.contains(&route.path.as_str());
    if is_technical && !scope.kinds().contains(&kind) {
        return Expected::Denied;
    }
    if route.path.contains("{ask}") {
        return of_internal_request(who, &grant);
    }
    let is_in_reach = is_at_hand && (scope.kinds().contains(&kind) || is_theirs);
    let is_known = is_at_hand && scope.metadata_kinds().contains(&kind);
    // An end user of Contoso, whom everybody there manages who manages people.
    if route.path.starts_with("/organisation/people/{id}") && !who.is_at_contoso {
        return Expected::Absent;
    }
    if is_in_reach || !route.path.contains("/cases/{number}") {
        Expected::Through
    } else if is_known && KNOWN.contains(&route.path.as_str()) {
        Expected::Known
    } else {
        Expected::Absent
    }
}

/// An internal request is there for whoever asked, and for those at their account who serve it.
fn of_internal_request(who: &Somebody, grant: &Grant) -> Expected {
    let is_whole = |right: &Right| right.breadth() == Breadth::Whole;
    let serves = grant.rights().iter().any(is_whole);
    if who.is_at_contoso && (serves || who.has_asked) {
        Expected::Through
    } else {
        Expected::Absent
    }
}

/// Whether an answer is what was expected; `missing` is the same asked of what does not exist.
fn is_as_expected(answer: &Answer, missing: &Answer, expected: Expected) -> bool {
    match expected {
        Expected::Through => ![401, 403, 404].contains(&answer.status),
        Expected::Denied => answer.status == 403 && answer == missing,
        Expected::Absent => answer.status == 404 && answer == missing,
        Expected::Known => answer.status == 200 && missing.status == 404 && answer != missing,
        Expected::SignedOut => answer.status == 401 && answer == missing,
        Expected::Led => answer.status == 303 && !answer.location.contains("/sign-in"),
    }
}

/// What answers differ from what was expected, for these people and all routes that ask for a
/// right.
async fn complaints(world: &Everybody, people: &[Somebody]) -> Vec<String> {
    let mut complaints = Vec::new();
    for route in listed() {
        if matches!(route.needs, Needs::Public | Needs::SignedIn) || is_looked_at_closer(&route) {
            continue;
        }
        for who in people {
            // Whoever names nobody, or gives the customer up, walks no further.
            if who.is_partner() && route.path.starts_with("/partner/customers/") {
                continue;
            }
            let expected = expected(&route, who);
            let answer = world.ask(Some(who), &route, &world.case).await;
            let missing = world.ask(Some(who), &route, &world.missing).await;
            let is_content = answer.text.contains(&world.case.subject);
            let says_too_much = expected == Expected::Known && is_content;
            if says_too_much || !is_as_expected(&answer, &missing, expected) {
                let Listed {
                    method,
                    path,
                    needs,
                } = &route;
                complaints.push(format!(
                    "{method} {path} ({needs:?}) for {}: {expected:?} expected, {} {} came\n{}",
                    who.persona.session.person.name, answer.status, answer.location, answer.text
                ));
            }
        }
    }
    complaints
}

/// What a colleague can is said by themselves or whoever sets up their desk; what takes two persons
/// does not exist for those it does not concern, and so does what an emergency opened. A partner's
/// people are the partner's, and a draft of the service description is there until it is discarded.
/// Their own stories ask for them.
fn is_looked_at_closer(route: &Listed) -> bool {
    route.path == "/team/{id}/skills"
        || route.path == "/partner/people/{person}"
        || route.path.starts_with("/approvals/{id}/")
        || route.path.starts_with("/break-glass/{id}")
        || route.path.starts_with("/desk/descriptions/{draft}")
}

#[tokio::test]
async fn nobody_gets_further_than_the_sign_in() {
    let world = Everybody::new().await;
    for route in listed() {
        let answer = world.ask(None, &route, &world.case).await;
        let is_sent = answer.status == 303 && answer.location.starts_with("/sign-in?back=");
        let expected = match route.needs {
            Needs::Public => !is_sent && ![401, 403].contains(&answer.status),
            _ if route.path.starts_with("/api/") => answer.status == 401,
            _ => is_sent,
        };
        assert!(expected, "{route:?}: {answer:?}");
        assert!(!answer.text.contains(&world.case.subject), "{route:?}");
    }
}

#[tokio::test]
async fn at_the_vendor_everybody_gets_what_the_matrix_says() {
    let world = Everybody::new().await;
    let people = world.colleagues().await;
    let complaints = complaints(&world, &people).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn at_a_customer_everybody_gets_what_the_matrix_says() {
    let world = Everybody::new().await;
    let people = world.customers().await;
    let complaints = complaints(&world, &people).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn at_a_partner_everybody_gets_what_the_customer_lets_them() {
    let world = Everybody::new().await;
    let people = world.helpers().await;
    let complaints = complaints(&world, &people).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn at_a_partner_that_nobody_lets_act_there_is_nothing_of_a_customer() {
    let world = Everybody::new().await;
    let people = world.idle_helpers().await;
    let complaints = complaints(&world, &people).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[tokio::test]
async fn what_is_another_account_s_reads_as_what_does_not_exist() {
    let world = Everybody::new().await;
    let people = world.strangers().await;
    let complaints = complaints(&world, &people).await;
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    // The stream of changes has no end.
    let pages = |route: &Listed| route.method == Method::GET && route.path != "/live";
    for route in listed().into_iter().filter(pages) {
        for who in &people {
            let answer = world.ask(Some(who), &route, &world.case).await;
            assert!(!answer.text.contains(&world.case.subject), "{route:?}");
            if ["{number}", "{ask}"]
                .iter()
                .any(|one| route.path.contains(one))
            {
                assert!([403, 404].contains(&answer.status), "{route:?}: {answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_led_is_led_to_their_own_page() {
    let world = Everybody::new().await;
    let people = world.colleagues().await;
    for (path, role, to) in LED {
        let holds = |who: &&Somebody| {
            let roles = &who.persona.session.principal.roles;
            role.is_none_or(|role| roles.contains(&role))
        };
        let who = people.iter().find(holds).unwrap();
        let routes = listed().into_iter();
        let route = routes.clone().find(|route| route.path == path).unwrap();
        let answer = world.ask(Some(who), &route, &world.case).await;
        assert_eq!(answer.location, to, "{path}");
    }
}

#[test]
fn no_route_is_listed_twice() {
    let mut routes: Vec<_> = listed()
        .into_iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert!(routes.len() > 60, "{}", routes.len());
    let all = routes.len();
    routes.sort();
    routes.dedup();
    assert_eq!(routes.len(), all);
}
