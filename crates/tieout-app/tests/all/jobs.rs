//! Jobs over one database, as several processes would run them: the clock is moved by hand.

// `Row::int` is no function of every row's lifetime, as a decoder must be; a closure is.
#![allow(clippy::redundant_closure_for_method_calls)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tieout_app::job::{MAX_ATTEMPTS, backoff_us};
use tieout_app::store::job::{self, JobRow};
use tieout_app::store::{StoreError, Tx};
use tieout_app::{App, World};
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// Each of forty jobs is run by one of four processes, none by two.
    no_job_is_run_twice;
    /// While a lease holds, nobody else gets the job; when it is over, the next one goes on where it stood.
    a_dead_process_loses_its_job_after_its_last_whole_step;
    /// A process that comes back late changes nothing.
    a_process_that_lost_its_job_does_nothing_more;
    /// Cancelling takes the job away from whoever runs it.
    a_cancelled_job_stops;
    /// Failures wait longer and longer; after the last one a person has to look.
    a_failing_job_is_tried_again_later_and_given_up_in_the_end;
    /// A job that ends its process each time is not tried for ever.
    a_job_whose_process_always_ends_is_given_up;
    /// A job that gets on is no failure, however often its process ends.
    a_long_job_that_gets_on_is_not_given_up;
    /// Of a recurring job there is always one that waits, however the last one ended.
    a_recurring_job_has_one_successor;
    /// A chain that was changed is named in the result.
    the_check_of_chains_finds_what_was_changed;
}

const BEGIN_US: i64 = 1_706_778_000_000_000;
const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = 24 * 60 * MINUTE_US;

/// A clock that only moves when it is told to.
struct Clock {
    now_us: AtomicI64,
    dice: AtomicU64,
}

impl World for Clock {
    fn now_us(&self) -> i64 {
        self.now_us.load(Ordering::SeqCst)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let throw = self.dice.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
            *byte = throw.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[0];
        }
    }
}

/// Processes over one database, with one clock.
struct Office {
    clock: Arc<Clock>,
    test: TestDatabase,
    practice: Id<Organization>,
}

impl Office {
    async fn open(test: TestDatabase) -> Self {
        let clock = Arc::new(Clock {
            now_us: AtomicI64::new(BEGIN_US),
            dice: AtomicU64::new(0),
        });
        let app = App::new(test.database.clone(), clock.clone());
        let practice = app.prepare().await.unwrap().expect("an empty database").row.id;
        Self { clock, test, practice }
    }

    /// The application of another process.
    fn process(&self) -> App {
        App::new(self.test.database.clone(), self.clock.clone())
    }

    fn wait(&self, us: i64) {
        self.clock.now_us.fetch_add(us, Ordering::SeqCst);
    }

    fn job(&self, kind: &str) -> JobRow {
        let now_us = self.clock.now_us();
        JobRow {
            organization_id: self.practice,
            id: tieout_app::world::new_id(self.clock.as_ref()),
            kind: kind.into(),
            payload: "{}".into(),
            state: "queued".into(),
            run_at: now_us,
            lease_until: 0,
            attempts: 0,
            max_attempts: MAX_ATTEMPTS,
            dedup_key: None,
            progress: 0,
            checkpoint: String::new(),
            result: None,
            problem: None,
            created_by: Id::from_bytes([0; 16]),
            created_at: now_us,
            updated_at: now_us,
        }
    }

    async fn queue(&self, kind: &str) -> JobRow {
        let row = self.job(kind);
        let input = row.clone();
        let write = self
            .test
            .database
            .write(input, |tx, row| Box::pin(job::insert(tx, row)));
        assert!(write.await.unwrap());
        row
    }

    async fn find(&self, job: &JobRow) -> JobRow {
        let key = (job.organization_id, job.id);
        let found = self
            .test
            .database
            .read(&key, |tx, key| Box::pin(job::find(tx, key.0, key.1)));
        found.await.unwrap().expect("the job")
    }

    async fn open_jobs(&self) -> Vec<JobRow> {
        let page = tieout_app::Page { limit: 100, offset: 0 };
        let key = (self.practice, page);
        let listed = self
            .test
            .database
            .read(&key, |tx, key| Box::pin(job::list(tx, key.0, "queued", key.1)));
        listed.await.unwrap().0
    }

    /// Replies that nobody can get any more.
    async fn old_replies(&self, count: i64) {
        let input = (self.practice, count, self.clock.now_us() - 30 * DAY_US);
        let written = self
            .test
            .database
            .write(input, |tx, input| Box::pin(insert_replies(tx, *input)));
        written.await.unwrap();
    }

    async fn replies(&self) -> i64 {
        let count = self.test.database.read(&(), |tx, ()| {
            Box::pin(async move {
                tx.one("SELECT COUNT(*) FROM repeated_command", &[], |row| row.int())
                    .await
            })
        });
        count.await.unwrap()
    }
}

async fn insert_replies(tx: &mut Tx, (practice, count, at): (Id<Organization>, i64, i64)) -> Result<(), StoreError> {
    for number in 0..count {
        let key = format!("reply {number}");
        let sender = tieout_app::store::repeated::Sender {
            organization: practice,
            api_key: Id::from_bytes([1; 16]),
            key: &key,
        };
        assert!(tieout_app::store::repeated::claim(tx, sender, &[0; 32], (0, at)).await?);
        tieout_app::store::repeated::keep(tx, sender, "{}").await?;
    }
    Ok(())
}

#[test]
fn waits_double_and_never_come_at_once() {
    let waits: Vec<i64> = (1..=4).map(|attempts| backoff_us(attempts, 0) / 1_000_000).collect();
    assert_eq!(waits, [5, 10, 20, 40]);
    assert_eq!(backoff_us(1, 255), 7_500_000);
    assert_eq!(backoff_us(1000, 0), backoff_us(13, 0), "the wait has an end");
}

mod bodies {
    use super::*;

    pub(super) async fn no_job_is_run_twice(test: TestDatabase) {
        let office = Office::open(test).await;
        for _ in 0..40 {
            office.queue("clean_up").await;
        }
        let processes: Vec<_> = (0..4)
            .map(|_| {
                let app = office.process();
                tokio::spawn(async move {
                    let mut ran = Vec::new();
                    // One that was faster may leave us nothing this time although there is more.
                    for _ in 0..60 {
                        ran.extend(app.run_next_job().await.unwrap());
                    }
                    ran
                })
            })
            .collect();
        let mut ran = Vec::new();
        for process in processes {
            ran.extend(process.await.unwrap());
        }
        assert_eq!(ran.len(), 40);
        ran.sort_unstable();
        ran.dedup();
        assert_eq!(ran.len(), 40);
    }

    pub(super) async fn a_dead_process_loses_its_job_after_its_last_whole_step(test: TestDatabase) {
        let office = Office::open(test).await;
        office.old_replies(1200).await;
        let queued = office.queue("clean_up").await;
        let first = office.process();
        let (mut held, token) = first.claim_job().await.unwrap().expect("the job");
        assert!(first.step_job(&mut held, token).await.unwrap());
        assert_eq!(
            (office.find(&queued).await.progress, office.replies().await),
            (500, 700)
        );
        // It dies here. Nobody gets its job before the lease is over.
        let second = office.process();
        office.wait(MINUTE_US - 1);
        assert_eq!(second.run_next_job().await.unwrap(), None);
        office.wait(MINUTE_US);
        assert_eq!(second.run_next_job().await.unwrap(), Some(queued.id));
        let done = office.find(&queued).await;
        assert_eq!(
            (done.state.as_str(), done.attempts),
            ("done", 1),
            "it got on since the last claim"
        );
        assert_eq!(office.replies().await, 0);
        assert_eq!(done.progress, 1200, "each row is counted once");
    }

    pub(super) async fn a_long_job_that_gets_on_is_not_given_up(test: TestDatabase) {
        let office = Office::open(test).await;
        let leases = 2 * MAX_ATTEMPTS;
        office.old_replies(500 * leases + 1).await;
        let queued = office.queue("clean_up").await;
        let app = office.process();
        for _ in 0..leases {
            let (mut held, token) = app.claim_job().await.unwrap().expect("the job");
            assert_eq!(held.id, queued.id);
            assert!(app.step_job(&mut held, token).await.unwrap());
            // The process ends here, each time after one step.
            office.wait(2 * MINUTE_US);
        }
        app.run_due_jobs().await.unwrap();
        let done = office.find(&queued).await;
        assert_eq!((done.state.as_str(), done.problem), ("done", None));
        assert_eq!(office.replies().await, 0);
    }

    pub(super) async fn a_process_that_lost_its_job_does_nothing_more(test: TestDatabase) {
        let office = Office::open(test).await;
        office.old_replies(1200).await;
        let queued = office.queue("clean_up").await;
        let slow = office.process();
        let (mut held, token) = slow.claim_job().await.unwrap().expect("the job");
        office.wait(2 * MINUTE_US);
        let fast = office.process();
        let (mut taken, other) = fast.claim_job().await.unwrap().expect("the job");
        assert!(!slow.step_job(&mut held, token).await.unwrap(), "the lease is lost");
        assert_eq!(office.replies().await, 1200, "and nothing of the step remains");
        while fast.step_job(&mut taken, other).await.unwrap() {}
        assert_eq!(office.find(&queued).await.progress, 1200);
    }

    pub(super) async fn a_cancelled_job_stops(test: TestDatabase) {
        let office = Office::open(test).await;
        office.old_replies(1200).await;
        let queued = office.queue("clean_up").await;
        let app = office.process();
        let (mut held, token) = app.claim_job().await.unwrap().expect("the job");
        assert!(app.step_job(&mut held, token).await.unwrap());
        let key = (queued.organization_id, queued.id, office.clock.now_us());
        let cancelled = office
            .test
            .database
            .write(key, |tx, key| Box::pin(job::cancel(tx, key.0, key.1, key.2)));
        assert!(cancelled.await.unwrap().is_some());
        assert!(!app.step_job(&mut held, token).await.unwrap());
        let stopped = office.find(&queued).await;
        assert_eq!((stopped.state.as_str(), stopped.progress), ("cancelled", 500));
        assert_eq!(office.replies().await, 700);
        office.wait(10 * MINUTE_US);
        assert_eq!(app.run_next_job().await.unwrap(), None);
    }

    pub(super) async fn a_failing_job_is_tried_again_later_and_given_up_in_the_end(test: TestDatabase) {
        let office = Office::open(test).await;
        let queued = office.queue("no_such_kind").await;
        let app = office.process();
        let mut waits = Vec::new();
        for attempt in 1..=MAX_ATTEMPTS {
            assert_eq!(app.run_next_job().await.unwrap(), Some(queued.id));
            let failed = office.find(&queued).await;
            assert_eq!(failed.attempts, attempt);
            assert!(
                failed.problem.as_deref().unwrap().contains("no_such_kind"),
                "{failed:?}"
            );
            if attempt < MAX_ATTEMPTS {
                assert_eq!(failed.state, "queued");
                assert_eq!(app.run_next_job().await.unwrap(), None, "not before its time");
                waits.push(failed.run_at - office.clock.now_us());
                office.wait(failed.run_at - office.clock.now_us());
            } else {
                assert_eq!(failed.state, "dead");
            }
        }
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]), "{waits:?}");
        office.wait(DAY_US / 48);
        assert_eq!(app.run_next_job().await.unwrap(), None, "a dead job waits for a person");
        let key = (queued.organization_id, queued.id, office.clock.now_us());
        let again = office
            .test
            .database
            .write(key, |tx, key| Box::pin(job::retry(tx, key.0, key.1, key.2)));
        assert_eq!(again.await.unwrap().expect("a dead job").state, "queued");
        assert_eq!(app.run_next_job().await.unwrap(), Some(queued.id));
        assert_eq!(office.find(&queued).await.attempts, 1);
    }

    pub(super) async fn a_job_whose_process_always_ends_is_given_up(test: TestDatabase) {
        let office = Office::open(test).await;
        let queued = office.queue("clean_up").await;
        let app = office.process();
        for _ in 0..MAX_ATTEMPTS {
            assert_eq!(app.claim_job().await.unwrap().expect("the job").0.id, queued.id);
            office.wait(2 * MINUTE_US);
        }
        assert!(app.claim_job().await.unwrap().is_none());
        let buried = office.find(&queued).await;
        assert_eq!(buried.state, "dead");
        assert!(buried.problem.unwrap().contains("every attempt"));
    }

    pub(super) async fn a_recurring_job_has_one_successor(test: TestDatabase) {
        let office = Office::open(test).await;
        let app = office.process();
        let kinds = |jobs: &[JobRow]| {
            let mut kinds: Vec<_> = jobs.iter().map(|job| job.kind.clone()).collect();
            kinds.sort();
            kinds
        };
        let wanted = ["clean_up", "verify_audit_chains"];
        assert_eq!(kinds(&office.open_jobs().await), wanted);
        app.prepare().await.unwrap();
        assert_eq!(kinds(&office.open_jobs().await), wanted, "a second start adds none");
        office.wait(8 * DAY_US);
        assert_eq!(app.run_due_jobs().await.unwrap(), 2);
        let next = office.open_jobs().await;
        assert_eq!(kinds(&next), wanted);
        assert!(next.iter().all(|job| job.run_at > office.clock.now_us()));
        // One that is given up has a successor too.
        office.wait(DAY_US);
        for _ in 0..=MAX_ATTEMPTS {
            let _ = app.claim_job().await.unwrap();
            office.wait(2 * MINUTE_US);
        }
        assert_eq!(kinds(&office.open_jobs().await), wanted);
    }

    pub(super) async fn the_check_of_chains_finds_what_was_changed(test: TestDatabase) {
        let office = Office::open(test).await;
        let app = office.process();
        let intact = office.queue("verify_audit_chains").await;
        app.run_due_jobs().await.unwrap();
        let found: serde_json::Value = serde_json::from_str(&office.find(&intact).await.result.unwrap()).unwrap();
        assert_eq!(
            (&found["is_intact"], &found["organizations"], &found["events"]),
            (&true.into(), &1.into(), &2.into())
        );
        let sql = "UPDATE event SET description = 'x' WHERE seq = 1";
        assert_eq!(tieout_testdb::tamper(&office.test.database, sql).await, 1);
        let broken = office.queue("verify_audit_chains").await;
        app.run_due_jobs().await.unwrap();
        let found: serde_json::Value = serde_json::from_str(&office.find(&broken).await.result.unwrap()).unwrap();
        assert_eq!(found["is_intact"], false);
        assert_eq!(found["broken"][0]["organization_id"], office.practice.to_string());
        assert_eq!(found["broken"][0]["event"], 1);
    }
}
