//! What every journey begins with: an instance, and people who come in by their invitations.

use anyhow::Context;

use crate::{Server, Window};

/// Everybody's password.
pub const PASSWORD: &str = "a sentence to sign in with";

/// Sets the instance up, as Kim Larsen of Northwind Cloud.
///
/// # Errors
/// When a page is not as it should be.
pub async fn set_up(server: &Server, window: &Window) -> anyhow::Result<()> {
    window.open(&server.setup_link).await?;
    for (field, text) in [
        ("vendor", "Northwind Cloud"),
        ("name", "Kim Larsen"),
        ("email", "kim@northwind.example"),
        ("password", PASSWORD),
    ] {
        window.fill(&format!("input[name={field}]"), text).await?;
    }
    window.press("Set up and sign in").await?;
    window.find("#content h1").await?;
    Ok(())
}

/// Takes a German customer on plan E3 in, and gives the link that invites its administrator: the
/// customer's name, the administrator's name, their address.
///
/// # Errors
/// When a page is not as it should be.
pub async fn take_in_customer(
    server: &Server,
    vendor: &Window,
    [customer, name, email]: [&str; 3],
) -> anyhow::Result<String> {
    vendor
        .open(&format!("{}/accounts/new", server.origin))
        .await?;
    vendor.fill("input[name=account]", customer).await?;
    vendor.choose("select[name=region]", "de").await?;
    vendor.choose("select[name=plan]", "e3").await?;
    vendor.fill("input[name=name]", name).await?;
    vendor.fill("input[name=email]", email).await?;
    vendor.click("#content form [type=submit]").await?;
    invitation(vendor).await
}

/// The link of an invitation on the page shown.
///
/// # Errors
/// When there is none.
pub async fn invitation(window: &Window) -> anyhow::Result<String> {
    window.reads("/invitation/").await?;
    let text = window.text().await?;
    let mut words = text.split_whitespace();
    let link = words.find(|word| word.contains("/invitation/"));
    Ok(link.context("no invitation link")?.to_owned())
}

/// Comes in by an invitation.
///
/// # Errors
/// When a page is not as it should be.
pub async fn accept(window: &Window, invitation: &str) -> anyhow::Result<()> {
    window.open(invitation).await?;
    window.fill("input[name=password]", PASSWORD).await?;
    window.press("Save and sign in").await?;
    window.find("#content h1").await?;
    Ok(())
}

/// Submits a severity B request and returns the address of its page.
///
/// # Errors
/// When a page is not as it should be.
pub async fn submit_request(window: &Window) -> anyhow::Result<String> {
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

/// Closes the case shown, as the engineer.
///
/// # Errors
/// When a page is not as it should be.
pub async fn close(window: &Window, reason: &str) -> anyhow::Result<()> {
    let closing = "form[action$='/closure']";
    window.reveal(closing).await?;
    window
        .fill(&format!("{closing} [name=reason]"), reason)
        .await?;
    window.click(&format!("{closing} [type=submit]")).await?;
    window.find("form[action$='/reopening']").await?;
    Ok(())
}

/// Holds a page to the width of a telephone, once [`Window::narrow`] has made it one.
///
/// # Errors
/// When the page can be scrolled sideways.
pub async fn fits(window: &Window, page: &str) -> anyhow::Result<()> {
    window.find("#content h1").await?;
    let pixels = window.sideways().await?;
    anyhow::ensure!(pixels == 0, "{page} scrolls sideways by {pixels} pixels");
    Ok(())
}
