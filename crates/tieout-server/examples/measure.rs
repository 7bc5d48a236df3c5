//! What the server does in a second, next to baselines on the same machine in the same run.
//!
//!     cargo run --release -p tieout-server --example measure [postgres://user@host/empty_database]
//!
//! Durable postings (one a request) at 1 and at 16 clients, against bare SQLite commits of the same rows in one thread;
//! reads, against a handler that does nothing in the same server; a reconciliation over many entries
//! (`TIEOUT_BENCH_ENTRIES`, 1,000,000 unless set). `TIEOUT_BENCH_ONLY` takes one of postings, reads, large.

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

const SECONDS: Duration = Duration::from_secs(2);

/// Ends a path that is to be another one at each call, so that no answer is remembered.
const NEVER_ASKED: &str = "{}";
static ASKED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

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
    async fn call(&mut self, verb: &str, path: &str, body: &str) -> (u16, Vec<u8>) {
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
                return (status, answer.split_off(end + 4));
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
        assert!(
            status < 300,
            "{verb} {path}: {status} {}",
            String::from_utf8_lossy(&text)
        );
        serde_json::from_slice(&text).expect("JSON")
    }
}

/// Processor seconds of this process so far: clients and server together.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|word| word.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Calls in a second of the clock, and in a second of a processor: the second hardly depends on what else the machine does.
#[derive(Clone, Copy)]
struct Rate {
    clock: f64,
    processor: f64,
}

/// The rate of several clients that each wait for their answer.
async fn rate(address: &str, key: &str, clients: usize, call: (&'static str, String, String)) -> Rate {
    let call = Arc::new(call);
    let (begin, used) = (Instant::now(), processor_seconds());
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (address, key, call) = (address.to_owned(), key.to_owned(), Arc::clone(&call));
            tokio::spawn(async move {
                let mut client = Client::connect(&address, &key).await;
                let mut done = 0_u32;
                while begin.elapsed() < SECONDS {
                    let path = match call.1.strip_suffix(NEVER_ASKED) {
                        Some(path) => format!("{path}{}", ASKED.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
                        None => call.1.clone(),
                    };
                    let (status, text) = client.call(call.0, &path, &call.2).await;
                    assert!(status < 300, "{status} {}", String::from_utf8_lossy(&text));
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
    Rate {
        clock: f64::from(done) / begin.elapsed().as_secs_f64(),
        processor: f64::from(done) / (processor_seconds() - used),
    }
}

/// Bare SQLite: the rows of one posting in the server's own tables, one durable commit each, one thread, nothing checked.
struct Bare {
    connection: Connection,
    done: i64,
}

const BARE_STATEMENTS: &[&str] = &[
    "UPDATE account SET last_seq = last_seq + 1 WHERE organization_id = x'00' AND id = x'01'",
    "UPDATE account SET last_seq = last_seq + 1 WHERE organization_id = x'00' AND id = x'02'",
    "INSERT INTO journal_transaction (organization_id, id, kind, description, day, status, total_debits, total_credits, \
     currency, amount, created_by, posted_at, metadata, created_at, updated_at) VALUES (x'00', ?1, 'journal', 'Sale', \
     19742, 'posted', 1000, 1000, 'USD', 1000, ?1, ?2, '{}', ?2, ?2)",
    "INSERT INTO entry (organization_id, transaction_id, line, account_id, day, seq, amount, base_amount, currency, \
     line_amount, is_debit) VALUES (x'00', ?1, 0, x'01', 19742, ?2, 1000, 1000, 'USD', 1000, 1)",
    "INSERT INTO entry (organization_id, transaction_id, line, account_id, day, seq, amount, base_amount, currency, \
     line_amount, is_debit) VALUES (x'00', ?1, 1, x'02', 19742, ?2, -1000, -1000, 'USD', -1000, 0)",
    "UPDATE account_balance SET debit = debit + 1000 WHERE organization_id = x'00' AND account_id = x'01' AND level = 1",
    "UPDATE account_balance SET debit = debit + 1000 WHERE organization_id = x'00' AND account_id = x'01' AND level = 2",
    "UPDATE account_balance SET credit = credit + 1000 WHERE organization_id = x'00' AND account_id = x'02' AND level = 1",
    "UPDATE account_balance SET credit = credit + 1000 WHERE organization_id = x'00' AND account_id = x'02' AND level = 2",
    "UPDATE audit_head SET seq = seq + 1, hash = randomblob(32) WHERE organization_id = x'00'",
    "INSERT INTO event (organization_id, seq, id, entity_type, entity_id, event_type, description, user_id, api_key_id, \
     change, created_at, hash) VALUES (x'00', ?2, ?1, 'transaction', hex(?1), 'transaction.created', \
     'Transaction Sale created', ?1, ?1, hex(zeroblob(200)), ?2, randomblob(32))",
];

impl Bare {
    async fn open(folder: &Path) -> Self {
        let path = folder.join("bare.db");
        let database = Database::open_sqlite(&path, 1).expect("an SQLite file");
        tieout_store::migrate::migrate(&database, 0).await.expect("the schema");
        let connection = Connection::open(&path).expect("an SQLite file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;
                 INSERT INTO audit_head VALUES (x'00', 0, zeroblob(32));
                 INSERT INTO account (organization_id, id, code, name, account_type, is_archived, last_seq, metadata,
                   created_at, updated_at) VALUES (x'00', x'01', '1', 'Bank', 'asset', 0, 0, '{}', 0, 0),
                   (x'00', x'02', '2', 'Sales', 'revenue', 0, 0, '{}', 0, 0);
                 INSERT INTO account_balance VALUES (x'00', x'01', 1, 19723, 0, 0, 0, 0, 0),
                   (x'00', x'01', 2, 19742, 0, 0, 0, 0, 0), (x'00', x'02', 1, 19723, 0, 0, 0, 0, 0),
                   (x'00', x'02', 2, 19742, 0, 0, 0, 0, 0);",
            )
            .expect("an account");
        Self { connection, done: 0 }
    }

    fn rate(&mut self) -> f64 {
        let (begin, first) = (Instant::now(), self.done);
        while begin.elapsed() < SECONDS {
            self.commit().expect("a commit");
        }
        let done = u32::try_from(self.done - first).unwrap_or(u32::MAX);
        f64::from(done) / begin.elapsed().as_secs_f64()
    }

    fn commit(&mut self) -> rusqlite::Result<()> {
        self.done += 1;
        let mut id = [0_u8; 16];
        id[..8].copy_from_slice(&self.done.to_be_bytes());
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for sql in BARE_STATEMENTS {
            let mut statement = self.connection.prepare_cached(sql)?;
            match statement.parameter_count() {
                0 => statement.execute([])?,
                _ => statement.execute((&id, self.done))?,
            };
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

/// The middle one, for what is measured several times.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Rounds: each measures everything once, so that what else the machine does falls on all alike.
const ROUNDS: usize = 5;

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

    async fn rate(&self, clients: usize, verb: &'static str, path: &str, body: &Value) -> Rate {
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
        median(times)
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

/// Whether this part is to be measured: all, unless `TIEOUT_BENCH_ONLY` names one.
fn wanted(part: &str) -> bool {
    std::env::var("TIEOUT_BENCH_ONLY").map_or(true, |only| only == part)
}

async fn measure(name: &str, database: Database, bare: &mut Bare) {
    let mut bench = Bench::start(database.clone()).await;
    let (bank, sales) = (
        bench.account("1000", "asset").await,
        bench.account("4000", "revenue").await,
    );
    if wanted("postings") {
        postings(name, &bench, (&bank, &sales), bare).await;
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
    if wanted("reads") {
        reads(name, &bench, &one, &database).await;
    }
    if wanted("large") {
        large(name, &mut bench).await;
    }
}

async fn postings(name: &str, bench: &Bench, (bank, sales): (&str, &str), bare: &mut Bare) {
    let sale = json!({ "description": "Sale", "transaction_date": "2024-01-20", "entries": [
        { "account_id": bank, "entry_type": "debit", "amount": "10.00" },
        { "account_id": sales, "entry_type": "credit", "amount": "10.00" } ] });
    let mut rates: [Vec<f64>; 3] = Default::default();
    let mut shares: [Vec<f64>; 2] = Default::default();
    for _ in 0..ROUNDS {
        let baseline = bare.rate();
        rates[0].push(baseline);
        for (at, clients) in [1, 16].into_iter().enumerate() {
            let rate = bench.rate(clients, "POST", "/transactions", &sale).await.clock;
            rates[at + 1].push(rate);
            shares[at].push(rate / baseline * 100.0);
        }
    }
    let [baseline, one, many] = rates.map(median);
    let [of_one, of_many] = shares.map(median);
    println!("{name}  bare SQLite commits      {baseline:9.0} /s");
    println!("{name}  postings,  1 client      {one:9.0} /s   {of_one:4.0} % of bare SQLite commits");
    println!("{name}  postings, 16 clients     {many:9.0} /s   {of_many:4.0} % of bare SQLite commits");
}

async fn reads(name: &str, bench: &Bench, one: &str, database: &Database) {
    for clients in [1, 16] {
        reads_of(name, bench, one, clients).await;
    }
    let (begin, mut done) = (Instant::now(), 0_u32);
    while begin.elapsed() < SECONDS {
        database.version().await.expect("a version");
        done += 1;
    }
    let alone = f64::from(done) / begin.elapsed().as_secs_f64();
    println!("{name}  one question after the other to the database, no HTTP: {alone:.0} /s");
}

async fn reads_of(name: &str, bench: &Bench, one: &str, clients: usize) {
    let (new_get, new_list) = (
        format!("{one}&n={NEVER_ASKED}"),
        format!("/reconciliations?limit=20&n={NEVER_ASKED}"),
    );
    let calls = [
        ("empty handler", "/healthz"),
        ("get a reconciliation", one),
        ("list of 20", "/reconciliations?limit=20"),
        ("get, nothing remembered", &new_get),
        ("list, nothing remembered", &new_list),
    ];
    let mut rates: [Vec<Rate>; 5] = Default::default();
    for _ in 0..ROUNDS {
        for (rates, (_, path)) in rates.iter_mut().zip(&calls) {
            rates.push(bench.rate(clients, "GET", path, &Value::Null).await);
        }
    }
    let of = |at: usize, which: fn(&Rate) -> f64| rates[at].iter().map(which).collect::<Vec<f64>>();
    let share = |at: usize, which: fn(&Rate) -> f64| {
        let pairs = of(at, which).into_iter().zip(of(0, which));
        median(pairs.map(|(rate, empty)| rate / empty * 100.0).collect())
    };
    for (at, (what, _)) in calls.iter().enumerate() {
        println!(
            "{name}  {clients:2} clients {what:25} {:8.0} /s {:4.0} %   {:8.0} /processor second {:4.0} % of the empty handler",
            median(of(at, |rate| rate.clock)),
            share(at, |rate| rate.clock),
            median(of(at, |rate| rate.processor)),
            share(at, |rate| rate.processor)
        );
    }
}

/// The same figures over few and over many entries.
async fn large(name: &str, bench: &mut Bench) {
    let wanted = std::env::var("TIEOUT_BENCH_ENTRIES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let sales = bench.account("4001", "revenue").await;
    for (code, entries) in [("9001", 10_000), ("9002", wanted)] {
        let bank = bench.account(code, "asset").await;
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
        let (complete, waited) = complete_while_posting(bench, &id, (&bank, &sales), entries).await;
        println!(
            "{name}  {entries:9} entries: create {create:.1} ms, figures {figures:.2} ms, page {page:.2} ms, \
             complete {complete:.1} ms, longest wait of another's posting meanwhile {waited:.1} ms"
        );
    }
}

/// Completes a reconciliation while another client posts; milliseconds of both, of the postings the longest.
async fn complete_while_posting(
    bench: &mut Bench,
    id: &str,
    (bank, sales): (&str, &str),
    entries: usize,
) -> (f64, f64) {
    let body = json!({ "description": "Later", "transaction_date": "2025-01-20", "entries": [
        { "account_id": bank, "entry_type": "debit", "amount": "10.00" },
        { "account_id": sales, "entry_type": "credit", "amount": "10.00" } ] });
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (seen, path) = (Arc::clone(&stop), format!("{}/transactions", bench.organization));
    let (mut client, body) = (Client::connect(&bench.address, &bench.key).await, body.to_string());
    let (ready, posted_once) = tokio::sync::oneshot::channel();
    let posting = tokio::spawn(async move {
        let (mut longest, mut ready) = (0.0_f64, Some(ready));
        while !seen.load(std::sync::atomic::Ordering::Relaxed) {
            let begin = Instant::now();
            let (status, text) = client.call("POST", &path, &body).await;
            assert!(status < 300, "{status} {}", String::from_utf8_lossy(&text));
            if ready.take().is_none_or(|ready| ready.send(()).is_err()) {
                longest = longest.max(begin.elapsed().as_secs_f64() * 1000.0);
            }
        }
        longest
    });
    let _ = posted_once.await;
    let begin = Instant::now();
    let done = bench
        .post(&format!("/reconciliations/{id}/complete"), Value::Null)
        .await;
    let complete = begin.elapsed().as_secs_f64() * 1000.0;
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(done["reconciled_entries"], entries, "{done}");
    (complete, posting.await.expect("a client"))
}

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(format!("target/measure-{}", System::new(now_us).now_us()));
    std::fs::create_dir_all(&folder).expect("target can be written");
    let mut bare = Bare::open(&folder).await;
    let file = Database::open_sqlite(&folder.join("tieout.db"), 8).expect("an SQLite file");
    measure("SQLite    ", file, &mut bare).await;
    if let Some(url) = std::env::args().nth(1) {
        let server = Database::open_postgres(&url, 16).await.expect("a PostgreSQL server");
        measure("PostgreSQL", server, &mut bare).await;
    }
    let _ = std::fs::remove_dir_all(&folder);
}
