//! The figures next to what is asked of them.

use super::Cell;
use super::score::{Counted, SHAPES, Score, interval};
use std::collections::BTreeMap;
use tieout_testkit::world::Difficulty;

pub(crate) const HEAD: &str = "| | groups | automatic: precision @ recall | recall at the precision asked | with suggestions: F1 | 1:1 | n:1 | 1:n | n:m | calibration error | exceptions: micro / macro F1 | pairs F1 | at best | lines/s |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// Figures of a difficulty that are asked for.
struct Asked {
    precision: f64,
    recall: f64,
    f1: f64,
    shapes: [f64; 4],
    calibration: f64,
    exceptions: (f64, f64),
}

const ASKED: [Asked; 3] = [
    Asked {
        precision: 0.9995,
        recall: 0.95,
        f1: 0.99,
        shapes: [0.99, 0.95, 0.92, 0.80],
        calibration: 0.01,
        exceptions: (0.92, 0.85),
    },
    Asked {
        precision: 0.999,
        recall: 0.85,
        f1: 0.97,
        shapes: [0.98, 0.90, 0.85, 0.65],
        calibration: 0.015,
        exceptions: (0.85, 0.70),
    },
    Asked {
        precision: 0.997,
        recall: 0.60,
        f1: 0.90,
        shapes: [0.93, 0.70, 0.60, 0.40],
        calibration: 0.04,
        exceptions: (0.65, 0.55),
    },
];

/// A share with its interval if few things make it.
fn share(counted: Counted) -> String {
    if counted.actual == 0 {
        return String::new();
    }
    let (low, high) = interval(counted.right, counted.actual);
    let value = counted.recall();
    if counted.actual < 200 {
        format!("{value:.3} [{low:.2}, {high:.2}]")
    } else {
        format!("{value:.3}")
    }
}

pub(crate) fn row(name: &str, score: &Score) -> String {
    row_at(name, score, 0.999)
}

fn row_at(name: &str, score: &Score, precision: f64) -> String {
    let shapes: Vec<String> = score.shapes.iter().map(|shape| share(*shape)).collect();
    let (micro, macro_f1) = score.exceptions();
    let at_best = if score.oracle.groups == 0 {
        String::new()
    } else {
        format!("{:.3}", score.oracle.found / score.oracle.groups as f64)
    };
    format!(
        "| {name} | {} | {:.4} @ {:.3} | {:.3} | {:.4} | {} | {:.4} | {micro:.3} / {macro_f1:.3} | {:.4} | {at_best} | {:.0} |",
        score.top.actual,
        score.automatic.precision(),
        score.automatic.recall(),
        score.recall_at(precision),
        score.top.f1(),
        shapes.join(" | "),
        score.calibration_error(),
        score.top_pairs.f1(),
        score.lines as f64 / score.seconds.max(1e-9),
    )
}

fn asked_row(name: &str, asked: &Asked) -> String {
    let shapes: Vec<String> = asked.shapes.iter().map(|shape| format!("{shape:.2}")).collect();
    format!(
        "| *asked, {name}* | | {:.4} @ {:.2} | {:.2} | {:.2} | {} | {:.3} | {:.2} / {:.2} | | | |",
        asked.precision,
        asked.recall,
        asked.recall,
        asked.f1,
        shapes.join(" | "),
        asked.calibration,
        asked.exceptions.0,
        asked.exceptions.1,
    )
}

/// Per difficulty over all businesses, then each business, then shapes and classes.
pub(crate) fn print(cells: &[&Cell]) {
    println!("{HEAD}");
    let of = |difficulty: Difficulty| cells.iter().filter(move |cell| cell.wanted.difficulty == difficulty);
    for (difficulty, asked) in Difficulty::ALL.into_iter().zip(&ASKED) {
        let all = sum(of(difficulty).map(|cell| &cell.score));
        if all.lines > 0 {
            println!(
                "| **{}** {}",
                difficulty.name(),
                &row_at("", &all, asked.precision)[2..]
            );
            println!("{}", asked_row(difficulty.name(), asked));
        }
    }
    for (difficulty, asked) in Difficulty::ALL.into_iter().zip(&ASKED) {
        let mut businesses: BTreeMap<&str, Score> = BTreeMap::new();
        for cell in of(difficulty) {
            businesses.entry(cell.wanted.business).or_default().add(&cell.score);
        }
        for (business, score) in businesses {
            println!(
                "{}",
                row_at(&format!("{} {business}", difficulty.name()), &score, asked.precision)
            );
        }
    }
    for difficulty in Difficulty::ALL {
        let all = sum(of(difficulty).map(|cell| &cell.score));
        if all.lines == 0 {
            continue;
        }
        let intervals: Vec<String> = all
            .shapes
            .iter()
            .zip(SHAPES)
            .map(|(shape, name)| format!("{name} {} of {}", shape.right, shape.actual))
            .collect();
        println!(
            "\n{}: {}; automatic {} of {} proposed right",
            difficulty.name(),
            intervals.join(", "),
            all.automatic.right,
            all.automatic.proposed
        );
        if all.oracle.groups > 0 {
            let at_best = all.oracle.of_shapes.iter().zip(SHAPES);
            let shares: Vec<String> = at_best
                .map(|((groups, found), name)| format!("{name} {:.3}", found / (*groups).max(1) as f64))
                .collect();
            println!("  at best: {}", shares.join(", "));
        }
        if all.compared.actual > 0 {
            println!(
                "  of {} true pairs {:.5} are compared",
                all.compared.actual,
                all.compared.recall()
            );
        }
        for (name, (automatic, right, actual)) in &all.subtypes {
            println!(
                "  {name:24} automatic {:.3}  with suggestions {:.3}  of {actual}",
                super::score::ratio(*automatic, *actual),
                super::score::ratio(*right, *actual)
            );
        }
        for ((automatic, way, shape), found) in &all.ways {
            let tier = if *automatic { "automatic" } else { "suggested" };
            println!(
                "  {way:16} {shape} {tier}: right {:.3} of {}, counted on {:.3}",
                super::score::ratio(found.right, found.all),
                found.all,
                super::score::ratio(found.ppm, found.all * 1_000_000)
            );
        }
        for ((name, fate), count) in &all.fates {
            println!("  {name:24} missed, {}: {count}", fate.name());
        }
        for (class, counted) in &all.classes {
            println!(
                "  {class:24} precision {:.3}  recall {:.3}  F1 {:.3}  of {}",
                counted.precision(),
                counted.recall(),
                counted.f1(),
                counted.actual
            );
        }
    }
}

pub(crate) fn sum<'a>(scores: impl Iterator<Item = &'a Score>) -> Score {
    let mut all = Score::default();
    scores.for_each(|score| all.add(score));
    all
}
