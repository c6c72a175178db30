//! From an invitation to a request, by a passkey: the browser's own ceremony, on a device it plays.

use mainstay_e2e::steps::{PASSWORD, accept, fits, set_up, submit_request, take_in_customer};
use mainstay_e2e::{Browser, Server, Window};

const DANA: &str = "dana@fabrikam.example";

#[tokio::test]
async fn an_invitation_a_passkey_a_request() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Server::start_by_name(folder.path()).await?;
    let browser = Browser::start().await?;
    let vendor = browser.window("vendor", 1440, 1000).await?;
    set_up(&server, &vendor).await?;
    let invitation = take_in_customer(&server, &vendor, ["Fabrikam", "Dana Weber", DANA]).await?;

    let dana = browser.window("dana", 500, 900).await?;
    dana.narrow(360, 800).await?;
    dana.give_authenticator().await?;
    accept(&dana, &invitation).await?;

    add_passkey(&server, &dana).await?;
    sign_out(&server, &dana).await?;
    fits(&dana, "/sign-in").await?;
    dana.press("Sign in with a passkey").await?;
    dana.reads("New request").await?;
    assert_eq!(dana.path().await?, "/home");
    submit_request(&dana).await?;

    // The password alone opens nothing any more; the passkey is the step more.
    sign_out(&server, &dana).await?;
    dana.fill("input[name=email]", DANA).await?;
    dana.fill("input[name=password]", PASSWORD).await?;
    dana.click("form[action='/sign-in'] [type=submit]").await?;
    dana.reads("One step more").await?;
    fits(&dana, "/sign-in/code").await?;
    dana.press("Use a passkey").await?;
    dana.reads("Mail from outside does not arrive").await?;
    Ok(())
}

async fn add_passkey(server: &Server, window: &Window) -> anyhow::Result<()> {
    let page = format!("{}/profile/security", server.origin);
    window.open(&page).await?;
    fits(window, "/profile/security").await?;
    window.fill("#p-name", "Work laptop").await?;
    window.press("Add a passkey").await?;
    window.reads("Your recovery codes").await?;
    fits(window, "the recovery codes").await?;
    window.press("I have kept them").await?;
    window.reads("Work laptop").await?;
    fits(window, "/profile/security with a passkey").await?;
    window.press("Set up an app").await?;
    window.find("svg.qr").await?;
    fits(window, "the picture for an app").await
}

async fn sign_out(server: &Server, window: &Window) -> anyhow::Result<()> {
    window.open(&format!("{}/profile", server.origin)).await?;
    let out = "form[action='/sign-out'] [type=submit]";
    window.reveal(out).await?;
    window.click(out).await?;
    window.find("input[name=password]").await?;
    Ok(())
}
