//! Every decision can be replayed from its proof, and no altered one passes.

use jiff::civil::date;
use proptest::prelude::*;
use tieout_match::replay::{Departure, replay};
use tieout_match::{Engine, Explainer, Group, Input, Items, Model, NewItem, Prior, Settings};

const TEXTS: [&str; 6] = ["INV-1042 ACME", "ACME", "PAYOUT 881", "RENT", "FEE", ""];

prop_compose! {
    fn items()(rows in prop::collection::vec((0_i8..28, prop::sample::select(vec![100_i64, 2_500, -2_500, 9_700, 9_790, 12_200]), prop::sample::select(TEXTS.to_vec())), 1..14)) -> Items {
        let mut items = Items::default();
        for (day, amount, text) in rows {
            let item = NewItem {
                date: date(2026, 3, 1 + day),
                amount,
                description: text,
                counterparty: text,
                reference: text,
                ..NewItem::default()
            };
            items.push(&item).unwrap();
        }
        items
    }
}

fn decided(lines: Items, entries: Items) -> (Vec<Group>, Model, Settings) {
    let input = Input { lines, entries };
    let engine = Engine::new(&input);
    let model = engine.train(&Prior::default());
    let mut settings = Settings::new(date(2026, 3, 31));
    settings.automatic_ppm = 900_000;
    settings.suggested_ppm = 100_000;
    let mut groups = engine.run(&model, &settings, &mut |_| ()).groups;
    let mut explainer = Explainer::new(&engine, &model, &settings);
    for group in &mut groups {
        group.proof.evidence = explainer.evidence(group);
    }
    (groups, model, settings)
}

proptest! {
    #[test]
    fn what_the_engine_decides_replays(lines in items(), entries in items()) {
        let (groups, model, settings) = decided(lines, entries);
        for group in &groups {
            prop_assert_eq!(replay(group, &model, &settings), Ok(()), "{:?}", group);
        }
    }

    #[test]
    fn what_was_altered_does_not(lines in items(), entries in items(), by in 1_u32..400_000, what in 0..4) {
        let (groups, model, settings) = decided(lines, entries);
        for mut group in groups {
            match what {
                0 => group.confidence_ppm = (group.confidence_ppm + by) % 1_000_001,
                1 => group.proof.score += 1,
                2 => group.proof.model_hash ^= 1,
                _ => {
                    let Some(evidence) = group.proof.evidence.first_mut() else { continue };
                    evidence.weight += 1;
                }
            }
            let replayed: Result<(), Departure> = replay(&group, &model, &settings);
            prop_assert!(replayed.is_err(), "{:?}", group);
        }
    }
}
