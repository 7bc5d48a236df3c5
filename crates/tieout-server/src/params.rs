//! Query parameters, as the documents describe them.

/// What may be said in the query under a name.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it means, for people.
    pub meaning: &'static str,
    /// What its text may be.
    pub shape: ParamShape,
}

/// What a parameter's text may be.
#[derive(Debug, Clone, Copy)]
pub enum ParamShape {
    /// Any.
    Text,
    /// `YYYY-MM-DD`.
    Day,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A whole number.
    Number {
        /// The smallest.
        least: i64,
        /// The largest, if there is one.
        most: Option<i64>,
        /// What counts where it is left out.
        default: i64,
    },
}

impl Param {
    /// Any text.
    pub(crate) const fn text(name: &'static str, meaning: &'static str) -> Self {
        let shape = ParamShape::Text;
        Self { name, meaning, shape }
    }

    /// A day.
    pub(crate) const fn day(name: &'static str, meaning: &'static str) -> Self {
        let shape = ParamShape::Day;
        Self { name, meaning, shape }
    }

    /// One of a few values.
    pub(crate) const fn choice(name: &'static str, meaning: &'static str, values: &'static [&'static str]) -> Self {
        let shape = ParamShape::Choice(values);
        Self { name, meaning, shape }
    }
}

/// Rows of a page unless the request says.
pub(crate) const DEFAULT_LIMIT: i64 = 20;
/// Rows of a page at most.
pub(crate) const MAX_LIMIT: i64 = 100;

/// How many rows a page has.
pub(crate) const LIMIT: Param = Param {
    name: "limit",
    meaning: "default 20, at most 100",
    shape: ParamShape::Number {
        least: 1,
        most: Some(MAX_LIMIT),
        default: DEFAULT_LIMIT,
    },
};

/// How many rows come before the page.
pub(crate) const OFFSET: Param = Param {
    name: "offset",
    meaning: "default 0",
    shape: ParamShape::Number {
        least: 0,
        most: None,
        default: 0,
    },
};
