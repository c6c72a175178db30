//! The team signs in with a provider of its own: set up, tried, put to use, signed in with.

use mainstay_e2e::provider::{CLIENT_ID, Provider};
use mainstay_e2e::steps::{accept, fits, invitation, set_up};
use mainstay_e2e::{Browser, Server, Window};

#[tokio::test]
async fn the_team_signs_in_with_its_own_provider() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start(folder.path()).await?;
    let provider = Provider::start().await?;
    let browser = Browser::start().await?;
    let lead = browser.window("lead", 1440, 1000).await?;
    let admin = browser.window("admin", 1440, 1000).await?;

    set_up(&server, &lead).await?;
    let link = invite_administrator(&server, &lead).await?;
    accept(&admin, &link).await?;

    // Set up and tried: the way leads out to the provider and back.
    admin
        .open(&format!("{}/team/sign-in", server.origin))
        .await?;
    admin.fill("input[name=name]", "Northwind ID").await?;
    admin.fill("input[name=issuer]", &provider.issuer).await?;
    admin.fill("input[name=client_id]", CLIENT_ID).await?;
    admin
        .fill("input[name=client_secret]", "not a secret")
        .await?;
    admin.press("Save").await?;
    admin.reads("Not tried yet").await?;
    admin.press("Try it yourself").await?;
    be(&admin, "sam").await?;
    admin.reads("Tried, not in use").await?;
    assert_eq!(admin.path().await?, "/team/sign-in");
    admin.press("Put it to use").await?;
    admin.reads("In use").await?;

    // In another browser there is nothing but the provider to know them by.
    let other = browser.window("other", 500, 900).await?;
    other.narrow(360, 800).await?;
    other.open(&format!("{}/sign-in", server.origin)).await?;
    assert_eq!(other.sideways().await?, 0, "the sign-in page at 360 px");
    other.press("Continue with Northwind ID").await?;
    be(&other, "sam").await?;
    other.find("#content h1").await?;
    assert_eq!(other.path().await?, "/machine");
    for page in ["/team/sign-in", "/profile/identities", "/profile"] {
        other.open(&format!("{}{page}", server.origin)).await?;
        fits(&other, page).await?;
    }

    // Whoever nobody has linked is told so calmly.
    let stranger = browser.window("stranger", 1440, 1000).await?;
    stranger.open(&format!("{}/sign-in", server.origin)).await?;
    stranger.press("Continue with Northwind ID").await?;
    be(&stranger, "mallory").await?;
    stranger.reads("This sign-in did not work").await?;
    Ok(())
}

/// Says at the provider who one is.
async fn be(window: &Window, subject: &str) -> anyhow::Result<()> {
    window.fill("input[name=subject]", subject).await?;
    window.press("That is me").await
}

/// Invites a system administrator; gives the link.
async fn invite_administrator(server: &Server, window: &Window) -> anyhow::Result<String> {
    window.open(&format!("{}/team", server.origin)).await?;
    window.fill("input[name=name]", "Sam Root").await?;
    window
        .fill("input[name=email]", "sam@northwind.example")
        .await?;
    window
        .click("input[name=roles][value=system-administrator]")
        .await?;
    window
        .fill("[name=reason]", "Somebody is to run the machine.")
        .await?;
    window.click("#content form [type=submit]").await?;
    invitation(window).await
}
