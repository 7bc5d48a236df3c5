//! What the server does in a second, next to baselines on the same machine in the same run.
//!
//!     cargo run --release -p tieout-server --example measure [postgres://user@host/empty_database]
//!
//! Durable postings (one a request) at 1 and at 16 clients, against bare SQLite commits of the same rows in one thread;
//! reads, against a handler that does nothing in the same server; a reconciliation over many entries
//! (`TIEOUT_BENCH_ENTRIES`, 1,000,000 unless set).

use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tieout_app::world::System;
use tieout_app::{App, World};
use tieout_store::Database;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SECONDS: Duration = Duration::from_secs(5);

fn now_us() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// A connection that stays open, as a client library's does.
struct Client {
    stream: TcpStream,
    key: String,
    buffer: Vec<u8>,
}

impl Client {
    async fn connect(address: &str, key: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream,
            key: key.to_owned(),
            buffer: vec![0; 1 << 16],
        }
    }

    /// Status and body of one call.
    async fn call(&mut self, verb: &str, path: &str, body: &str) -> (u16, String) {
        let head = format!(
            "{verb} {path} HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        self.stream.write_all(head.as_bytes()).await.expect("the server reads");
        let mut answer = Vec::new();
        loop {
            let read = self.stream.read(&mut self.buffer).await.expect("the server answers");
            assert!(read > 0, "the server hung up");
            answer.extend_from_slice(&self.buffer[..read]);
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.and_then(|text| text.parse().ok()).unwrap_or(0);
            if answer.len() >= end + 4 + length {
                let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
                return (status, String::from_utf8_lossy(&answer[end + 4..]).into_owned());
            }
        }
    }

    async fn json(&mut self, verb: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let (status, text) = self.call(verb, path, &body).await;
        assert!(status < 300, "{verb} {path}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

/// Calls in a second, of several clients that each wait for their answer.
async fn rate(address: &str, key: &str, clients: usize, call: (&'static str, String, String)) -> f64 {
    let call = Arc::new(call);
    let begin = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (address, key, call) = (address.to_owned(), key.to_owned(), Arc::clone(&call));
            tokio::spawn(async move {
                let mut client = Client::connect(&address, &key).await;
                let mut done = 0_u32;
                while begin.elapsed() < SECONDS {
                    let (status, text) = client.call(call.0, &call.1, &call.2).await;
                    assert!(status < 300, "{status} {text}");
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("a client");
    }
    f64::from(done) / begin.elapsed().as_secs_f64()
}

/// Bare SQLite: the rows of one posting, one durable commit each, one thread.
fn bare_commits(folder: &Path) -> rusqlite::Result<f64> {
    let connection = Connection::open(folder.join("bare.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE a (k BLOB, n INTEGER, v BLOB, PRIMARY KEY (k, n)) WITHOUT ROWID;
         CREATE INDEX a_v ON a (n, k);
         CREATE TABLE b (k BLOB PRIMARY KEY, debit INTEGER) WITHOUT ROWID;
         INSERT INTO b VALUES (x'01', 0), (x'02', 0), (x'03', 0), (x'04', 0), (x'05', 0), (x'06', 0), (x'07', 0);",
    )?;
    let (begin, mut done) = (Instant::now(), 0_i64);
    while begin.elapsed() < SECONDS {
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        // A transaction, two entries, an event: about 600 bytes; two accounts, four totals and the head change.
        for (line, size) in [(0, 160), (1, 90), (2, 90), (3, 420)] {
            let value = vec![7_u8; size];
            connection
                .prepare_cached("INSERT INTO a (k, n, v) VALUES (?1, ?2, ?3)")?
                .execute((done.to_be_bytes(), line, value))?;
        }
        for key in 1..=7_u8 {
            connection
                .prepare_cached("UPDATE b SET debit = debit + 1 WHERE k = ?1")?
                .execute([[key]])?;
        }
        connection.prepare_cached("COMMIT")?.execute([])?;
        done += 1;
    }
    Ok(f64::from(u32::try_from(done).unwrap_or(u32::MAX)) / begin.elapsed().as_secs_f64())
}

struct Bench {
    address: String,
    key: String,
    organization: String,
    client: Client,
}

impl Bench {
    async fn start(database: Database) -> Self {
        let app = App::new(database, Arc::new(System::new(now_us)));
        let practice = app.prepare().await.expect("a database").expect("an empty one");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let key = practice.key.secret;
        tokio::spawn(async move { tieout_server::serve(&app, listener, std::future::pending()).await });
        let client = Client::connect(&address, &key).await;
        Self {
            organization: format!("/organizations/{}", practice.row.id),
            address,
            key,
            client,
        }
    }

    async fn post(&mut self, path: &str, body: Value) -> Value {
        self.client
            .json("POST", &format!("{}{path}", self.organization), &body)
            .await
    }

    async fn account(&mut self, code: &str, kind: &str) -> String {
        let made = self
            .post("/accounts", json!({ "code": code, "name": code, "account_type": kind }))
            .await;
        made["id"].as_str().unwrap_or_default().to_owned()
    }

    async fn rate(&self, clients: usize, verb: &'static str, path: &str, body: &Value) -> f64 {
        let path = if path == "/healthz" {
            path.to_owned()
        } else {
            format!("{}{path}", self.organization)
        };
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        rate(&self.address, &self.key, clients, (verb, path, body)).await
    }

    /// Median of 21 calls, in milliseconds.
    async fn median(&mut self, verb: &str, path: &str) -> f64 {
        let path = format!("{}{path}", self.organization);
        let mut times = Vec::new();
        for _ in 0..21 {
            let begin = Instant::now();
            self.client.json(verb, &path, &Value::Null).await;
            times.push(begin.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        times[10]
    }

    /// Entries on the bank account, in transactions of a thousand over three years.
    async fn fill(&mut self, (bank, sales): (&str, &str), entries: usize) {
        const AT_ONCE: usize = 1000;
        for number in 0..entries / AT_ONCE {
            let day = number % 1000;
            let (year, month, day) = (2021 + day / 336, 1 + day % 336 / 28, 1 + day % 28);
            let mut lines: Vec<Value> = (0..AT_ONCE)
                .map(|_| json!({ "account_id": bank, "entry_type": "debit", "amount": "1.00" }))
                .collect();
            lines.push(json!({ "account_id": sales, "entry_type": "credit", "amount": format!("{AT_ONCE}.00") }));
            let date = format!("{year}-{month:02}-{day:02}");
            self.post(
                "/transactions",
                json!({ "description": "bulk", "transaction_date": date, "entries": lines }),
            )
            .await;
        }
    }
}

async fn measure(name: &str, database: Database, bare: f64) {
    let mut bench = Bench::start(database).await;
    let (bank, sales) = (
        bench.account("1000", "asset").await,
        bench.account("4000", "revenue").await,
    );
    let sale = json!({ "description": "Sale", "transaction_date": "2024-01-20", "entries": [
        { "account_id": bank, "entry_type": "debit", "amount": "10.00" },
        { "account_id": sales, "entry_type": "credit", "amount": "10.00" } ] });
    for clients in [1, 16] {
        let rate = bench.rate(clients, "POST", "/transactions", &sale).await;
        println!(
            "{name}  postings, {clients:2} clients    {rate:9.0} /s   {:4.0} % of bare SQLite commits",
            rate / bare * 100.0
        );
    }
    let body = json!({ "account_id": bank, "statement_date": "2024-01-31", "statement_balance": "0" });
    let made = bench.post("/reconciliations?entries=none", body).await;
    let one = format!(
        "/reconciliations/{}?entries=none",
        made["id"].as_str().unwrap_or_default()
    );
    for code in 0..20 {
        let account = bench.account(&format!("20{code:02}"), "asset").await;
        let body = json!({ "account_id": account, "statement_date": "2024-01-31", "statement_balance": "0" });
        bench.post("/reconciliations?entries=none", body).await;
    }
    let empty = bench.rate(16, "GET", "/healthz", &Value::Null).await;
    println!("{name}  empty handler            {empty:9.0} /s");
    for (what, path) in [
        ("get a reconciliation", one.as_str()),
        ("list of 20", "/reconciliations?limit=20"),
    ] {
        let rate = bench.rate(16, "GET", path, &Value::Null).await;
        println!(
            "{name}  {what:22}   {rate:9.0} /s   {:4.0} % of the empty handler",
            rate / empty * 100.0
        );
    }
    large(name, &mut bench).await;
}

/// The same figures over few and over many entries.
async fn large(name: &str, bench: &mut Bench) {
    let wanted = std::env::var("TIEOUT_BENCH_ENTRIES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let sales = bench.account("4001", "revenue").await;
    for entries in [10_000, wanted] {
        let bank = bench.account(&format!("9{entries}"), "asset").await;
        bench.fill((&bank, &sales), entries).await;
        let body = json!({ "account_id": bank, "statement_date": "2024-12-31",
            "statement_balance": format!("{entries}.00") });
        let begin = Instant::now();
        let made = bench.post("/reconciliations?entries=none", body).await;
        let create = begin.elapsed().as_secs_f64() * 1000.0;
        let id = made["id"].as_str().unwrap_or_default().to_owned();
        assert_eq!(made["total_entries"], entries, "{made}");
        let figures = bench
            .median("GET", &format!("/reconciliations/{id}?entries=none"))
            .await;
        let page = bench
            .median("GET", &format!("/reconciliations/{id}/entries?limit=100"))
            .await;
        let begin = Instant::now();
        let done = bench
            .post(&format!("/reconciliations/{id}/complete"), Value::Null)
            .await;
        let complete = begin.elapsed().as_secs_f64() * 1000.0;
        assert_eq!(done["reconciled_entries"], entries, "{done}");
        println!(
            "{name}  {entries:9} entries: create {create:.1} ms, figures {figures:.2} ms, page {page:.2} ms, complete {complete:.1} ms"
        );
    }
}

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(format!("target/measure-{}", System::new(now_us).now_us()));
    std::fs::create_dir_all(&folder).expect("target can be written");
    let bare = bare_commits(&folder).expect("SQLite");
    println!("bare SQLite   durable commits, one thread {bare:9.0} /s");
    let file = Database::open_sqlite(&folder.join("tieout.db"), 8).expect("an SQLite file");
    measure("SQLite    ", file, bare).await;
    if let Some(url) = std::env::args().nth(1) {
        let server = Database::open_postgres(&url, 16).await.expect("a PostgreSQL server");
        measure("PostgreSQL", server, bare).await;
    }
    let _ = std::fs::remove_dir_all(&folder);
}
