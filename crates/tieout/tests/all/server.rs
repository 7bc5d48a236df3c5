//! The server as a process: it starts with nothing, makes keys while it runs, and loses nothing when it is killed.

use crate::common::Desk;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use tieout_testdb::Folder;

const TIEOUT: &str = env!("CARGO_BIN_EXE_tieout");

struct Server {
    process: Child,
    address: String,
    store: Vec<String>,
    /// What it printed before it was ready.
    greeting: String,
}

impl Server {
    fn start(store: &[String]) -> Self {
        let mut process = Command::new(TIEOUT)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(store)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut greeting = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended: {greeting}");
            greeting.push_str(&line);
            if let Some((_, rest)) = line.split_once("serves http://") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        Self {
            process,
            address,
            store: store.to_vec(),
            greeting,
        }
    }

    fn call(&self, key: &str, verb: &str, path: &str, body: &Value) -> (u16, Value) {
        self.try_call(key, verb, path, body).expect("an answer")
    }

    /// None if the server went away before it answered.
    fn try_call(&self, key: &str, verb: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let head = format!(
            "{verb} {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: Bearer {key}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let (_, body) = answer.split_once("\r\n\r\n")?;
        Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    fn new_key(&self) -> String {
        let output = Command::new(TIEOUT)
            .args(["key", "create", "--name", "test", "--scopes", "all"])
            .args(&self.store)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.lines().count(), 1, "the key is the only line");
        text.trim().to_owned()
    }

    /// As `kill -9` does.
    fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::mem::take(&mut self.store)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn stores() -> Vec<(Folder, Vec<String>)> {
    let folder = Folder::new();
    let data = folder.path().join("books").to_str().unwrap().to_owned();
    let postgres = tieout_testdb::runtime().block_on(tieout_testdb::empty(tieout_testdb::Engine::Postgres));
    vec![
        (folder, vec!["--data".into(), data]),
        (Folder::new(), vec!["--database".into(), postgres.url.unwrap()]),
    ]
}

#[test]
fn a_first_start_makes_an_organization_and_a_key() {
    for (_folder, store) in stores() {
        let server = Server::start(&store);
        let first = server
            .greeting
            .lines()
            .find_map(|line| line.trim().strip_prefix("API key"))
            .unwrap()
            .trim()
            .to_owned();
        assert_eq!(server.call(&first, "GET", "/healthz", &Value::Null).0, 200);
        for key in [first, server.new_key()] {
            let (status, body) = server.call(&key, "GET", "/organizations", &Value::Null);
            assert_eq!((status, &body["total_count"]), (200, &json!(1)));
        }
        let again = Server::start(&server.kill());
        assert!(
            !again.greeting.contains("cl_live_"),
            "the key is shown once: {}",
            again.greeting
        );
    }
}

#[test]
fn a_killed_server_loses_nothing_that_it_answered() {
    for (_folder, store) in stores() {
        let mut server = Server::start(&store);
        let key = server.new_key();
        let organizations = server.call(&key, "GET", "/organizations", &Value::Null).1;
        let organization = format!("/organizations/{}", organizations["data"][0]["id"].as_str().unwrap());
        let account = |code: &str, kind: &str| {
            let body = json!({ "code": code, "name": code, "account_type": kind });
            let made = server.call(&key, "POST", &format!("{organization}/accounts"), &body).1;
            made["id"].as_str().unwrap().to_owned()
        };
        let (bank, sales) = (account("1", "asset"), account("2", "revenue"));
        let sale = json!({ "description": "x", "transaction_date": "2024-01-01", "entries": [
            { "account_id": bank, "entry_type": "debit", "amount": "1.00" },
            { "account_id": sales, "entry_type": "credit", "amount": "1.00" } ] });
        let transactions = format!("{organization}/transactions");
        let mut answered = 0;
        for round in 1..=3 {
            let wanted = round * 20;
            // Four clients post; the server is killed while they do.
            let done = std::sync::atomic::AtomicU32::new(0);
            let process = server.process.id().to_string();
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        while let Some((201, _)) = server.try_call(&key, "POST", &transactions, &sale) {
                            let count = done.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
                            if count == wanted {
                                Command::new("kill").args(["-9", &process]).status().unwrap();
                            }
                        }
                    });
                }
            });
            answered += done.into_inner();
            server = Server::start(&server.kill());
            let path = format!("{transactions}?limit=1");
            let kept = server.call(&key, "GET", &path, &Value::Null).1["total_count"]
                .as_u64()
                .unwrap();
            assert!(
                kept >= u64::from(answered),
                "{kept} of {answered} answered transactions are there"
            );
            assert!(
                kept <= u64::from(answered) + 4 * u64::from(round),
                "at most one more for each client"
            );
            let path = format!("{organization}/accounts/{bank}/balance");
            let balance = server.call(&key, "GET", &path, &Value::Null).1;
            assert_eq!(
                balance["amount"],
                format!("{kept}.00"),
                "no half of a transaction is there"
            );
        }
        let store = server.kill();
        let proof = Command::new(TIEOUT)
            .args(["audit", "verify"])
            .args(&store)
            .output()
            .unwrap();
        assert!(proof.status.success(), "{proof:?}");
    }
}

/// What the ledger answers is books for the command line, and the corrections are requests that the ledger takes.
#[test]
fn lists_fetched_page_by_page_are_books_and_their_corrections_can_be_posted() {
    let (folder, desk) = (Folder::new(), Desk::new("server-books"));
    let data = folder.path().join("books").to_str().unwrap().to_owned();
    let server = Server::start(&["--data".into(), data]);
    let key = server.new_key();
    let call = |verb: &str, path: &str, body: &Value| server.call(&key, verb, path, body).1;
    let organizations = call("GET", "/organizations", &Value::Null);
    let organization = format!("/organizations/{}", organizations["data"][0]["id"].as_str().unwrap());
    let account = |code: &str, name: &str, kind: &str| {
        let body = json!({"code": code, "name": name, "account_type": kind});
        let made = call("POST", &format!("{organization}/accounts"), &body);
        made["id"].as_str().unwrap().to_owned()
    };
    let (bank, fees) = (
        account("1000", "Checking", "asset"),
        account("6100", "Bank fees", "expense"),
    );
    let sales = account("4000", "Sales", "revenue");
    let mut statement = String::from("Date,Text,Amount\n");
    for day in 1..=25 {
        let (date, amount) = (format!("2024-01-{day:02}"), format!("{}.5{}", 100 + 7 * day, day % 10));
        let _ = writeln!(statement, "{date},INV-{day},{amount}");
        let entry = |id: &str, side: &str| json!({"account_id": id, "entry_type": side, "amount": amount});
        let sale = json!({"description": "Sale", "transaction_date": date, "reference_number": format!("INV-{day}"),
            "entries": [entry(&bank, "debit"), entry(&sales, "credit")]});
        call("POST", &format!("{organization}/transactions"), &sale);
    }
    let balance = format!("{organization}/accounts/{bank}/balance");
    let mut books = format!(
        "{organizations}\n{}\n{}\n",
        call("GET", &format!("{organization}/accounts"), &Value::Null),
        call("GET", &balance, &Value::Null)
    );
    for offset in [0, 10, 20] {
        let page = call(
            "GET",
            &format!("{organization}/transactions?limit=10&offset={offset}"),
            &Value::Null,
        );
        let _ = writeln!(books, "{page}");
    }
    desk.put("books.jsonl", &books);
    desk.put(
        "bank.csv",
        &format!("{statement}2024-01-31,Monthly account fee,-9.00\n"),
    );
    let ended = desk.tieout("reconcile --statement bank.csv --ledger books.jsonl --adjustments fix.jsonl --quiet");
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    // The ledger's own balance is compared with the entries on reading.
    assert!(!ended.err.contains("W_"), "{}", ended.err);
    let fix = desk.read("fix.jsonl");
    assert_eq!(fix.lines().count(), 1, "{fix}");
    let body: Value = serde_json::from_str(fix.trim()).unwrap();
    assert_eq!(body["entries"][1]["account_id"], json!(fees));
    let cents = || -> i64 {
        let amount = call("GET", &balance, &Value::Null)["amount"]
            .as_str()
            .unwrap()
            .replace('.', "");
        amount.parse().unwrap()
    };
    let before = cents();
    let (status, answer) = server.call(&key, "POST", &format!("{organization}/transactions"), &body);
    assert_eq!(status, 201, "{answer}");
    assert_eq!(cents(), before - 900);
}

/// Runs the program over the database of `store`; its exit code and what it printed.
fn run(words: &[&str], store: &[String]) -> (Option<i32>, String) {
    let output = Command::new(TIEOUT).args(words).args(store).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), text)
}

#[test]
fn keys_are_listed_and_revoked_while_the_server_runs() {
    for (_folder, store) in stores() {
        let server = Server::start(&store);
        let key = server.new_key();
        let (_, listed) = run(&["key", "list"], &store);
        let line = listed.lines().find(|line| line.contains("\"test\"")).unwrap();
        assert!(
            line.contains("active, never used") && !listed.contains(&key),
            "{listed}"
        );
        assert_eq!(server.call(&key, "GET", "/organizations", &Value::Null).0, 200);
        let (code, revoked) = run(&["key", "revoke", line.split(' ').next().unwrap()], &store);
        assert_eq!(code, Some(0), "{revoked}");
        assert_eq!(server.call(&key, "GET", "/organizations", &Value::Null).0, 401);
        assert!(run(&["key", "list"], &store).1.contains("revoked 20"));
        assert_eq!(
            run(&["key", "revoke", "key_00000000000000000000000000"], &store).0,
            Some(2)
        );
    }
}

/// A database that is first touched by another command than `serve` has no key that nobody was shown.
#[test]
fn nobody_unknown_holds_a_key() {
    for (_folder, store) in stores() {
        let (code, key) = run(&["key", "create", "--name", "mine", "--scopes", "all"], &store);
        assert_eq!(code, Some(0), "{key}");
        let listed = || run(&["key", "list"], &store).1;
        assert!(
            listed().lines().count() == 1 && listed().contains("\"mine\""),
            "{}",
            listed()
        );
        let server = Server::start(&store);
        assert_eq!(listed().lines().count(), 1, "there is one already");
        drop(server);
        assert_eq!(run(&["audit", "verify"], &store).0, Some(0));
    }
    for (folder, store) in stores() {
        let chart = folder.path().join("chart.csv");
        std::fs::write(&chart, "code,name,type\n7000,Foo,expense\n").unwrap();
        let (code, done) = run(&["import", chart.to_str().unwrap(), "--chart"], &store);
        assert_eq!(code, Some(0), "{done}");
        assert_eq!(run(&["key", "list"], &store).1, "");
        let server = Server::start(&store);
        let (_, listed) = run(&["key", "list"], &store);
        assert!(
            listed.lines().count() == 1 && listed.contains("\"First key\""),
            "{listed}"
        );
        drop(server);
    }
}

#[test]
fn an_exported_chain_is_verified_offline_and_keys_are_rotated() {
    for (folder, store) in stores() {
        let signing = folder.path().join("signing.key").to_str().unwrap().to_owned();
        let mut signed = store.clone();
        signed.extend(["--signing-key".to_owned(), signing]);
        run(&["key", "create", "--name", "first", "--scopes", "all"], &store);
        let (code, first) = run(&["audit", "rotate-key"], &signed);
        assert_eq!(code, Some(0), "{first}");
        let first = first.split(' ').next().unwrap().to_owned();
        run(&["key", "create", "--name", "second", "--scopes", "all"], &store);
        let (_, second) = run(&["audit", "rotate-key"], &signed);
        assert!(second.contains("1 retired") && !second.contains(&first), "{second}");
        let second = second.split(' ').next().unwrap().to_owned();
        let (_, keys) = run(&["audit", "keys"], &signed);
        assert!(
            keys.contains(&format!("* {second}")) && keys.contains(&format!("  {first}")),
            "{keys}"
        );
        assert_eq!(run(&["audit", "verify"], &store).0, Some(0));

        let file = folder.path().join("chain.jsonl");
        let path = file.to_str().unwrap();
        assert_eq!(run(&["audit", "export", "--out", path], &signed).0, Some(0));
        for known in [&first, &second] {
            let (code, text) = run(&["audit", "verify", path, "--public-key", known], &[]);
            assert!(code == Some(0) && text.contains(known.as_str()), "{text}");
        }
        let (code, text) = run(&["audit", "verify", path], &[]);
        assert!(code == Some(0) && text.contains("the end is not proved"), "{text}");
        let head = text.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap();
        let (code, text) = run(&["audit", "verify", path, "--head", head], &[]);
        assert!(code == Some(0) && !text.contains("the end is not proved"), "{text}");
        let stranger = "00".repeat(32);
        assert_eq!(
            run(&["audit", "verify", path, "--public-key", &stranger], &[]).0,
            Some(1)
        );
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("second", "third!")).unwrap();
        let (code, broken) = run(&["audit", "verify", path], &[]);
        assert!(code == Some(1) && broken.contains("broken at event"), "{broken}");
        assert_eq!(run(&["audit", "verify", "no-such-file"], &[]).0, Some(2));
    }
}

/// Runs the program with a data folder of its own for what is not said.
fn run_at(home: &Folder, words: &[&str], store: &[String]) -> (Option<i32>, String) {
    let output = Command::new(TIEOUT)
        .args(words)
        .args(store)
        .env("XDG_DATA_HOME", home.path())
        .output()
        .unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), text)
}

#[test]
fn without_a_home_the_place_of_the_signing_key_is_asked_for_before_anything_is_made() {
    for (_folder, store) in stores() {
        let mut serve = Command::new(TIEOUT);
        serve
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env_remove("HOME")
            .env_remove("XDG_DATA_HOME");
        if store[0] == "--database" {
            let output = serve.args(&store).output().unwrap();
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(
                text.contains("--signing-key FILE") && !text.contains("API key"),
                "{text}"
            );
        } else {
            let output = serve.output().unwrap();
            let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(text.contains("--data DIR"), "{text}");
        }
    }
}

#[test]
fn databases_of_one_user_keep_their_keys_apart() {
    let home = Folder::new();
    let (_one, first) = stores().pop().unwrap();
    let (_two, second) = stores().pop().unwrap();
    let key_of = |store: &[String]| {
        let (_, keys) = run_at(&home, &["audit", "keys"], store);
        keys.lines()
            .filter(|line| line.starts_with('*'))
            .map(|line| line.split(' ').nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for store in [&first, &second] {
        run_at(&home, &["key", "create", "--name", "first", "--scopes", "all"], store);
        let (code, text) = run_at(&home, &["audit", "rotate-key"], store);
        assert_eq!(code, Some(0), "{text}");
    }
    let (one, two) = (key_of(&first), key_of(&second));
    assert!(one.len() == 1 && two.len() == 1 && one != two, "{one:?} {two:?}");
    assert_eq!(run_at(&home, &["audit", "rotate-key"], &first).0, Some(0));
    assert_ne!(key_of(&first), one);
    assert_eq!(key_of(&second), two, "another database's rotation leaves it");
    // The file of one database, named to the other by mistake, is neither lost nor makes it a signer.
    let files: Vec<_> = std::fs::read_dir(home.path().join("tieout"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in &files {
        let secret = std::fs::read(file).unwrap();
        let mut refused = 0;
        for store in [&first, &second] {
            let mut named = store.clone();
            named.extend(["--signing-key".to_owned(), file.to_str().unwrap().to_owned()]);
            let (_, before) = run_at(&home, &["audit", "keys"], store);
            let exported = run_at(&home, &["audit", "export", "--out", "-"], &named);
            assert_eq!(exported.0, Some(0), "{}", exported.1);
            let (_, after) = run_at(&home, &["audit", "keys"], store);
            assert_eq!(before, after, "reading registers no key");
            if !before.contains(&format!("* {}", hex_of_public(&named))) {
                let (code, text) = run_at(&home, &["audit", "rotate-key"], &named);
                assert!(code == Some(2) && text.contains("none of this database's"), "{text}");
                refused += 1;
            }
        }
        assert_eq!((refused, std::fs::read(file).unwrap()), (1, secret));
    }
}

/// The public half of the key in the file that the options name, if the database knows it; else nothing that is listed.
fn hex_of_public(named: &[String]) -> String {
    let (_, keys) = run(&["audit", "keys"], named);
    let present = keys.lines().find(|line| line.starts_with('*'));
    present.map_or_else(|| "?".to_owned(), |line| line.split(' ').nth(1).unwrap().to_owned())
}

#[test]
fn a_server_without_its_database_is_not_healthy() {
    let (_folder, store) = stores().pop().unwrap();
    let server = Server::start(&store);
    assert_eq!(server.call("", "GET", "/healthz", &Value::Null).0, 200);
    tieout_testdb::take_away(&store[1]);
    let ill = loop {
        let (status, body) = server.call("", "GET", "/healthz", &Value::Null);
        if status != 200 {
            break (status, body);
        }
    };
    assert_eq!(ill.0, 503, "{}", ill.1);
    assert_eq!(ill.1["error"]["code"], "database_unreachable", "{}", ill.1);
}

#[test]
fn a_broken_signing_key_is_named_and_a_new_one_is_whole() {
    let (folder, store) = stores().into_iter().next().unwrap();
    let path = folder.path().join("other.key");
    let mut signed = store.clone();
    signed.extend(["--signing-key".to_owned(), path.to_str().unwrap().to_owned()]);
    run(&["key", "create", "--name", "first", "--scopes", "all"], &store);
    assert_eq!(run(&["audit", "rotate-key"], &signed).0, Some(0));
    assert_eq!(std::fs::read(&path).unwrap().len(), 32);
    let beside = std::fs::read_dir(folder.path()).unwrap().flatten();
    let left: Vec<_> = beside
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.starts_with("other.key"))
        .collect();
    assert_eq!(left, ["other.key"], "nothing is left beside it");
    std::fs::write(&path, b"half a key").unwrap();
    let (code, text) = run(&["audit", "retire-other-keys"], &signed);
    assert!(
        code == Some(2) && text.contains("put back a copy of it, or remove it"),
        "{text}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"half a key", "and it stays");
}

#[test]
fn a_killed_server_leaves_whole_steps_of_its_job() {
    for (_folder, store) in stores() {
        let server = Server::start(&store);
        let key = server.new_key();
        let organizations = server.call(&key, "GET", "/organizations", &Value::Null).1;
        let organization = organizations["data"][0]["id"].as_str().unwrap().to_owned();
        let old = 100_000;
        tieout_testdb::runtime().block_on(old_replies(&store, &organization, old));
        let jobs = format!("/v1/organizations/{organization}/jobs");
        let (_, job) = server.call(&key, "POST", &jobs, &json!({ "kind": "clean_up" }));
        let path = format!("{jobs}/{}", job["id"].as_str().unwrap());
        let seen = loop {
            let seen = server.call(&key, "GET", &path, &Value::Null).1;
            if seen["progress"].as_i64().unwrap() > 0 {
                break seen;
            }
        };
        assert_eq!(seen["state"], "running", "there is enough to do");
        let store = server.kill();
        tieout_testdb::runtime().block_on(async {
            // By the clock of the year 2100 the lease of the dead server is over.
            let later = tieout_app::world::System::new(|| 4_102_444_800_000_000);
            let app = tieout_app::App::new(open(&store).await, std::sync::Arc::new(later));
            app.run_due_jobs().await.unwrap();
        });
        let server = Server::start(&store);
        let done = server.call(&key, "GET", &path, &Value::Null).1;
        assert_eq!(
            (&done["state"], &done["attempts"]),
            (&json!("done"), &json!(1)),
            "it got on since it was taken again: {done}"
        );
        assert_eq!(done["result"]["removed"], old, "each row is counted once");
    }
}

async fn open(store: &[String]) -> tieout_store::Database {
    match store {
        [name, folder] if name == "--data" => {
            let file = std::path::Path::new(folder).join("tieout.db");
            tieout_store::Database::open_sqlite(&file, 1).unwrap()
        }
        [_, url] => tieout_store::Database::open_postgres(url, 2).await.unwrap(),
        _ => unreachable!("{store:?}"),
    }
}

/// Replies from 1970, which nobody can get any more.
async fn old_replies(store: &[String], organization: &str, count: i64) {
    let input = (tieout_core::Id::parse(organization).unwrap(), count);
    let database = open(store).await;
    let written = database.write(input, |tx, (organization, count)| {
        Box::pin(async move {
            let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) \
                INSERT INTO repeated_command (organization_id, api_key_id, command_key, fingerprint, reply, created_at) \
                SELECT $1, $1, 'reply ' || i, $1, '{}', i FROM n";
            let organization: &tieout_core::Id<tieout_core::id::Organization> = organization;
            tx.execute(sql, &[organization.into(), (*count).into()]).await
        })
    });
    written.await.unwrap();
}
