//! A list that mostly has one member.

use std::ops::Deref;

/// One without a list around it, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Few<T> {
    /// The usual case: no memory of its own.
    One(T),
    /// Any number.
    Several(Vec<T>),
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all,
        }
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(all: Vec<T>) -> Self {
        match <[T; 1]>::try_from(all) {
            Ok([one]) => Self::One(one),
            Err(all) => Self::Several(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_several_read_alike() {
        for members in [vec![], vec![7], vec![7, 8, 9]] {
            assert_eq!(Few::from(members.clone())[..], members[..]);
        }
        assert!(matches!(Few::from(vec![1]), Few::One(1)));
    }
}
