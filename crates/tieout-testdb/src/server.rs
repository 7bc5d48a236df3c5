//! The PostgreSQL server of a test process.

use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes a database and says how to reach it.
pub(crate) fn create_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = SERVER.get_or_init(|| Server::find().expect("a PostgreSQL server for the tests"));
    let name = format!("tieout_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let made = Command::new("psql")
        .args(["-qX", "-v", "ON_ERROR_STOP=1", &server.url("postgres"), "-c"])
        .arg(format!("CREATE DATABASE {name}"))
        .status()
        .expect("psql, of the system's package postgresql");
    assert!(made.success(), "the server makes no database");
    server.url(&name)
}

/// Removes a database although it is used.
pub(crate) fn drop_database(url: &str) {
    let server = SERVER.get_or_init(|| Server::find().expect("a PostgreSQL server for the tests"));
    let name = url
        .strip_prefix(&server.address.0)
        .and_then(|rest| rest.strip_suffix(&server.address.1));
    let name = name.expect("a database of the tests");
    let dropped = Command::new("psql")
        .args(["-qX", "-v", "ON_ERROR_STOP=1", &server.url("postgres"), "-c"])
        .arg(format!("DROP DATABASE {name} WITH (FORCE)"))
        .status()
        .expect("psql, of the system's package postgresql");
    assert!(dropped.success(), "the database stays");
}

static SERVER: OnceLock<Server> = OnceLock::new();

struct Server {
    /// `postgres://user@host/{}?options`, with the database's name left out.
    address: (String, String),
    /// Stops the server when the pipe to it closes, that is when this process ends.
    _watch: Option<Child>,
}

impl Server {
    fn url(&self, database: &str) -> String {
        format!("{}{database}{}", self.address.0, self.address.1)
    }

    fn find() -> Result<Self> {
        if let Ok(given) = std::env::var("TIEOUT_TEST_POSTGRES") {
            let (before, after) = given
                .rsplit_once("/postgres")
                .context("TIEOUT_TEST_POSTGRES must end with the database /postgres")?;
            return Ok(Self {
                address: (format!("{before}/"), after.to_owned()),
                _watch: None,
            });
        }
        Self::start()
    }

    fn start() -> Result<Self> {
        let bin = binaries()?;
        let folder = std::env::temp_dir().join(format!("tieout-pg-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let runner = unprivileged(&folder)?;
        let data = folder.join("data");
        run(
            &runner,
            &bin.join("initdb"),
            &[
                "-D",
                text(&data)?,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
            ],
        )?;
        // A test's data need not survive a power cut.
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c max_connections=200",
            text(&folder)?
        );
        let log = folder.join("log");
        run(
            &runner,
            &bin.join("pg_ctl"),
            &["-D", text(&data)?, "-w", "-l", text(&log)?, "-o", &options, "start"],
        )?;
        let stop = format!(
            "cat >/dev/null; {} {} -D {} -m immediate stop >/dev/null 2>&1; rm -rf {}",
            runner.join(" "),
            text(&bin.join("pg_ctl"))?,
            text(&data)?,
            text(&folder)?
        );
        let watch = Command::new("sh")
            .args(["-c", &stop])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self {
            address: (
                "postgres://postgres@localhost/".into(),
                format!("?host={}", text(&folder)?),
            ),
            _watch: Some(watch),
        })
    }
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a folder whose name is text")
}

/// Where `initdb` and `pg_ctl` are: on the path, or where Debian puts them.
fn binaries() -> Result<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|found| found.flatten().map(|entry| entry.path().join("bin")).collect())
        .unwrap_or_default();
    folders.sort();
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    match folders.into_iter().rev().find(|folder| folder.join("initdb").exists()) {
        Some(folder) => Ok(folder),
        None => bail!("needs PostgreSQL 15 or newer: install the package postgresql, or set TIEOUT_TEST_POSTGRES"),
    }
}

/// PostgreSQL refuses to run as root: then the command to run it as somebody else, who gets the folder.
fn unprivileged(folder: &Path) -> Result<Vec<String>> {
    let id = Command::new("id").arg("-u").output()?;
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return Ok(Vec::new());
    }
    run(&[], Path::new("chown"), &["postgres", text(folder)?])?;
    let words = [
        "setpriv",
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "--",
    ];
    Ok(words.map(str::to_owned).to_vec())
}

fn run(runner: &[String], program: &Path, args: &[&str]) -> Result<()> {
    let mut words: Vec<&str> = runner.iter().map(String::as_str).collect();
    words.push(text(program)?);
    let (first, rest) = words.split_first().context("a command")?;
    let output = Command::new(first)
        .args(rest)
        .args(args)
        .current_dir("/")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("cannot run {first}"))?;
    ensure!(
        output.status.success(),
        "{first}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
