//! A list that mostly has one member.

use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// One without a list around it, or several.
#[derive(Debug, Clone)]
pub(crate) enum Few<T> {
    /// The usual case: no memory of its own.
    One(T),
    /// Any number.
    Several(Vec<T>),
}

impl<T: Copy> Few<T> {
    /// These.
    pub(crate) fn of(all: &[T]) -> Self {
        match all {
            [one] => Self::One(*one),
            all => Self::Several(all.to_vec()),
        }
    }
}

impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Few<T> {}

impl<T: Hash> Hash for Few<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
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
