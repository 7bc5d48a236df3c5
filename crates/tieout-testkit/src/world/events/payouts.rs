//! Sales that a processor collects, and pays out less its fee.

use super::super::bank::Voice;
use super::super::making::{Entry, Line, Making, NOBODY};
use super::mark;
use jiff::ToSpan;

pub(super) fn payout(making: &mut Making) {
    let number = making.series[1];
    making.series[1] += 1;
    let processors = making.business.processors;
    let count = i64::try_from(processors.len()).unwrap_or(1).max(1);
    let Some(processor) = processors.get(usize::try_from(number % count).unwrap_or(0)) else {
        return;
    };
    // Each processor pays out each terminal's day once.
    let (round, days) = (number / count, making.days);
    let (terminal, day) = (round / days, making.start.saturating_add((round % days).days()));
    let sales = if making.dice.chance(100) {
        making.dice.between(18, 40)
    } else {
        making.dice.between(2, 17)
    };
    let label = if terminal == 0 {
        processor.name.to_owned()
    } else {
        format!("{} {terminal:03}", processor.name)
    };
    let wording = &making.business.locale.wording;
    let (sale, refund) = (wording.sale, wording.refund);
    let (mut gross, mut fee) = (0, 0);
    making.group("processor_payout");
    // What was sold after the processor's day ended has the date of the evening and comes with the next day's payout.
    let evening = if making.dice.chance(making.level.evening) {
        making.dice.between(1, 3)
    } else {
        0
    };
    for place in 0..sales {
        let (mut amount, document) = (making.amount(), making.number());
        let back = making.dice.chance(45);
        if back {
            amount = -amount;
        }
        // Fees of what is paid back are kept by some and returned by none.
        fee += if back {
            0
        } else {
            (amount * processor.share + 5_000) / 10_000 + processor.fixed
        };
        let templates = if back { refund } else { sale };
        let date = if place < evening {
            day.saturating_add((-1).days())
        } else {
            day
        };
        making.entry(&Entry {
            date,
            amount,
            templates,
            contact: NOBODY,
            name: &label,
            document: &document,
            check: "",
        });
        gross += amount;
    }
    let paid = if processor.pays_gross { gross } else { gross - fee };
    let date = day.saturating_add(processor.delay.days());
    making.line(&Line {
        date,
        amount: paid,
        voice: Voice::Payout,
        contact: NOBODY,
        name: &label,
        document: "",
        foreign: "",
        day,
    });
    if paid != gross {
        mark(making, "processor_fee");
    }
}
