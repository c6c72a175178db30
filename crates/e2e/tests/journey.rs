//! The main job, as people do it: two windows, one promise.
//!
//! Whoever runs it sets the instance up and takes a customer in; the customer's administrator submits
//! a request and gets the promise; the engineer sees it arrive, takes it, answers and closes it;
//! the customer sees the answer appear, and reopens the request.

use anyhow::Context;
use mainstay_e2e::{Browser, Server, Window};

const PASSWORD: &str = "a sentence to sign in with";

#[tokio::test]
async fn from_the_first_start_to_the_reopening() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let browser = Browser::start().await?;
    let engineer = browser.window("engineer", 1440, 1000).await?;
    let customer = browser.window("customer", 1440, 1000).await?;

    set_up(&server, &engineer).await?;
    let invitation = take_in_customer(&server, &engineer).await?;
    accept(&customer, &invitation).await?;

    // The engineer's queue is open while the customer writes.
    engineer.open(&format!("{}/queue", server.origin)).await?;
    engineer.mark_load().await?;
    let case = submit_request(&customer).await?;
    engineer.reads("Mail from outside does not arrive").await?;
    assert!(
        engineer.is_same_load().await?,
        "the queue was loaded again instead of updated"
    );

    // One stroke takes it; the answer appears at the customer's without a reload.
    customer.mark_load().await?;
    engineer.press("Take next").await?;
    engineer.find("textarea[name=body]").await?;
    assert_eq!(engineer.path().await?, case);
    engineer
        .fill(
            "textarea[name=body]",
            "We found it: a **rule** holds mail back.",
        )
        .await?;
    engineer.press("Send and wait for customer").await?;
    engineer.reads("a rule holds mail back").await?;
    customer.reads("a rule holds mail back").await?;
    assert!(
        customer.is_same_load().await?,
        "the request was loaded again instead of updated"
    );

    // A note is seen by the engineer alone.
    engineer.press("Internal note").await?;
    engineer
        .fill("textarea[name=note]", "Their rule 17 is at fault.")
        .await?;
    engineer.press("Save internal note").await?;
    engineer.reads("Their rule 17 is at fault.").await?;
    customer.client.refresh().await?;
    customer.reads("a rule holds mail back").await?;
    assert!(
        !customer.text().await?.contains("rule 17"),
        "the note reached the customer"
    );

    close(&engineer).await?;
    reopen(&customer).await?;
    engineer.reads("It is back again").await?;
    Ok(())
}

async fn set_up(server: &Server, window: &Window) -> anyhow::Result<()> {
    window.open(&server.setup_link).await?;
    window.fill("input[name=vendor]", "Northwind Cloud").await?;
    window.fill("input[name=name]", "Kim Larsen").await?;
    window
        .fill("input[name=email]", "kim@northwind.example")
        .await?;
    window.fill("input[name=password]", PASSWORD).await?;
    window.press("Set up and sign in").await?;
    window.find("#content h1").await?;
    assert_eq!(window.path().await?, "/queue");
    Ok(())
}

/// Takes a customer in and returns the link that invites its administrator.
async fn take_in_customer(server: &Server, window: &Window) -> anyhow::Result<String> {
    window
        .open(&format!("{}/accounts/new", server.origin))
        .await?;
    window.fill("input[name=account]", "Fabrikam").await?;
    window.choose("select[name=region]", "de").await?;
    window.choose("select[name=plan]", "e3").await?;
    window.fill("input[name=name]", "Dana Weber").await?;
    window
        .fill("input[name=email]", "dana@fabrikam.example")
        .await?;
    window.click("#content form [type=submit]").await?;
    window.reads("/invitation/").await?;
    let text = window.text().await?;
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/invitation/"));
    Ok(link.context("no invitation link")?.to_owned())
}

async fn accept(window: &Window, invitation: &str) -> anyhow::Result<()> {
    window.open(invitation).await?;
    window.fill("input[name=password]", PASSWORD).await?;
    window.press("Save and sign in").await?;
    window.find("#content h1").await?;
    assert_eq!(window.path().await?, "/home");
    Ok(())
}

/// Submits a severity B request and returns the address of its page.
async fn submit_request(window: &Window) -> anyhow::Result<String> {
    window.press("New request").await?;
    window.find("input[name=kind]").await?;
    window.press("Continue").await?;
    window
        .fill("input[name=subject]", "Mail from outside does not arrive")
        .await?;
    window
        .fill(
            "textarea[name=body]",
            "Since this morning nothing arrives from outside.",
        )
        .await?;
    window.click("input[name=affected][value=several]").await?;
    window.click("input[name=work][value=impaired]").await?;
    window.press("Continue").await?;
    // What it buys stands there before anything is sent.
    window.reads("end of the next day").await?;
    window.press("Send request").await?;
    window.find("#timeline").await?;
    window.path().await
}

async fn close(window: &Window) -> anyhow::Result<()> {
    let closing = "form[action$='/closure']";
    window.reveal(closing).await?;
    window
        .fill(&format!("{closing} [name=reason]"), "The rule was removed.")
        .await?;
    window.click(&format!("{closing} [type=submit]")).await?;
    window.find("form[action$='/reopening']").await?;
    Ok(())
}

async fn reopen(window: &Window) -> anyhow::Result<()> {
    let reopening = "form[action$='/reopening']";
    window.client.refresh().await?;
    window.find(reopening).await?;
    window.reveal(reopening).await?;
    window
        .fill(&format!("{reopening} [name=reason]"), "It is back again.")
        .await?;
    window.click(&format!("{reopening} [type=submit]")).await?;
    window.find("textarea[name=body]").await?;
    window.reads("It is back again").await
}

#[tokio::test]
async fn every_customer_page_fits_a_telephone() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let browser = Browser::start().await?;
    let engineer = browser.window("engineer", 1440, 1000).await?;
    let customer = browser.window("customer", 500, 900).await?;
    set_up(&server, &engineer).await?;
    let invitation = take_in_customer(&server, &engineer).await?;
    customer.narrow(360, 800).await?;
    accept(&customer, &invitation).await?;
    let case = submit_request(&customer).await?;
    for page in [
        "/home",
        "/cases",
        "/telephone",
        "/organisation/people",
        "/organisation/roles",
        "/organisation/telephone",
        "/profile/particulars",
        "/description",
        "/cases/new",
        &case,
    ] {
        customer.open(&format!("{}{page}", server.origin)).await?;
        customer.find("#content h1").await?;
        assert_eq!(
            customer.sideways().await?,
            0,
            "{page} scrolls sideways at 360 px"
        );
    }
    engineer.narrow(360, 800).await?;
    for page in ["/queue", "/accounts", "/reports", &case] {
        engineer.open(&format!("{}{page}", server.origin)).await?;
        engineer.find("#content h1").await?;
        assert_eq!(
            engineer.sideways().await?,
            0,
            "{page} scrolls sideways at 360 px"
        );
    }
    Ok(())
}

/// Invites somebody of the customer who is no administrator, and returns the link.
async fn invite_colleague(server: &Server, window: &Window) -> anyhow::Result<String> {
    let form = "form[action$='/people']";
    window.open(&format!("{}/accounts", server.origin)).await?;
    window.press("Fabrikam").await?;
    window.find(form).await?;
    window.reveal(form).await?;
    window
        .fill(&format!("{form} [name=name]"), "Uwe Koch")
        .await?;
    let address = "uwe@fabrikam.example";
    window
        .fill(&format!("{form} [name=email]"), address)
        .await?;
    window
        .choose(&format!("{form} [name=role]"), "end-user")
        .await?;
    window.click(&format!("{form} [type=submit]")).await?;
    window.reads("/invitation/").await?;
    let text = window.text().await?;
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/invitation/"));
    Ok(link.context("no invitation link")?.to_owned())
}

/// Asks the administrators, and returns the address of the request.
async fn ask(window: &Window) -> anyhow::Result<String> {
    window.press("Ask your administrators").await?;
    window.press("Connection").await?;
    window.click("input[name=checked][value=vpn]").await?;
    window
        .fill("input[name=subject]", "The wiki does not load")
        .await?;
    window
        .fill("textarea[name=body]", "Since this morning, third floor.")
        .await?;
    window.press("Send to your administrators").await?;
    window.find("#timeline").await?;
    window.path().await
}

/// Brings what waits to support, and sees the promise before.
async fn escalate(window: &Window) -> anyhow::Result<()> {
    window.press("From your people").await?;
    window.press("The wiki does not load").await?;
    window.reads("third floor").await?;
    window.press("Bring to support").await?;
    window.click("input[name=affected][value=several]").await?;
    window.click("input[name=work][value=impaired]").await?;
    window.press("Continue").await?;
    window.reads("end of the next day").await?;
    window.press("Send to support").await?;
    window.reads("Support has it").await
}

#[tokio::test]
async fn an_internal_request_escalated_and_answered() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let browser = Browser::start().await?;
    let engineer = browser.window("engineer", 1440, 1000).await?;
    let administrator = browser.window("administrator", 1440, 1000).await?;
    let uwe = browser.window("uwe", 500, 900).await?;
    set_up(&server, &engineer).await?;
    let invitation = take_in_customer(&server, &engineer).await?;
    accept(&administrator, &invitation).await?;
    let invitation = invite_colleague(&server, &engineer).await?;
    accept(&uwe, &invitation).await?;

    let asked = ask(&uwe).await?;
    uwe.mark_load().await?;
    escalate(&administrator).await?;
    uwe.reads("With support").await?;

    // The answer appears with whoever asked, who never speaks to support.
    engineer.open(&format!("{}/queue", server.origin)).await?;
    engineer.press("Take next").await?;
    let answer = "A switch on the third floor is broken.";
    engineer.fill("textarea[name=body]", answer).await?;
    engineer.press("Send and wait for customer").await?;
    uwe.reads(answer).await?;
    assert!(
        uwe.is_same_load().await?,
        "the request was loaded again instead of updated"
    );
    close(&engineer).await?;
    uwe.reads("and this with it").await?;

    uwe.narrow(360, 800).await?;
    administrator.narrow(360, 800).await?;
    let served = asked.replace("/asked/", "/inbox/");
    for (window, page) in [
        (&uwe, "/ask"),
        (&uwe, "/ask?category=account"),
        (&uwe, "/asked?view=closed"),
        (&uwe, asked.as_str()),
        (&uwe, "/cases/new"),
        (&administrator, "/inbox?view=closed"),
        (&administrator, served.as_str()),
    ] {
        window.open(&format!("{}{page}", server.origin)).await?;
        window.find("#content h1").await?;
        assert_eq!(
            window.sideways().await?,
            0,
            "{page} scrolls sideways at 360 px"
        );
    }
    Ok(())
}
