//! The tree of pages of a PDF, and whether it leads to every page.

use super::file::File;
use super::objects::Object;

/// Pages that are read; a paper with more is refused.
const MAX_PAGES: usize = 5_000;
/// Trees within trees.
const MAX_DEPTH: usize = 32;

/// The pages of a file.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// In order, each with the resources that it inherits; nothing for one that is not there.
    pub(super) pages: Vec<(Object, Object)>,
    /// The tree does not say, or says wrongly, how many there are.
    pub(super) is_doubtful: bool,
}

/// Finds the pages.
pub(super) fn pages(file: &File<'_>) -> Pages {
    let mut found = Pages::default();
    if let Some(catalog) = file.catalog() {
        let mut steps = MAX_PAGES * 4;
        let root = catalog.get("Pages");
        found.is_doubtful = file.get(&file.resolve(root), "Kids").list().is_empty();
        walk(file, (root, &Object::Null), 0, &mut steps, &mut found);
    }
    found
}

fn walk(file: &File<'_>, (node, above): (&Object, &Object), depth: usize, steps: &mut usize, found: &mut Pages) {
    if *steps == 0 || found.pages.len() >= MAX_PAGES {
        file.give_up();
    }
    let Some(left) = steps
        .checked_sub(1)
        .filter(|_| depth < MAX_DEPTH && !file.is_too_large())
    else {
        return;
    };
    *steps = left;
    let node = file.resolve(node);
    if !matches!(node, Object::Dictionary(_)) {
        found.pages.push((Object::Null, Object::Null));
        return;
    }
    let own = file.get(&node, "Resources");
    let resources = if own == Object::Null { file.copy(above) } else { own };
    let Object::List(kids) = file.get(&node, "Kids") else {
        found.is_doubtful |= node.get("Type").name() == "Pages";
        found.pages.push((node, resources));
        return;
    };
    let before = found.pages.len();
    for kid in &kids {
        walk(file, (kid, &resources), depth + 1, steps, found);
    }
    let count = file.get(&node, "Count").count();
    found.is_doubtful |= count.is_some_and(|count| count != found.pages.len() - before);
}
