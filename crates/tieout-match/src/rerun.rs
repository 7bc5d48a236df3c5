//! Matching again when more has come: what a batch cannot touch is taken over from the run before.
//!
//! **The outcome is that of [`run`](crate::run) over all items, with the same model and settings, to the byte.** So what a
//! run finds is taken over only where it depends on nothing that has changed. Of a run with a given model that is:
//!
//! - *what the texts of an item say*: its tokens, whatever else comes, as long as nothing is taken of the items before it;
//! - *the pairs of a line* with their scores, and *the contacts that it names*: they depend on the line and on all entries (how
//!   rare an amount, a name, a number is, over how many days entries lie), and on other lines only by what all of them say
//!   together: which words are the bank's own, which of several equal lines of a day it is;
//! - *searches for groups around some entries*, for the parts of one or for what shares a number or a contact: they look at the
//!   open lines of some weeks, so that they come to the same while none of those is new, or is open that was not, or the
//!   other way round.
//!
//! A run works out the rest again: assignment and probabilities (a fiftieth of it), which searches share their steps and which
//! groups compete, what remains. **New lines are what this is for.** New entries change how rare everything is and over how
//! many days entries lie, which every pair and every group is weighed by; then only texts are taken over. When a part
//! is taken, or model or settings are others, nothing is (but [`Settings::as_of`] and [`Settings::age_limits`] may change:
//! they only say what is outstanding).
//!
//! ```
//! use tieout_match::{Delta, Input, Items, NewItem, Prior, Settings, State, rerun, run, train};
//! use jiff::civil::date;
//!
//! let item = |day, amount, description| NewItem {
//!     account: 0, date: date(2026, 3, day), value_date: None, amount, open_item: false,
//!     id: "", description, counterparty: "", reference: "", check_number: "", kind: "",
//! };
//! let mut input = Input::default();
//! input.entries.push(&item(2, 120_000, "Invoice INV-1041, Harbour Cafe"))?;
//! input.entries.push(&item(3, -4_950, "Stationery"))?;
//! input.lines.push(&item(4, 120_000, "HARBOUR CAFE INV-1041"))?;
//! let (model, settings) = (train(&input, &Prior::default()), Settings::new(date(2026, 3, 31)));
//!
//! // The first run works everything out.
//! let (first, state) = rerun(State::new(input), &Delta::default(), &model, &settings, &mut |_| ())?;
//! // The next day a line comes.
//! let mut lines = Items::default();
//! lines.push(&item(5, -4_950, "STATIONERY"))?;
//! let (next, state) = rerun(state, &Delta { lines, ..Delta::default() }, &model, &settings, &mut |_| ())?;
//!
//! assert_eq!((first.groups.len(), next.groups.len()), (1, 2));
//! assert_eq!(next, run(state.input(), &model, &settings, &mut |_| ()));
//! # Ok::<(), tieout_match::ItemsError>(())
//! ```

use crate::Input;
use crate::changes::Changes;
use crate::engine::Engine;
use crate::items::{ItemIndex, Items, ItemsError};
use crate::model::Model;
use crate::outcome::{Outcome, Side};
use crate::recall::{Memory, Recall};
use crate::settings::{Progress, Settings};

/// All items so far, and what the last run found. Next to the items it keeps what a run works on (texts split, tokens linked,
/// entries indexed), all pairs, and the searches for parts with what they proposed: about as much as a run
/// needs at its peak, and never more than for the items there are.
#[derive(Debug, Clone)]
pub struct State {
    input: Input,
    threads: u32,
    last: Option<Last>,
}

/// The last run.
#[derive(Debug, Clone)]
struct Last {
    engine: Engine,
    model: Model,
    settings: Settings,
    memory: Memory,
}

/// What has come since.
#[derive(Debug, Clone, Default)]
pub struct Delta {
    /// More lines; their indexes follow those of the lines before.
    pub lines: Items,
    /// More entries, likewise.
    pub entries: Items,
    /// Parts that confirmed matches have taken, of items of before or of these. An item of which all is taken is out of the
    /// way.
    pub taken: Vec<Taken>,
}

/// A part of an item that is no longer a candidate, see [`Items::take`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The side of the item.
    pub side: Side,
    /// The item, by its index among all.
    pub item: ItemIndex,
    /// Minor units, signed like the item.
    pub part: i64,
}

impl State {
    /// Items of which no run is known.
    pub fn new(input: Input) -> Self {
        Self {
            input,
            threads: 1,
            last: None,
        }
    }

    /// See [`Engine::on_threads`].
    #[must_use]
    pub fn on_threads(mut self, threads: u32) -> Self {
        self.threads = threads;
        self
    }

    /// All items so far.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The items of the last run made ready, for an [`Explainer`](crate::Explainer) or to learn from; `None` if nothing was
    /// run.
    pub fn engine(&self) -> Option<&Engine> {
        self.last.as_ref().map(|last| &last.engine)
    }
}

impl Delta {
    /// Adds it to an input.
    fn add_to(&self, input: &mut Input) -> Result<(), ItemsError> {
        input.lines.append(&self.lines)?;
        input.entries.append(&self.entries)?;
        for taken in &self.taken {
            let items = match taken.side {
                Side::Line => &mut input.lines,
                Side::Entry => &mut input.entries,
            };
            items.take(taken.item, taken.part)?;
        }
        Ok(())
    }
}

/// Matches all items, those of a batch among them: [`run`](crate::run) over all of them, for less. The first run of a state
/// works everything out.
///
/// # Errors
/// [`ItemsError`] if the batch does not fit; the state is gone then.
pub fn rerun(
    state: State,
    delta: &Delta,
    model: &Model,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Outcome, State), ItemsError> {
    let State {
        mut input,
        threads,
        last,
    } = state;
    delta.add_to(&mut input)?;
    progress(Progress {
        step: "indexing",
        done: 0,
        total: 1,
    });
    let last = last.filter(|_| delta.taken.is_empty());
    let (engine, ids) = match &last {
        Some(last) => {
            let (engine, ids) = Engine::carrying(&last.engine, &input);
            (engine, Some(ids))
        }
        None => (Engine::new(&input), None),
    };
    let engine = engine.on_threads(threads);
    let alike = last
        .as_ref()
        .filter(|last| last.model == *model && decides_alike(&last.settings, settings));
    let changes = alike
        .zip(ids.as_ref())
        .and_then(|(last, ids)| Changes::new(&last.engine, &engine, ids));
    let mut recall = Recall {
        earlier: alike.map(|last| &last.memory).zip(changes.as_ref()),
        memory: Memory::default(),
    };
    let outcome = engine.run_recalling((model, settings), Some(&mut recall), progress);
    let memory = recall.memory;
    let last = Last {
        engine,
        model: model.clone(),
        settings: settings.clone(),
        memory,
    };
    let state = State {
        input,
        threads,
        last: Some(last),
    };
    Ok((outcome, state))
}

/// Pairs and groups are found alike under both settings.
fn decides_alike(one: &Settings, other: &Settings) -> bool {
    let of_day = Settings {
        as_of: one.as_of,
        age_limits: one.age_limits,
        ..other.clone()
    };
    *one == of_day
}
