//! Chromium, driven through its driver.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(15);

/// The driver; ends with this value, and with it every window.
pub struct Browser {
    driver: Child,
    address: String,
    /// Throw-away profiles, one a window.
    profiles: tempfile::TempDir,
}

/// A window of its own: other cookies, another person.
pub struct Window {
    /// The driver's session.
    pub client: Client,
}

impl Browser {
    /// Starts the driver.
    ///
    /// # Errors
    /// When `chromedriver` is not there.
    pub async fn start() -> anyhow::Result<Self> {
        let port = crate::free_port()?;
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("chromedriver did not start; install Debian's package chromium-driver")?;
        let address = format!("http://127.0.0.1:{port}");
        let browser = Self {
            driver,
            address,
            profiles: tempfile::tempdir()?,
        };
        for _ in 0..100 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return Ok(browser);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("chromedriver does not answer")
    }

    /// Opens a window of a size.
    ///
    /// # Errors
    /// When Chromium does not start.
    pub async fn window(&self, name: &str, width: u32, height: u32) -> anyhow::Result<Window> {
        let profile = self.profiles.path().join(name);
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            format!("--user-data-dir={}", profile.display()),
            format!("--window-size={width},{height}"),
        ];
        let mut capabilities = serde_json::Map::new();
        capabilities.insert(
            "goog:chromeOptions".to_owned(),
            json!({ "args": arguments }),
        );
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&self.address)
            .await
            .context("Chromium did not start")?;
        Ok(Window { client })
    }
}

impl Browser {
    /// Asks the driver to end, which ends the windows it has opened; killed, it would leave them.
    fn ask_to_end(&self) -> std::io::Result<()> {
        let address = self.address.trim_start_matches("http://");
        let mut line = std::net::TcpStream::connect(address)?;
        line.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            line,
            "GET /shutdown HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        line.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.ask_to_end();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Window {
    /// Goes to an address.
    ///
    /// # Errors
    /// When the page does not load.
    pub async fn open(&self, url: &str) -> anyhow::Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// Names what did not come, and shows the page that came instead.
    pub async fn find(&self, css: &str) -> anyhow::Result<Element> {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::Css(css)).await {
            Ok(element) => Ok(element),
            Err(_) => bail!(
                "`{css}` did not show; the page reads:\n{}",
                self.text().await?
            ),
        }
    }

    /// Fills a field by its name, within a form when one is named.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn fill(&self, css: &str, text: &str) -> anyhow::Result<()> {
        let field = self.find(css).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Clicks an element, wherever it stands on the page.
    ///
    /// # Errors
    /// When there is no such element.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        let element = self.find(css).await?;
        let script = "arguments[0].scrollIntoView({block: 'center'})";
        self.client
            .execute(script, vec![serde_json::to_value(&element)?])
            .await?;
        Ok(element.click().await?)
    }

    /// Clicks the button or link with these words.
    ///
    /// # Errors
    /// When there is none.
    pub async fn press(&self, words: &str) -> anyhow::Result<()> {
        let path = format!(
            "//*[self::button or self::a or self::summary][contains(normalize-space(.), '{words}')]"
        );
        let wait = self.client.wait().at_most(PATIENCE);
        let found = wait.for_element(Locator::XPath(&path)).await;
        let Ok(element) = found else {
            bail!(
                "nothing says `{words}`; the page reads:\n{}",
                self.text().await?
            )
        };
        let script = "arguments[0].scrollIntoView({block: 'center'})";
        self.client
            .execute(script, vec![serde_json::to_value(&element)?])
            .await?;
        Ok(element.click().await?)
    }

    /// Chooses a value of a select.
    ///
    /// # Errors
    /// When there is no such field or value.
    pub async fn choose(&self, css: &str, value: &str) -> anyhow::Result<()> {
        Ok(self.find(css).await?.select_by_value(value).await?)
    }

    /// Unfolds whatever an element is folded into.
    ///
    /// # Errors
    /// When there is no such element.
    pub async fn reveal(&self, css: &str) -> anyhow::Result<()> {
        let element = self.find(css).await?;
        let script = "for (let at = arguments[0]; at; at = at.parentElement) \
                      if (at.tagName === 'DETAILS') at.open = true";
        self.client
            .execute(script, vec![serde_json::to_value(&element)?])
            .await?;
        Ok(())
    }

    /// Makes the page as narrow as a telephone, which a window cannot be.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn narrow(&self, width: u32, height: u32) -> anyhow::Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": true
        });
        let command = dev_tools("Emulation.setDeviceMetricsOverride", &metrics);
        self.client.issue_cmd(command).await?;
        Ok(())
    }

    /// Gives the window a device that keeps passkeys and knows its holder.
    ///
    /// # Errors
    /// When the driver makes none.
    pub async fn give_authenticator(&self) -> anyhow::Result<()> {
        let device = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true
        });
        let command = Extension("webauthn/authenticator", device);
        self.client.issue_cmd(command).await?;
        Ok(())
    }

    /// The visible text of the page.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn text(&self) -> anyhow::Result<String> {
        let script = "return document.body ? document.body.innerText : ''";
        let text = self.client.execute(script, Vec::new()).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page says something, without being loaded again.
    ///
    /// # Errors
    /// Names what it never said, and shows what it says instead.
    pub async fn reads(&self, words: &str) -> anyhow::Result<()> {
        let polls = PATIENCE.as_millis() / 100;
        for _ in 0..polls {
            if self.text().await?.contains(words) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!(
            "the page never said `{words}`; it reads:\n{}",
            self.text().await?
        )
    }

    /// Marks this load of the page, so that [`Window::is_same_load`] can tell a live update from a
    /// fresh load.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn mark_load(&self) -> anyhow::Result<()> {
        self.client
            .execute("window.sameLoad = true", Vec::new())
            .await?;
        Ok(())
    }

    /// Whether the page is the one that was marked.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn is_same_load(&self) -> anyhow::Result<bool> {
        let marked = self
            .client
            .execute("return window.sameLoad === true", Vec::new())
            .await?;
        Ok(marked == Value::Bool(true))
    }

    /// The address shown.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn path(&self) -> anyhow::Result<String> {
        Ok(self.client.current_url().await?.path().to_owned())
    }

    /// How far the page can be scrolled sideways, in pixels: 0 where everything fits.
    ///
    /// # Errors
    /// When the window is gone.
    pub async fn sideways(&self) -> anyhow::Result<i64> {
        let script = "return document.documentElement.scrollWidth \
                      - document.documentElement.clientWidth";
        let pixels = self.client.execute(script, Vec::new()).await?;
        Ok(pixels.as_i64().unwrap_or(i64::MAX))
    }
}

/// A command of the browser's own protocol, which its driver passes on.
fn dev_tools(command: &str, parameters: &Value) -> Extension {
    let body = json!({ "cmd": command, "params": parameters });
    Extension("goog/cdp/execute", body)
}

/// A command beside those every driver knows: its place under the session, and what it is given.
#[derive(Debug)]
struct Extension(&'static str, Value);

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.0
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
