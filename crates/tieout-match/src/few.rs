//! A list that mostly has one member.

use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};

/// One without a list around it, or several.
#[derive(Debug, Clone)]
pub enum Few<T> {
    /// The usual case: no memory of its own.
    One(T),
    /// Any number.
    Several(Vec<T>),
}

impl<T: Copy> Few<T> {
    /// These.
    pub fn of(all: &[T]) -> Self {
        match all {
            [one] => Self::One(*one),
            all => Self::Several(all.to_vec()),
        }
    }
}

impl<T> Few<T> {
    /// All of them.
    pub fn as_slice(&self) -> &[T] {
        self
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

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::One(one) => std::slice::from_mut(one),
            Self::Several(all) => all,
        }
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        let mut members = members.into_iter();
        match (members.next(), members.next()) {
            (Some(one), None) => Self::One(one),
            (first, second) => Self::Several(first.into_iter().chain(second).chain(members).collect()),
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
            assert_eq!(members.iter().copied().collect::<Few<i32>>(), Few::from(members));
        }
        assert!(matches!(Few::from(vec![1]), Few::One(1)));
    }
}
