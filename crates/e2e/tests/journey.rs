//! The main job, as people do it: two windows, one promise.
//!
//! Whoever runs it sets the instance up and takes a customer in; the customer's administrator submits
//! a request and gets the promise; the engineer sees it arrive, takes it, answers and closes it;
//! the customer sees the answer appear, and reopens the request.

use mainstay_e2e::steps::{accept, close, fits, set_up, submit_request, take_in_customer};
use mainstay_e2e::{Browser, Server, Window};

/// The customer, its administrator, and their address.
const CUSTOMER: [&str; 3] = ["Fabrikam", "Dana Weber", "dana@fabrikam.example"];

#[tokio::test]
async fn from_the_first_start_to_the_reopening() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let browser = Browser::start().await?;
    let engineer = browser.window("engineer", 1440, 1000).await?;
    let customer = browser.window("customer", 1440, 1000).await?;

    set_up(&server, &engineer).await?;
    assert_eq!(engineer.path().await?, "/queue");
    let invitation = take_in_customer(&server, &engineer, CUSTOMER).await?;
    accept(&customer, &invitation).await?;
    assert_eq!(customer.path().await?, "/home");

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

    close(&engineer, "The rule was removed.").await?;
    reopen(&customer).await?;
    engineer.reads("It is back again").await?;
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
    let invitation = take_in_customer(&server, &engineer, CUSTOMER).await?;
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
        fits(&customer, page).await?;
    }
    engineer.narrow(360, 800).await?;
    for page in ["/queue", "/accounts", "/reports", &case] {
        engineer.open(&format!("{}{page}", server.origin)).await?;
        fits(&engineer, page).await?;
    }
    Ok(())
}
