//! Rules before, beside and after the engine.

use jiff::civil::date;
use tieout_core::Currency;
use tieout_match::{Engine, ExceptionClass, HeldBack, Input, Items, NewItem, Prior, Reason, Settings, Tier};
use tieout_reconcile::result::{RulingKind, Subject};
use tieout_rules::run::counts;
use tieout_rules::{Before, Decided, Form, Proposal, Rulebook, Ruled, What, propose, run};

/// Items from lines: day of March 2026, cents, description, counterparty, reference.
fn items(rows: &[(i8, i64, &str, &str, &str)]) -> Items {
    let mut items = Items::default();
    for (day, amount, description, counterparty, reference) in rows {
        items
            .push(&NewItem {
                date: date(2026, 3, *day),
                amount: *amount,
                description,
                counterparty,
                reference,
                ..NewItem::default()
            })
            .unwrap();
    }
    items
}

fn books() -> Input {
    Input {
        lines: items(&[
            (3, 25_000, "ACME GMBH INV-1001", "", ""),
            (6, -8_050, "OFFICE SUPPLIES BILL 77", "", ""),
            (9, -60_000, "STANDING ORDER RENT MARCH", "", ""),
            (10, -1_290, "ACCOUNT FEES MARCH", "", ""),
            (12, -4_999, "MOBILE 0171", "", ""),
        ]),
        entries: items(&[
            (2, 25_000, "Invoice", "Acme GmbH", "INV-1001"),
            (5, -8_050, "Bill", "Office Supplies", "77"),
            (9, -60_000, "Rent March", "", ""),
            (2, 25_000, "Invoice", "Acme Wireless", "INV-1002"),
        ]),
    }
}

fn ruled(rules: &str) -> Ruled {
    ruled_in(&books(), rules)
}

fn ruled_in(input: &Input, rules: &str) -> Ruled {
    let euro: Currency = "EUR".parse().unwrap();
    let text = format!("schema = 'tieout-rules-1'\n{rules}");
    let book = Rulebook::parse(&text, Form::Toml, euro).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
    let engine = Engine::new(input);
    let model = engine.train(&Prior::default());
    let settings = Settings::new(date(2026, 3, 31));
    let case = Before {
        accepted: &[],
        rejected: &[],
        input,
        engine: &engine,
        model: &model,
        settings: &settings,
        accounts: &["DE02120300000000202051 assets:bank".into()],
    };
    run(&book, case, &mut |_| ()).unwrap()
}

/// Automatic groups as `line=entry`, by line.
fn matches(ruled: &Ruled) -> Vec<(u32, Vec<u32>)> {
    let automatic = ruled
        .outcome
        .groups
        .iter()
        .filter(|group| group.tier == Tier::Automatic);
    let mut matches: Vec<_> = automatic
        .map(|group| {
            (
                group.lines[0].item,
                group.entries.iter().map(|part| part.item).collect(),
            )
        })
        .collect();
    matches.sort();
    matches
}

#[test]
fn without_rules_it_is_the_engine_alone() {
    let ruled = ruled("");
    let input = books();
    let model = tieout_match::train(&input, &Prior::default());
    let alone = tieout_match::run(&input, &model, &Settings::new(date(2026, 3, 31)), &mut |_| ());
    assert_eq!(ruled.outcome, alone);
}

#[test]
fn a_match_of_a_rule_names_the_rule_and_its_version() {
    let ruled = ruled("[[rule]]\nid='rent'\nrun='before'\nwhen.text='rent'\nthen.match.by=['amount', 'date']");
    let of_rule: Vec<_> = ruled
        .outcome
        .groups
        .iter()
        .filter(|group| group.proof.rule.is_some())
        .collect();
    let [group] = of_rule.as_slice() else {
        panic!("{of_rule:?}")
    };
    assert_eq!((group.lines[0].item, group.entries[0].item), (2, 2));
    assert_eq!((group.proof.found_by, group.tier), (Reason::Rule, Tier::Automatic));
    let rule = group.proof.rule.as_ref().unwrap();
    assert_eq!((rule.id.as_str(), rule.version.len()), ("rent", 16));
    let kinds: Vec<_> = ruled.decisions.rulings.iter().map(|ruling| ruling.kind).collect();
    assert_eq!(kinds, [RulingKind::Matched]);
}

#[test]
fn the_first_rule_that_fits_decides_unless_it_lets_others() {
    let two = |more: &str| {
        let rules = format!(
            "[[rule]]\nid='a'\n{more}when.text='fees'\nthen.code.account='One'\n\
             [[rule]]\nid='b'\nwhen.text='account fees'\nthen.code.account='Two'"
        );
        ruled(&rules).decisions.codings[0].parts[0].account.clone()
    };
    assert_eq!((two("").as_str(), two("continue=true\n").as_str()), ("One", "Two"));
}

#[test]
fn a_rule_that_finds_nothing_lets_the_next_one_look() {
    let ruled = ruled(
        "[[rule]]\nid='a'\nwhen.text='fees'\nthen.match.by=['amount']\n\
         [[rule]]\nid='b'\nwhen.text='fees'\nthen.split=[{account='Large', amount='500'}, {account='Rest', rest=true}]\n\
         [[rule]]\nid='c'\nwhen.text='fees'\nthen.code={account='Fees', tax='EXEMPT'}",
    );
    let told: Vec<_> = ruled
        .applied
        .iter()
        .map(|applied| (applied.rule, applied.what))
        .collect();
    assert_eq!(told, [(0, What::NoEntry), (1, What::SplitTooLarge), (2, What::Coded)]);
    assert_eq!(ruled.decisions.codings[0].parts[0].tax_code, "EXEMPT");
}

#[test]
fn a_split_is_exact_and_its_rest_is_named() {
    let ruled = ruled(
        "[[rule]]\nid='phone'\nwhen.text='mobile'\n\
         then.split=[{account='Private', percent='33.3'}, {account='Fixed', amount='5'}, {account='Phone', rest=true}]",
    );
    let parts: Vec<_> = ruled.decisions.codings[0]
        .parts
        .iter()
        .map(|part| (part.account.as_str(), part.amount))
        .collect();
    assert_eq!(parts, [("Private", -1_665), ("Fixed", -500), ("Phone", -2_834)]);
}

#[test]
fn after_the_engine_a_rule_leaves_its_matches_alone() {
    let alone = matches(&ruled(""));
    let ruled = ruled("[[rule]]\nid='all'\nwhen={}\nthen.code.account='Suspense'");
    assert_eq!(matches(&ruled), alone);
    let coded: Vec<u32> = ruled.decisions.codings.iter().map(|coding| coding.line).collect();
    assert!(
        coded.contains(&3)
            && coded
                .iter()
                .all(|line| alone.iter().all(|(matched, _)| matched != line)),
        "{coded:?}"
    );
}

#[test]
fn before_the_engine_a_rule_keeps_its_lines_from_it() {
    let ruled = ruled("[[rule]]\nid='rent'\nrun='before'\nwhen.text='rent'\nthen.ignore='paid by the owner'");
    assert!(matches(&ruled).iter().all(|(line, _)| *line != 2));
    let ruling = &ruled.decisions.rulings[0];
    assert_eq!((ruling.kind, ruling.subject), (RulingKind::Ignored, Subject::Line(2)));
    assert_eq!(ruling.reason, "paid by the owner");
}

#[test]
fn beside_the_engine_agreement_is_named_and_contradiction_left_to_a_person() {
    let agreed = ruled("[[rule]]\nid='bill'\nrun='beside'\nwhen.text='bill'\nthen.match.by=['contact']");
    assert_eq!(matches(&agreed), matches(&ruled("")));
    assert_eq!(agreed.applied[0].what, What::Agreed);
    let against = ruled("[[rule]]\nid='rent'\nrun='beside'\nwhen.text='bill'\nthen.code.account='Suspense'");
    assert!(matches(&against).iter().all(|(line, _)| *line != 1));
    assert!(against.decisions.codings.is_empty());
    let held: Vec<_> = against
        .outcome
        .groups
        .iter()
        .filter_map(|group| group.proof.held_back)
        .collect();
    assert!(held.contains(&HeldBack::RuleDisagrees), "{held:?}");
}

#[test]
fn what_never_matches_is_never_matched() {
    assert!(matches(&ruled("")).contains(&(0, vec![0])));
    let ruled = ruled("[[rule]]\nid='no'\nwhen.text='acme'\nthen.never_match.reference='INV-1001'");
    let together =
        ruled.outcome.groups.iter().any(|group| {
            group.lines.iter().any(|part| part.item == 0) && group.entries.iter().any(|part| part.item == 0)
        });
    assert!(!together);
    assert_eq!(counts(&ruled.applied).get(&(0, What::Kept)), Some(&1));
}

#[test]
fn several_entries_that_fit_are_left_to_a_person() {
    let ruled = ruled("[[rule]]\nid='acme'\nrun='before'\nwhen.text='acme'\nthen.match.by=['amount']");
    assert_eq!(ruled.applied[0].what, What::Undecided);
    let kind = ruled
        .decisions
        .rulings
        .iter()
        .find(|ruling| ruling.rule.id == "acme")
        .unwrap()
        .kind;
    assert_eq!(kind, RulingKind::Undecided);
}

#[test]
fn lines_that_want_the_same_entry_are_left_to_a_person_in_any_order() {
    let mut input = books();
    input.lines = items(&[(9, -60_000, "RENT A", "", ""), (9, -60_000, "RENT B", "", "")]);
    let ruled = ruled_in(
        &input,
        "[[rule]]\nid='r'\nrun='before'\nwhen.text='rent'\nthen.match.by=['date']",
    );
    let told: Vec<_> = ruled.applied.iter().map(|applied| applied.what).collect();
    assert_eq!(told, [What::Undecided, What::Undecided]);
    assert!(
        ruled
            .outcome
            .groups
            .iter()
            .all(|group| group.proof.found_by != Reason::Rule || group.tier == Tier::Suggested)
    );
}

#[test]
fn all_entries_that_fit_sum_to_the_line_but_for_a_fee() {
    let input = Input {
        lines: items(&[(5, 9_750, "PAYOUT PO-88123", "", "")]),
        entries: items(&[
            (3, 6_000, "Sale", "", "88123"),
            (4, 4_000, "Sale", "", "PO-88123"),
            (4, 4_000, "Sale", "", "88124"),
        ]),
    };
    let ruled = ruled_in(
        &input,
        "[[rule]]\nid='payout'\nrun='before'\nwhen.text.starts='payout'\n\
         then.match={by=['reference'], entries='all', difference={max='3.00', as='fee'}}",
    );
    assert_eq!(matches(&ruled), [(0, vec![0, 1])]);
    assert_eq!(ruled.outcome.groups[0].residuals[0].amount, -250);
}

#[test]
fn rules_are_proposed_from_what_was_booked_again_and_again() {
    let decided = |text: &str, amount, account: &str| Decided {
        text: text.into(),
        amount,
        account: account.into(),
    };
    let mut all = Vec::new();
    for month in 1..=4 {
        all.push(decided(
            &format!("CARD PURCHASE 44{month} DROPBOX*PLAN"),
            -3_700,
            "Software",
        ));
        all.push(decided(
            &format!("CARD PURCHASE 17{month} ADOBE INC"),
            -2_100,
            "Software",
        ));
        all.push(decided(
            &format!("CARD PURCHASE 09{month} SHELL STATION"),
            -5_000,
            "Fuel",
        ));
        all.push(decided(&format!("ACCOUNT FEES {month}"), -1_290, "Fees"));
    }
    all.push(decided("CARD PURCHASE 1 BAKERY", -300, "Staff"));
    let proposals = propose(&all, 3, 2);
    let told: Vec<_> = proposals
        .iter()
        .map(|one| (one.rule.id.as_str(), one.support, one.exceptions))
        .collect();
    assert_eq!(
        told,
        [
            ("account-fees", 4, 0),
            ("purchase-station", 4, 0),
            ("purchase-adobe", 4, 0),
            ("purchase-dropbox", 4, 0)
        ]
    );
    let file = Proposal::file(&proposals, 2);
    let book = Rulebook::parse(&file, Form::Toml, "EUR".parse().unwrap()).unwrap();
    assert_eq!(
        book.rules,
        proposals.into_iter().map(|one| one.rule).collect::<Vec<_>>()
    );
}

#[test]
fn too_many_exceptions_make_no_rule() {
    let decided = |account: &str| Decided {
        text: "TRANSFER J SMITH".into(),
        amount: -100,
        account: account.into(),
    };
    let all = [decided("Rent"), decided("Rent"), decided("Rent"), decided("Private")];
    assert!(propose(&all, 3, 2).is_empty());
}

#[test]
fn a_line_whose_twin_a_rule_matched_after_the_engine_is_a_duplicate() {
    let mut input = Input::default();
    let repair = [
        (21, -24_000, "GARAGE HILLSIDE 449911", "", ""),
        (22, -24_000, "GARAGE HILLSIDE 449911", "", ""),
    ];
    let card = |number: i8, name| (number, -1_050 - i64::from(number) * 111, name, "", "");
    let mut lines: Vec<_> = (2..20).map(|day| card(day, "CARD Alder Stationery")).collect();
    lines.extend(repair);
    let mut entries: Vec<_> = (2..20).map(|day| card(day, "Alder Stationery")).collect();
    entries.push((21, -24_000, "Van repair", "", ""));
    input.lines = items(&lines);
    input.entries = items(&entries);
    let rule = "[[rule]]\nid='garage'\nrun='after'\nwhen.text='garage'\nthen.match.by=['amount', 'date']";
    let ruled = ruled_in(&input, rule);
    let exceptions = ruled.outcome.exceptions.iter();
    let second: Vec<_> = exceptions.filter(|exception| exception.item == 19).collect();
    let classes: Vec<_> = second.iter().map(|exception| exception.class).collect();
    assert_eq!(classes, [ExceptionClass::DuplicateLine]);
}
