//! A sheet of 80 columns: headings, rows of figures, points, items.

use crate::text::{fit, one_line, wrap};
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

const COLUMNS: usize = 80;
const INDENT: usize = 2;
/// Columns of a name before its value.
const NAME: usize = 12;
/// Columns of a figure; wider ones push the label back.
const FIGURE: usize = 18;

/// Whether the terminal shows colours. Nothing is said by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text only.
    Plain,
    /// With ANSI colours.
    Coloured,
}

/// How a headline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Good,
    Bad,
}

/// Text under construction.
pub(super) struct Sheet {
    text: String,
    ink: Ink,
}

impl Sheet {
    pub(super) fn new(ink: Ink) -> Self {
        Self {
            text: String::new(),
            ink,
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// The verdict.
    pub(super) fn headline(&mut self, mark: Mark, text: &str) {
        let (sign, colour) = match mark {
            Mark::Good => ('✓', AnsiColor::Green),
            Mark::Bad => ('✗', AnsiColor::Red),
        };
        let style = Style::new().bold().fg_color(Some(colour.into()));
        let text = self.painted(style, &fit(&format!("{sign} {}", one_line(text)), COLUMNS));
        self.line(&text);
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.blank();
        let text = self.painted(Style::new().bold(), &fit(text, COLUMNS));
        self.line(&text);
    }

    /// A name and its value.
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        let name = fit(name, NAME - 1);
        let free = COLUMNS - INDENT - NAME;
        let padding = " ".repeat(NAME - name.width());
        let name = self.painted(Style::new().dimmed(), &name);
        self.line(&format!("  {name}{padding}{}", fit(&one_line(value), free)));
    }

    /// A label and its figure.
    pub(super) fn row(&mut self, label: &str, figure: &str) {
        let line = row(label, figure);
        self.line(&line);
    }

    /// A figure below a rule.
    pub(super) fn total(&mut self, label: &str, figure: &str) {
        let rule = "─".repeat(FIGURE.max(figure.width()));
        let rule = self.painted(Style::new().dimmed(), &format!("{rule:>width$}", width = COLUMNS - 1));
        self.line(&rule);
        let line = self.painted(Style::new().bold(), &row(label, figure));
        self.line(&line);
    }

    /// A sentence of its own.
    pub(super) fn point(&mut self, text: &str) {
        self.hanging("· ", text);
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.hanging("", text);
    }

    /// Columns of an item, and as much of its text as fits behind them.
    pub(super) fn item(&mut self, columns: &str, text: &str) {
        let free = COLUMNS.saturating_sub(INDENT + columns.width() + 2);
        self.line(&format!("  {columns}  {}", fit(&one_line(text), free)));
    }

    /// What is said below an item.
    pub(super) fn remark(&mut self, text: &str) {
        for line in wrap(&one_line(text), COLUMNS - INDENT - NAME) {
            let line = self.painted(Style::new().dimmed(), &line);
            self.line(&format!("{}{line}", " ".repeat(INDENT + NAME)));
        }
    }

    /// A path is never cut: it is there to be copied; the one thing that may be wider than the sheet.
    pub(super) fn path(&mut self, what: &str, path: &str) {
        let what = fit(what, NAME - 1);
        let padding = " ".repeat(NAME - what.width());
        let what = self.painted(Style::new().dimmed(), &what);
        self.line(&format!("  {what}{padding}{}", one_line(path)));
    }

    fn hanging(&mut self, bullet: &str, text: &str) {
        let free = COLUMNS - INDENT - bullet.width();
        for (number, line) in wrap(&one_line(text), free).iter().enumerate() {
            let lead = if number == 0 {
                bullet.to_owned()
            } else {
                " ".repeat(bullet.width())
            };
            self.line(&format!("  {lead}{line}"));
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn painted(&self, style: Style, text: &str) -> String {
        match self.ink {
            Ink::Plain => text.to_owned(),
            Ink::Coloured => format!("{style}{text}{style:#}"),
        }
    }
}

fn row(label: &str, figure: &str) -> String {
    let figure_columns = FIGURE.max(figure.width());
    let label_columns = COLUMNS.saturating_sub(INDENT + 2 + figure_columns);
    let label = fit(label, label_columns);
    let padding = " ".repeat(label_columns.saturating_sub(label.width()) + 1 + figure_columns - figure.width());
    format!("  {label}{padding}{figure}")
}
