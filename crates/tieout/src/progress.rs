//! Progress on long work: one line on standard error, only on a terminal, only after a while.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};

/// A progress line that appears only where somebody can see it.
pub(crate) struct ProgressLine {
    bar: ProgressBar,
}

impl ProgressLine {
    /// Begins; `quiet` people see nothing.
    pub(crate) fn begin(audience: Audience) -> Self {
        let bar = ProgressBar::new(0);
        if audience == Audience::Nobody || !stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        }
        let style = ProgressStyle::with_template("{msg:<28} {bar:30} {pos}/{len}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    /// Says what is being done.
    pub(crate) fn step(&self, what: &str, done: u64, total: u64) {
        self.bar.set_message(what.to_owned());
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// Takes the line away.
    pub(crate) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Who looks at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person.
    Person,
    /// Nobody: `--quiet`.
    Nobody,
}
