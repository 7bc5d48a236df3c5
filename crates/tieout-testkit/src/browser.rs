//! A real browser for tests of pages: headless Chromium, driven over loopback with the `WebDriver` protocol.
//!
//! The protocol is HTTP with JSON, so a driver of a few dozen lines replaces an asynchronous client with its hundred
//! packages. Each [`Browser`] has a process, a profile and a port of its own and takes them away when it is dropped; one
//! that cannot be started fails with what to install. Pages and reports may be looked at: [`Browser::screenshot`].

use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The driver names the program to run, and what it listens to, in these.
const DRIVER: &str = "TIEOUT_CHROMEDRIVER";
const CHROMIUM: &str = "TIEOUT_CHROMIUM";
/// No answer takes longer; a browser that hangs fails the test instead of stopping it.
const PATIENCE: Duration = Duration::from_secs(60);
/// What keeps Chromium from asking, updating and reporting.
const SWITCHES: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// Why the browser did not do as asked.
#[derive(Debug)]
pub struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(format!("the driver of the browser does not answer: {error}"))
    }
}

/// What a page is looked at with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Width of the window in pixels; below 600 it is a telephone.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// What the person prefers.
    pub scheme: Scheme,
}

/// The colours that a person prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// As style sheets call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A running browser with one empty page.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    session: String,
}

/// The driver's process; ended with what it started when it is dropped.
#[derive(Debug)]
struct Driver {
    process: Child,
    port: u16,
    profile: PathBuf,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

impl Browser {
    /// Starts a browser whose profile lies in `folder` (which is made, and taken away at the end).
    ///
    /// # Errors
    /// Chromium or its driver is not there, or does not start: says what to install.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let driver = Driver::start(folder)?;
        let profile = format!("--user-data-dir={}", driver.profile.display());
        let switches: Vec<&str> = SWITCHES.iter().copied().chain([profile.as_str()]).collect();
        let mut options = json!({ "args": switches });
        if let Ok(binary) = env::var(CHROMIUM) {
            options["binary"] = binary.into();
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let answer = driver.ask("POST", "/session", &wanted)?;
        let session = answer["sessionId"].as_str().unwrap_or_default().to_owned();
        let browser = Self { driver, session };
        // Chromium begins with a page of its own, which asks for many things.
        browser.go("about:blank")?;
        browser.console()?;
        browser.requests()?;
        Ok(browser)
    }

    /// Opens an address and waits until it is loaded.
    ///
    /// # Errors
    /// It cannot be loaded.
    pub fn go(&self, address: &str) -> Result<(), Failure> {
        self.command("url", &json!({ "url": address })).map(drop)
    }

    /// Looks at the page with another window and preference.
    ///
    /// # Errors
    /// The browser does not answer.
    pub fn view(&self, view: View) -> Result<(), Failure> {
        let phone = view.width < 600;
        let size = json!({"width": view.width, "height": view.height, "deviceScaleFactor": 1, "mobile": phone});
        self.devtools("Emulation.setDeviceMetricsOverride", &size)?;
        self.media("", view.scheme)
    }

    /// Shows the page as on paper, for a person who prefers this scheme.
    ///
    /// # Errors
    /// The browser does not answer.
    pub fn paper(&self, scheme: Scheme) -> Result<(), Failure> {
        self.media("print", scheme)
    }

    fn media(&self, media: &str, scheme: Scheme) -> Result<(), Failure> {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme.name()}]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            &json!({"media": media, "features": features}),
        )
        .map(drop)
    }

    /// What a script returns.
    ///
    /// # Errors
    /// It throws.
    pub fn script(&self, script: &str) -> Result<Value, Failure> {
        self.command("execute/sync", &json!({"script": script, "args": []}))
    }

    /// The whole page as PNG, also what does not fit the window.
    ///
    /// # Errors
    /// The browser does not answer.
    pub fn screenshot(&self) -> Result<Vec<u8>, Failure> {
        let whole = json!({"format": "png", "captureBeyondViewport": true});
        let answer = self.devtools("Page.captureScreenshot", &whole)?;
        decoded(answer["data"].as_str().unwrap_or_default())
    }

    /// The page printed to PDF.
    ///
    /// # Errors
    /// The browser does not answer.
    pub fn pdf(&self) -> Result<Vec<u8>, Failure> {
        decoded(self.command("print", &json!({}))?.as_str().unwrap_or_default())
    }

    /// What the page wrote to the console since this was asked last: level and message.
    ///
    /// # Errors
    /// The browser does not answer.
    pub fn console(&self) -> Result<Vec<String>, Failure> {
        let log = self.command("se/log", &json!({"type": "browser"}))?;
        let entries = log.as_array().into_iter().flatten();
        Ok(entries
            .map(|entry| format!("{}: {}", entry["level"], entry["message"]))
            .collect())
    }

    /// Every address that the page asked for since this was asked last; what the browser takes from itself is left out.
    ///
    /// # Errors
    /// The browser does not answer.
    pub fn requests(&self) -> Result<Vec<String>, Failure> {
        let log = self.command("se/log", &json!({"type": "performance"}))?;
        let events = log
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
        let sent = events.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        let address = |event: Value| event["message"]["params"]["request"]["url"].as_str().map(str::to_owned);
        let is_own = |address: &String| address.starts_with("chrome") || address.starts_with("about:");
        Ok(sent.filter_map(address).filter(|address| !is_own(address)).collect())
    }

    fn devtools(&self, name: &str, parameters: &Value) -> Result<Value, Failure> {
        self.command("goog/cdp/execute", &json!({"cmd": name, "params": parameters}))
    }

    fn command(&self, name: &str, body: &Value) -> Result<Value, Failure> {
        self.driver
            .ask("POST", &format!("/session/{}/{name}", self.session), body)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends Chromium; the driver alone would leave it behind.
        let _ = self
            .driver
            .ask("DELETE", &format!("/session/{}", self.session), &json!({}));
    }
}

impl Driver {
    fn start(folder: &Path) -> Result<Self, Failure> {
        let program = env::var(DRIVER).unwrap_or_else(|_| "chromedriver".to_owned());
        let missing = |error: io::Error| {
            Failure(format!(
                "{program} cannot be run ({error}): install Chromium with its driver (packages chromium and \
                 chromium-driver on Debian) and name it in {DRIVER}; ./test does both"
            ))
        };
        let profile = folder.join("profile");
        let _ = fs::remove_dir_all(&profile);
        fs::create_dir_all(&profile)?;
        let mut process = Command::new(&program)
            .arg("--port=0")
            .env_remove("http_proxy")
            .env_remove("HTTP_PROXY")
            .env("NO_PROXY", "*")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(missing)?;
        let said = process.stdout.take().map(BufReader::new);
        let mut driver = Self {
            process,
            port: 0,
            profile,
        };
        for line in said.into_iter().flat_map(BufRead::lines) {
            let line = line?;
            let port = line.rsplit_once("on port ").map(|(_, port)| port.trim_end_matches('.'));
            if let Some(port) = port.filter(|_| line.contains("started successfully")) {
                driver.port = port.parse().map_err(|_| Failure(format!("no port in {line:?}")))?;
                return Ok(driver);
            }
        }
        Err(Failure(format!("{program} ended before it listened")))
    }

    /// One request of the protocol and the value that answers it.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Failure> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let body = body.to_string();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let answer = answer(&mut BufReader::new(stream))?;
        let parsed: Value = serde_json::from_slice(&answer).map_err(|error| {
            let answer = String::from_utf8_lossy(&answer);
            Failure(format!("{method} {path}: {error} in {answer}"))
        })?;
        let value = parsed["value"].clone();
        match value["error"].as_str() {
            Some(error) => Err(Failure(format!("{method} {path}: {error}: {}", value["message"]))),
            None => Ok(value),
        }
    }
}

/// The body of an answer, by its length: the driver keeps the connection open behind it.
fn answer(stream: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut length = 0;
    let mut line = String::new();
    while stream.read_line(&mut line)? > 0 && !line.trim().is_empty() {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(body)
}

/// Base 64, as the protocol sends pictures and papers.
fn decoded(text: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut held = 0_u32;
    let mut bits = 0;
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(Failure("the answer is not in base 64".into())),
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.extend((held >> bits).to_le_bytes().first());
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_comes_back() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("TQ==", b"M"),
            ("TWE=", b"Ma"),
            ("TWFu/+8=", b"Man\xff\xef"),
        ] {
            assert_eq!(decoded(text).unwrap(), bytes, "{text}");
        }
        assert!(decoded("a b").is_err());
    }
}
