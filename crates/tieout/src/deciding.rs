//! Rules, thresholds and limits of a run, from the command line to the engine.

use crate::cli::DecidingArgs;
use crate::inputs;
use crate::progress::ProgressLine;
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use tieout_core::money::grouped;
use tieout_core::{Currency, Decimal};
use tieout_match::error_rate::{DOUBT_PPM, Reliability, Unreachable};
use tieout_match::{Engine, ItemIndex, Model, Outcome, Prior, Settings};
use tieout_reconcile::decisions::Accepted;
use tieout_reconcile::result::{Note, NoteCode};
use tieout_reconcile::{Decisions, Prepared};
use tieout_report::decisions::Resolved;
use tieout_rules::{Applied, Before, Form, Rulebook};

/// Largest text file that is read whole.
const MAX_BYTES: u64 = 16 << 20;
/// Threads that matching is spread over; more would wait for memory.
const MOST_THREADS: u32 = 8;

/// Sets what `--set` and `--max-error-rate` say; returns what a person should know of it.
pub(crate) fn settle(args: &DecidingArgs, settings: &mut Settings) -> Result<Vec<Note>> {
    for setting in &args.settings {
        set(settings, setting)?;
    }
    if settings.suggested_ppm > settings.automatic_ppm {
        bail!("suggested is above automatic: what is matched automatically must be surer than what is suggested");
    }
    let Some(rate) = &args.max_error_rate else {
        if args.calibration.is_some() {
            bail!("--calibration needs --max-error-rate");
        }
        return Ok(Vec::new());
    };
    let rate = share(rate).filter(|rate| *rate > 0).ok_or_else(|| {
        anyhow!("--max-error-rate {rate} is no share; write 0.001 or 0.1% for one wrong match in a thousand")
    })?;
    let table = match &args.calibration {
        Some(path) => Reliability::parse(&text_of(path)?).with_context(|| format!("in {}", path.display()))?,
        None => Reliability::built_in()?,
    };
    let version = Model::new(&Prior::default()).version();
    if table.model != version {
        bail!(
            "the reliability table was measured with {}; this is {version}",
            table.model
        );
    }
    let chosen = table.threshold(rate).map_err(|why| match why {
        Unreachable::Empty => anyhow!(
            "no measured reliability comes with this version; give a table with --calibration FILE, or set the \
             threshold yourself with --set automatic=0.999"
        ),
        few @ Unreachable::TooFew { .. } => anyhow!("an error rate of {} cannot be promised: {few}", percent(rate)),
    })?;
    settings.automatic_ppm = chosen.automatic_ppm;
    settings.suggested_ppm = settings.suggested_ppm.min(chosen.automatic_ppm);
    let count = |number: u64| grouped(i64::try_from(number).unwrap_or(i64::MAX), 0);
    let text = format!(
        "matches are automatic from a confidence of {} on, so that at most {} are wrong: of {} held-back matches at or \
         above it {} were wrong, which bounds the rate at {} with {} assurance, for books like those measured",
        percent(chosen.automatic_ppm),
        percent(rate),
        count(chosen.matches),
        count(chosen.wrong),
        percent(chosen.bound_ppm),
        percent(1_000_000 - DOUBT_PPM),
    );
    Ok(vec![Note {
        code: NoteCode::Threshold,
        text,
    }])
}

/// `name=value` into the settings.
fn set(settings: &mut Settings, setting: &str) -> Result<()> {
    let (name, value) = setting
        .split_once('=')
        .ok_or_else(|| anyhow!("{setting} is no setting; write NAME=VALUE, as in automatic=0.995"))?;
    let as_share = || share(value).ok_or_else(|| anyhow!("{name} is a share: 0.995 or 99.5%, not {value}"));
    let per_mille = || match as_share()? {
        ppm if ppm % 1_000 == 0 => Ok(ppm / 1_000),
        _ => Err(anyhow!("{name} has at most one digit after the point, in percent")),
    };
    let days = || {
        let days = value.parse::<i32>().ok().filter(|days| (0..=3_650).contains(days));
        days.ok_or_else(|| anyhow!("{name} is a number of days from 0 to 3650, not {value}"))
    };
    match name {
        "automatic" => settings.automatic_ppm = as_share()?,
        "suggested" => settings.suggested_ppm = as_share()?,
        // Who names a limit means it, also where payouts teach something else.
        "max-fee" => {
            settings.max_fee_per_mille = per_mille()?;
            settings.max_learnt_fee_per_mille = settings.max_fee_per_mille;
        }
        "max-exchange" => settings.max_exchange_per_mille = per_mille()?,
        "days-before" => settings.max_days_before = days()?,
        "days-after" => settings.max_days_after = days()?,
        _ => bail!(
            "{name} is no setting; there are automatic, suggested, max-fee, max-exchange, days-before and days-after"
        ),
    }
    Ok(())
}

/// `0.995` or `99.5%` in parts per million, from 0 to 1.
fn share(text: &str) -> Option<u32> {
    let ppm = match text.trim().strip_suffix('%') {
        Some(percent) => Decimal::parse(percent.trim()).ok()?.to_minor(4).ok()?,
        None => Decimal::parse(text.trim()).ok()?.to_minor(6).ok()?,
    };
    u32::try_from(ppm).ok().filter(|ppm| *ppm <= 1_000_000)
}

fn percent(ppm: u32) -> String {
    let exact = Decimal::from_minor(i64::from(ppm), 4).to_string();
    format!("{} %", exact.trim_end_matches('0').trim_end_matches('.'))
}

/// Reads the rule file, if there is one.
pub(crate) fn rules(args: &DecidingArgs, currency: Currency) -> Result<Option<Rulebook>> {
    args.rules.as_deref().map(|path| rulebook(path, currency)).transpose()
}

/// Reads a rule file; what begins with a brace is JSON.
pub(crate) fn rulebook(path: &Path, currency: Currency) -> Result<Rulebook> {
    let text = text_of(path)?;
    let form = if text.trim_start().starts_with('{') {
        Form::Json
    } else {
        Form::Toml
    };
    Rulebook::parse(&text, form, currency).with_context(|| format!("in {}", path.display()))
}

/// A text file, whole.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    let mut text = String::new();
    let mut input = inputs::open(path)?.take(MAX_BYTES + 1);
    input
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read {}", path.display()))?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        bail!("{} is larger than 16 MiB", path.display());
    }
    Ok(text)
}

/// What engine and rules made of a case.
pub(crate) struct Decided {
    pub(crate) outcome: Outcome,
    pub(crate) decisions: Decisions,
    /// Rules and what each did.
    pub(crate) ruled: Option<(Rulebook, Vec<Applied>)>,
    /// What looked at the items, and can say why.
    pub(crate) engine: Engine,
    pub(crate) model: Model,
}

/// Runs the engine, with what people decided and with rules, if there are any.
pub(crate) fn decide(
    prepared: &Prepared,
    people: &Resolved,
    rules: Option<Rulebook>,
    progress: &ProgressLine,
) -> Result<Decided> {
    let mut step = |step: tieout_match::Progress| progress.step(step.step, step.done, step.total);
    let (input, settings) = (prepared.input(), prepared.settings());
    let threads = std::thread::available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(1));
    let engine = Engine::new(input).on_threads(threads.min(MOST_THREADS));
    let model = engine.train(&Prior::default());
    let accepted = with_booked(&people.accepted, prepared.booked());
    if rules.is_none() && accepted.is_empty() && people.rejected.is_empty() {
        return Ok(Decided {
            outcome: engine.run(&model, settings, &mut step),
            decisions: Decisions::default(),
            ruled: None,
            engine,
            model,
        });
    }
    let account = prepared.account();
    let case = Before {
        input,
        engine: &engine,
        model: &model,
        settings,
        accounts: &[format!("{} {}", account.bank, account.books)],
        accepted: &accepted,
        rejected: &people.rejected,
    };
    let no_rules = Rulebook::default();
    let ruled = tieout_rules::run(rules.as_ref().unwrap_or(&no_rules), case, &mut step)?;
    Ok(Decided {
        outcome: ruled.outcome,
        decisions: ruled.decisions,
        ruled: rules.map(|book| (book, ruled.applied)),
        engine: ruled.engine.unwrap_or(engine),
        model,
    })
}

/// What people accepted, and what corrections settle that they booked, unless an item of these is accepted otherwise.
fn with_booked(accepted: &[Accepted], booked: Vec<Accepted>) -> Vec<Accepted> {
    let lines: BTreeSet<ItemIndex> = accepted.iter().flat_map(|group| group.lines.iter().copied()).collect();
    let entries: BTreeSet<ItemIndex> = accepted
        .iter()
        .flat_map(|group| group.entries.iter().copied())
        .collect();
    let is_free = |group: &Accepted| {
        let free_lines = group.lines.iter().all(|line| !lines.contains(line));
        free_lines && group.entries.iter().all(|entry| !entries.contains(entry))
    };
    accepted
        .iter()
        .cloned()
        .chain(booked.into_iter().filter(is_free))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        assert_eq!(
            (share("0.995"), share("99.5%"), share("1")),
            (Some(995_000), Some(995_000), Some(1_000_000))
        );
        assert_eq!(
            (share("1.1"), share("-0.1"), share("x"), share("0.0000001")),
            (None, None, None, None)
        );
    }

    #[test]
    fn settings_are_named_and_bounded() {
        let mut settings = Settings::new(tieout_core::Date::ZERO);
        for setting in ["automatic=0.5", "max-fee=2.5%", "days-before=30"] {
            set(&mut settings, setting).unwrap();
        }
        assert_eq!(
            (
                settings.automatic_ppm,
                settings.max_fee_per_mille,
                settings.max_days_before
            ),
            (500_000, 25, 30)
        );
        for wrong in ["automatic", "fee=1%", "max-fee=2.55%", "days-after=-1", "automatic=2"] {
            assert!(set(&mut settings, wrong).is_err(), "{wrong}");
        }
    }
}
