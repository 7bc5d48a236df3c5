//! `tieout import`: into a stopped and into a running server's books, once, with every line that cannot be taken named.

use std::path::Path;
use std::process::{Command, Output};
use tieout_testdb::Folder;

const TIEOUT: &str = env!("CARGO_BIN_EXE_tieout");
const JOURNAL: &str = "2024-01-05 * \"Sale\"\n  Assets:Bank  10.00 USD\n  Income:Sales\n";

fn import(store: &[String], file: &Path, more: &[&str]) -> Output {
    Command::new(TIEOUT)
        .arg("import")
        .arg(file)
        .args(store)
        .args(more)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn books_are_imported_once_on_both_engines() {
    let folder = Folder::new();
    let data = folder.path().join("books").to_str().unwrap().to_owned();
    let postgres = tieout_testdb::runtime().block_on(tieout_testdb::empty(tieout_testdb::Engine::Postgres));
    let stores = [
        vec!["--data".into(), data],
        vec!["--database".into(), postgres.url.unwrap()],
    ];
    let file = folder.path().join("main.beancount");
    let included = folder.path().join("more.beancount");
    std::fs::write(&file, format!("{JOURNAL}\ninclude \"more.beancount\"\n")).unwrap();
    std::fs::write(&included, JOURNAL.replace("10.00", "5.00")).unwrap();
    for store in stores {
        let trial = import(&store, &file, &["--create-accounts", "--dry-run"]);
        assert!(text(&trial.stdout).contains("would be added 2, known 0"), "{trial:?}");
        let done = import(&store, &file, &["--create-accounts"]);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert!(
            text(&done.stdout).contains("added 2, known 0, cannot be taken 0"),
            "{done:?}"
        );
        let again = import(&store, &file, &["--create-accounts"]);
        assert!(
            text(&again.stdout).contains("added 0, known 2, cannot be taken 0"),
            "{again:?}"
        );
        let proof = Command::new(TIEOUT)
            .args(["audit", "verify"])
            .args(&store)
            .output()
            .unwrap();
        assert!(proof.status.success(), "{proof:?}");
    }
}

#[test]
fn what_cannot_be_taken_is_named_with_its_file_and_line() {
    let folder = Folder::new();
    let store = vec![
        "--data".to_owned(),
        folder.path().join("books").to_str().unwrap().to_owned(),
    ];
    let file = folder.path().join("main.beancount");
    let included = folder.path().join("more.beancount");
    std::fs::write(&file, format!("{JOURNAL}\ninclude \"more.beancount\"\n")).unwrap();
    std::fs::write(
        &included,
        "\n2024-01-06 * \"Off\"\n  Assets:Bank  1.00 USD\n  Income:Sales  -2.00 USD\n",
    )
    .unwrap();
    let refused = import(&store, &file, &["--create-accounts"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(
        text(&refused.stderr).contains("more.beancount:3: the transaction is off by -1.00 USD"),
        "{refused:?}"
    );
    assert!(text(&refused.stdout).contains("nothing was added"), "{refused:?}");
    let taken = import(&store, &file, &["--create-accounts", "--take-what-fits"]);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    assert!(
        text(&taken.stdout).contains("added 1, known 0, cannot be taken 1"),
        "{taken:?}"
    );
    let missing = import(&store, &folder.path().join("none.csv"), &[]);
    assert_eq!(missing.status.code(), Some(2), "{missing:?}");
    let chart = folder.path().join("chart.csv");
    std::fs::write(&chart, "code,name,type\n1000,Bank,asset\n").unwrap();
    let items = folder.path().join("open.csv");
    std::fs::write(&items, "Number,Date,Amount\nR-1,2024-01-05,10.00\n").unwrap();
    let items = import(&store, &items, &["--open-items"]);
    assert!(
        text(&items.stdout).contains("1 open items, 2024-01-05 to 2024-01-05\n  added 1, known 0"),
        "{items:?}"
    );
    let chart = import(&store, &chart, &["--chart"]);
    assert!(
        text(&chart.stdout).contains("1 accounts\n  added 1, known 0"),
        "{chart:?}"
    );
}
