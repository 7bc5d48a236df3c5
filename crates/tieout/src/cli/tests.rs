//! The help of every command: it has examples, and they can be given as they stand.

use super::Cli;
use clap::{Command, CommandFactory};

/// Every command and group, with the words that call it.
fn tree(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
    found.push((path.to_owned(), command.clone()));
    for child in command.get_subcommands().filter(|child| child.get_name() != "help") {
        tree(child, &format!("{path} {}", child.get_name()), found);
    }
}

fn all() -> Vec<(String, Command)> {
    let mut found = Vec::new();
    tree(&Cli::command(), "tieout", &mut found);
    found
}

/// The command in a line of examples: without the shell around it and the words behind it.
fn example(line: &str) -> Option<Vec<String>> {
    let command = &line[line.find("tieout ")?..];
    let end = ["  ", " | ", " > ", ")"]
        .iter()
        .filter_map(|mark| command.find(mark))
        .min();
    let (mut words, mut quoted) = (vec![String::new()], false);
    for letter in command[..end.unwrap_or(command.len())].chars() {
        match letter {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut()?.push(letter),
        }
    }
    Some(words)
}

#[test]
fn every_command_and_group_has_examples_of_itself() {
    let commands = all();
    assert!(commands.len() > 20, "{}", commands.len());
    for (path, command) in commands {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let (_, examples) = help
            .split_once("Examples:\n")
            .unwrap_or_else(|| panic!("{path}: no examples"));
        let first = examples.lines().next().unwrap_or_default();
        assert!(first.contains(&path), "{path}: {first}");
    }
}

#[test]
fn every_example_is_a_command_that_is_understood() {
    for (path, command) in all() {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = help.split_once("Examples:\n").map_or("", |(_, rest)| rest);
        let examples = examples.replace(" \\\n      ", " ");
        let block = examples.lines().take_while(|line| !line.starts_with("Exit codes"));
        // What an example does may stand on the next line, set in further.
        let block = block.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        for words in block.filter_map(example) {
            if let Err(error) = Cli::command().try_get_matches_from(&words) {
                panic!("{path}: {words:?}: {error}");
            }
        }
    }
}

#[test]
fn every_example_fits_a_terminal_and_can_be_copied() {
    for (path, command) in all() {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let is_command = |line: &&str| {
            ["tieout ", "KEY=", "--", "|"]
                .iter()
                .any(|begin| line.trim_start().starts_with(begin))
        };
        for line in help.lines().filter(is_command) {
            assert!(line.chars().count() <= 80, "{path}: {line}");
        }
    }
}
