//! The first line: somebody asks the administrators of their own organisation, who bring it to
//! support; the answer comes back the same way, and support reads nothing else of it.

use std::path::Path;

use anyhow::Context;
use mainstay_e2e::steps::{accept, close, fits, invitation, set_up, take_in_customer};
use mainstay_e2e::{Browser, Server, Window};

/// What whoever asked says, and what is brought to support with it.
const BODY: &str = "Since this morning, third floor.";
const TRIED: &str = "A cable instead of the wireless network: the same.";
const ADDED: &str = "The socket says 3-17.";
/// What stays within the organisation.
const ASKED_BACK: &str = "Which socket? Between us: that switch is from 2009.";
const AFTERWARDS: &str = "My neighbour laughs at us already.";
const SUBJECT: &str = "The wiki does not load";
/// What support answers.
const ANSWER: &str = "A switch on the third floor is broken.";

/// Invites somebody of the customer who is no administrator, and returns the link.
async fn invite_colleague(server: &Server, administrator: &Window) -> anyhow::Result<String> {
    let people = format!("{}/organisation/people", server.origin);
    let form = "form[action$='/people']";
    administrator.open(&people).await?;
    administrator.find(form).await?;
    administrator.reveal(form).await?;
    for (field, text) in [("name", "Uwe Koch"), ("email", "uwe@fabrikam.example")] {
        let field = format!("{form} [name={field}]");
        administrator.fill(&field, text).await?;
    }
    administrator
        .click(&format!("{form} [type=submit]"))
        .await?;
    invitation(administrator).await
}

/// Asks the administrators with a file, and returns the address of the request.
async fn ask(window: &Window, folder: &Path) -> anyhow::Result<String> {
    let plan = folder.join("third-floor.txt");
    std::fs::write(&plan, "Socket 3-17 is beside the lift.\n")?;
    let plan = plan.to_str().context("a path in words")?;
    window.press("Ask a question").await?;
    window.press("Connection").await?;
    window.click("input[name=checked][value=vpn]").await?;
    window.fill("input[name=subject]", SUBJECT).await?;
    window.fill("textarea[name=body]", BODY).await?;
    window.fill("textarea[name=tried]", TRIED).await?;
    let files = window.find("input[type=file][name=files]").await?;
    files.send_keys(plan).await?;
    window.press("Send to your administrators").await?;
    window.find("#timeline").await?;
    for words in [BODY, TRIED, "third-floor.txt", "With your administrators"] {
        window.reads(words).await?;
    }
    window.path().await
}

/// The administrator asks back, and whoever asked answers: each on their own screen, without
/// loading it again.
async fn ask_back(server: &Server, dana: &Window, uwe: &Window) -> anyhow::Result<()> {
    dana.open(&format!("{}/inbox", server.origin)).await?;
    dana.press(SUBJECT).await?;
    for words in [BODY, TRIED, "third-floor.txt", "Leave the VPN"] {
        dana.reads(words).await?;
    }
    uwe.mark_load().await?;
    dana.fill("textarea[name=body]", ASKED_BACK).await?;
    dana.press("Send").await?;
    uwe.reads(ASKED_BACK).await?;
    uwe.reads("Your answer needed").await?;
    assert!(
        uwe.is_same_load().await?,
        "the request was loaded again instead of updated"
    );
    dana.mark_load().await?;
    uwe.fill("textarea[name=body]", ADDED).await?;
    uwe.press("Send").await?;
    dana.reads(ADDED).await?;
    dana.reads("Your turn").await?;
    assert!(
        dana.is_same_load().await?,
        "the request was loaded again instead of updated"
    );
    Ok(())
}

/// Brings it to support in one act, and reads before what it buys and what goes along.
async fn escalate(dana: &Window) -> anyhow::Result<()> {
    dana.press("Bring to support").await?;
    let body = dana
        .find("textarea[name=body]")
        .await?
        .prop("value")
        .await?;
    let body = body.context("a text to begin with")?;
    for words in [BODY, TRIED, ADDED, "Leave the VPN"] {
        assert!(body.contains(words), "{words:?} is missing in:\n{body}");
    }
    assert!(!body.contains(ASKED_BACK), "{body}");
    dana.click("input[name=affected][value=several]").await?;
    dana.click("input[name=work][value=impaired]").await?;
    dana.press("Continue").await?;
    dana.reads("end of the next day").await?;
    dana.reads("third-floor.txt").await?;
    dana.press("Send to support").await?;
    dana.reads("Support has it").await
}

/// The engineer reads what was brought to support, and nothing else there is.
async fn sees_what_was_brought(
    server: &Server,
    engineer: &Window,
    asked: &str,
) -> anyhow::Result<()> {
    for words in [SUBJECT, BODY, TRIED, ADDED, "third-floor.txt", "Dana Weber"] {
        engineer.reads(words).await?;
    }
    let case = engineer.path().await?;
    let page = engineer.text().await?;
    for words in ["2009", "neighbour", "Uwe"] {
        assert!(!page.contains(words), "support reads {words:?}:\n{page}");
    }
    let served = asked.replace("/asked/", "/inbox/");
    for address in [asked, served.as_str(), "/inbox"] {
        engineer
            .open(&format!("{}{address}", server.origin))
            .await?;
        engineer.find("#content h1").await?;
        assert_eq!(engineer.path().await?, "/queue", "{address} is theirs");
    }
    for words in ["2009", "neighbour"] {
        let search = format!("{}/search?q={words}", server.origin);
        engineer.open(&search).await?;
        engineer.find("#content h1").await?;
        let page = engineer.text().await?;
        assert!(!page.contains(SUBJECT), "{words:?} finds it:\n{page}");
    }
    engineer.open(&format!("{}{case}", server.origin)).await
}

/// Whoever asked was told on the way, and reads the end in their own list.
async fn was_kept_informed(server: &Server, uwe: &Window) -> anyhow::Result<()> {
    uwe.open(&format!("{}/notifications", server.origin))
        .await?;
    for words in [
        "There is a reply on",
        "Brought to support:",
        "Support has replied on",
    ] {
        uwe.reads(words).await?;
    }
    uwe.open(&format!("{}/asked?view=closed", server.origin))
        .await?;
    uwe.press(SUBJECT).await?;
    uwe.reads("and this with it").await?;
    for words in [ASKED_BACK, ADDED, ANSWER] {
        uwe.reads(words).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_internal_request_escalated_and_answered() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let browser = Browser::start().await?;
    let engineer = browser.window("engineer", 1440, 1000).await?;
    let dana = browser.window("dana", 1440, 1000).await?;
    let uwe = browser.window("uwe", 500, 900).await?;
    set_up(&server, &engineer).await?;
    let customer = ["Fabrikam", "Dana Weber", "dana@fabrikam.example"];
    accept(
        &dana,
        &take_in_customer(&server, &engineer, customer).await?,
    )
    .await?;
    accept(&uwe, &invite_colleague(&server, &dana).await?).await?;

    let asked = ask(&uwe, folder.path()).await?;
    ask_back(&server, &dana, &uwe).await?;
    engineer.open(&format!("{}/queue", server.origin)).await?;
    engineer.find("#content h1").await?;
    assert!(
        !engineer.text().await?.contains(SUBJECT),
        "it reached support before it was brought there"
    );
    uwe.mark_load().await?;
    escalate(&dana).await?;
    uwe.reads("With support").await?;
    uwe.fill("textarea[name=body]", AFTERWARDS).await?;
    uwe.press("Send").await?;
    dana.reads(AFTERWARDS).await?;

    // The answer appears with whoever asked, who never speaks to support.
    engineer.reads(SUBJECT).await?;
    engineer.press("Take next").await?;
    sees_what_was_brought(&server, &engineer, &asked).await?;
    let case = engineer.path().await?;
    uwe.mark_load().await?;
    engineer.fill("textarea[name=body]", ANSWER).await?;
    engineer.press("Send and wait for customer").await?;
    uwe.reads(ANSWER).await?;
    close(&engineer, "The switch was replaced.").await?;
    uwe.reads("and this with it").await?;
    assert!(
        uwe.is_same_load().await?,
        "the request was loaded again instead of updated"
    );
    was_kept_informed(&server, &uwe).await?;
    uwe.open(&format!("{}{case}", server.origin)).await?;
    uwe.find("h1").await?;
    let page = uwe.text().await?;
    assert!(
        !page.contains(SUBJECT),
        "the service request is theirs:\n{page}"
    );
    pages_fit_a_telephone(&server, &uwe, &dana, &asked).await
}

async fn pages_fit_a_telephone(
    server: &Server,
    uwe: &Window,
    dana: &Window,
    asked: &str,
) -> anyhow::Result<()> {
    uwe.narrow(360, 800).await?;
    dana.narrow(360, 800).await?;
    let served = asked.replace("/asked/", "/inbox/");
    for (window, page) in [
        (uwe, "/ask"),
        (uwe, "/ask?category=account"),
        (uwe, "/asked?view=closed"),
        (uwe, asked),
        (uwe, "/cases/new"),
        (dana, "/inbox?view=closed"),
        (dana, served.as_str()),
    ] {
        window.open(&format!("{}{page}", server.origin)).await?;
        fits(window, page).await?;
    }
    Ok(())
}
