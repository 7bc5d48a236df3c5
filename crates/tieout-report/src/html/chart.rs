//! A small chart of how far bank and books are apart, day by day: steps over time, drawn with integers.

use super::amount::signed;
use crate::report::Report;
use tieout_core::Date;

/// Inner size in tenths of a pixel, and what is left free around it.
const WIDTH: i128 = 9_000;
const HEIGHT: i128 = 1_500;
const TOP: i128 = 240;

/// The chart as coordinates of a picture of 900 by 204.
pub(super) struct Chart {
    /// The steps, as a path.
    pub line: String,
    /// The same, closed along the line of zero.
    pub area: String,
    /// Height of the line of zero.
    pub zero: String,
    /// Marks of the highest and the lowest point that are not zero, and of the end where there is room.
    pub marks: Vec<Mark>,
    pub first: String,
    pub last: String,
    /// For those who cannot see it.
    pub description: String,
}

/// A point with its amount.
pub(super) struct Mark {
    pub x: String,
    pub y: String,
    pub label_y: String,
    pub anchor: &'static str,
    pub label: String,
}

/// A point in time and how far apart both are from it on.
struct Step {
    x: i128,
    off: i64,
}

impl Chart {
    /// `None` if bank and books agree on every day.
    pub(super) fn of(report: &Report<'_>) -> Option<Self> {
        let days = &report.result.parting.days;
        let period = report.result.identification.period;
        let first = days.first()?.date.min(period.first());
        let last = days.last()?.date.max(period.last());
        let span = i128::from(days_between(first, last).max(1));
        let x = |date: Date| i128::from(days_between(first, date)) * WIDTH / span;
        let steps: Vec<Step> = days
            .iter()
            .map(|day| Step {
                x: x(day.date),
                off: day.off,
            })
            .collect();
        let scale = Scale::of(&steps);
        let path = path(&steps, &scale);
        let zero = tenths(scale.y(0));
        let highest = steps.iter().max_by_key(|step| step.off)?;
        let lowest = steps.iter().min_by_key(|step| step.off)?;
        let marks = [highest, lowest].into_iter().filter(|step| step.off != 0);
        let mut marks: Vec<Mark> = marks.map(|step| mark(report, step, &scale)).collect();
        marks.dedup_by(|a, b| a.x == b.x && a.y == b.y);
        let end = steps.last()?;
        if [highest, lowest]
            .iter()
            .all(|step| step.x < WIDTH * 8 / 10 && step.off != end.off)
            && end.off != 0
        {
            marks.push(mark(report, &Step { x: WIDTH, off: end.off }, &scale));
        }
        Some(Self {
            area: format!("{path}V{zero}H0Z"),
            line: path,
            zero,
            marks,
            first: first.to_string(),
            last: last.to_string(),
            description: format!(
                "Bank less books from {first} to {last}: highest {}, lowest {}, {} at the end",
                signed(report, highest.off.max(0)),
                signed(report, lowest.off.min(0)),
                signed(report, days.last()?.off),
            ),
        })
    }
}

/// From amounts to heights; zero is always in the picture.
struct Scale {
    low: i128,
    span: i128,
}

impl Scale {
    fn of(steps: &[Step]) -> Self {
        let offs = || steps.iter().map(|step| i128::from(step.off)).chain([0]);
        let low = offs().min().unwrap_or(0);
        let high = offs().max().unwrap_or(0);
        Self {
            low,
            span: (high - low).max(1),
        }
    }

    fn y(&self, off: i64) -> i128 {
        TOP + HEIGHT - (i128::from(off) - self.low) * HEIGHT / self.span
    }
}

/// From zero at the left, a step at each day, to the right.
fn path(steps: &[Step], scale: &Scale) -> String {
    let begin = format!("M0 {}", tenths(scale.y(0)));
    let moves = steps
        .iter()
        .map(|step| format!("H{}V{}", tenths(step.x), tenths(scale.y(step.off))));
    let end = format!("H{}", tenths(WIDTH));
    [begin].into_iter().chain(moves).chain([end]).collect()
}

fn mark(report: &Report<'_>, step: &Step, scale: &Scale) -> Mark {
    let y = scale.y(step.off);
    let anchor = if step.x > WIDTH * 3 / 4 { "end" } else { "start" };
    Mark {
        x: tenths(step.x),
        y: tenths(y),
        label_y: tenths(if step.off > 0 { y - 90 } else { y + 210 }),
        anchor,
        label: signed(report, step.off),
    }
}

fn days_between(first: Date, last: Date) -> i32 {
    first.until(last).map_or(0, |span| span.get_days())
}

fn tenths(value: i128) -> String {
    format!("{}.{}", value / 10, (value % 10).abs())
}
