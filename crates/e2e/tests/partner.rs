//! A partner acts for two customers, and one cuts it off in the middle of typing.

use mainstay_e2e::steps::{accept, fits, invitation, set_up, take_in_customer};
use mainstay_e2e::{Browser, Server, Window};

async fn take_in_partner(server: &Server, vendor: &Window) -> anyhow::Result<String> {
    vendor
        .open(&format!("{}/desk/partners", server.origin))
        .await?;
    vendor.fill("input[name=partner]", "Helpers Ltd").await?;
    vendor.fill("input[name=name]", "Pia Partner").await?;
    vendor
        .fill("input[name=email]", "pia@helpers.example")
        .await?;
    vendor.press("Take in and invite").await?;
    invitation(vendor).await
}

/// Lists the partner, so that customers find it.
async fn list_partner(server: &Server, partner: &Window) -> anyhow::Result<()> {
    partner
        .open(&format!("{}/partner/entry", server.origin))
        .await?;
    partner
        .fill("textarea[name=about]", "We run your mail.")
        .await?;
    partner.click("input[name=listed]").await?;
    partner.press("Save the entry").await?;
    partner.reads("We run your mail.").await
}

/// A customer finds the partner and lets it act; the partner names herself.
async fn delegate(server: &Server, customer: &Window, partner: &Window) -> anyhow::Result<()> {
    customer
        .open(&format!("{}/partners", server.origin))
        .await?;
    customer.press("Let this partner act for us").await?;
    customer.find("input[name=persons]").await?;
    customer.press("Let it act").await?;
    customer.reads("The partner may act for you now").await?;
    partner
        .open(&format!("{}/partner/customers", server.origin))
        .await?;
    partner.find("input[name=people]").await?;
    let unticked = "input[name=people]:not(:checked)";
    partner.reveal(unticked).await?;
    let box_of_hers = partner.find(unticked).await?;
    partner.click(unticked).await?;
    // Each customer has a form of its own: the one of this box is sent.
    let send = "arguments[0].form.requestSubmit()";
    let argument = serde_json::to_value(&box_of_hers)?;
    partner.client.execute(send, vec![argument]).await?;
    partner.reads("Pia Partner").await
}

async fn submit_request(server: &Server, window: &Window, subject: &str) -> anyhow::Result<String> {
    window.open(&format!("{}/cases/new", server.origin)).await?;
    window.find("input[name=kind]").await?;
    window.press("Continue").await?;
    window.fill("input[name=subject]", subject).await?;
    window
        .fill("textarea[name=body]", "Since this morning.")
        .await?;
    window.click("input[name=affected][value=several]").await?;
    window.click("input[name=work][value=impaired]").await?;
    window.press("Continue").await?;
    window.press("Send request").await?;
    window.find("#timeline").await?;
    window.path().await
}

#[tokio::test]
async fn a_partner_of_two_customers_is_cut_off_by_one_while_typing() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let browser = Browser::start().await?;
    let vendor = browser.window("vendor", 1440, 1000).await?;
    let contoso = browser.window("contoso", 1440, 1000).await?;
    let fabrikam = browser.window("fabrikam", 1440, 1000).await?;
    let partner = browser.window("partner", 1440, 1000).await?;

    set_up(&server, &vendor).await?;
    for (window, name, email) in [
        (&contoso, "Contoso", "ada@contoso.example"),
        (&fabrikam, "Fabrikam", "dana@fabrikam.example"),
    ] {
        let link = take_in_customer(&server, &vendor, [name, "The administrator", email]).await?;
        accept(window, &link).await?;
    }
    accept(&partner, &take_in_partner(&server, &vendor).await?).await?;
    list_partner(&server, &partner).await?;
    delegate(&server, &contoso, &partner).await?;
    delegate(&server, &fabrikam, &partner).await?;
    let case = submit_request(&server, &contoso, "Contoso has no mail").await?;
    submit_request(&server, &fabrikam, "Fabrikam has no sites").await?;

    // One inbox over both; opening a request says for whom one acts.
    partner.open(&format!("{}/partner", server.origin)).await?;
    partner.reads("Fabrikam has no sites").await?;
    partner.press("Contoso has no mail").await?;
    partner.reads("You act for Contoso, until").await?;
    partner
        .fill("textarea[name=body]", "I have looked, and what I found is")
        .await?;

    // Meanwhile Contoso takes it away.
    contoso
        .open(&format!("{}/organisation/partners", server.origin))
        .await?;
    contoso.press("Change or remove").await?;
    contoso.press("Remove now").await?;
    contoso.reads("can do nothing for you any more").await?;

    partner.press("Send").await?;
    partner
        .reads("Contoso has removed your right to act for them.")
        .await?;
    let text = partner
        .find("textarea[name=body]")
        .await?
        .prop("value")
        .await?;
    assert_eq!(text.as_deref(), Some("I have looked, and what I found is"));
    contoso.open(&format!("{}{case}", server.origin)).await?;
    contoso.reads("Contoso has no mail").await?;
    assert!(!contoso.text().await?.contains("I have looked"));

    // For the other it goes on acting.
    partner.open(&format!("{}/partner", server.origin)).await?;
    partner.reads("Fabrikam has no sites").await?;
    assert!(!partner.text().await?.contains("Contoso"));
    for page in [
        "/partner",
        "/partner/customers",
        "/partner/people",
        "/partner/entry",
        "/partners",
    ] {
        partner.narrow(360, 800).await?;
        partner.open(&format!("{}{page}", server.origin)).await?;
        fits(&partner, page).await?;
    }
    fabrikam.narrow(360, 800).await?;
    fabrikam
        .open(&format!("{}/organisation/partners", server.origin))
        .await?;
    fits(&fabrikam, "/organisation/partners").await
}
