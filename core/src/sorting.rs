//! Sorting of short lists.
//!
//! The standard library's sorts are made for long ones, and each type of list brings four kilobytes of them along: of the app's
//! second part that was a twelfth. Here one of them sorts the places, and the list is put in their order. What may be
//! long, as the lists of the index are, is sorted by the standard library.

use std::cmp::Ordering;

/// Lists that can be sorted, stably.
pub trait Order<T> {
    /// As [`slice::sort_by`].
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// As [`slice::sort_by_key`].
    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let from = places(self.len(), &mut |a, b| compare(&self[a], &self[b]));
        put(from, &mut |a, b| self.swap(a, b));
    }
}

/// Puts what stands at each place where it belongs: `from` says for each place where what belongs there stands.
fn put(mut from: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for first in 0..from.len() {
        // What stands at the first place of a circle goes along it, each step bringing what belongs there.
        let mut at = first;
        loop {
            let next = std::mem::replace(&mut from[at], at);
            if next == first {
                break;
            }
            swap(at, next);
            at = next;
        }
    }
}

/// The places of a list in the order of what stands there.
fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(list in prop::collection::vec((0_u8..9, any::<u16>()), 0..90)) {
            let (mut ours, mut theirs) = (list.clone(), list);
            ours.order_by_key(|item| item.0);
            theirs.sort_by_key(|item| item.0);
            prop_assert_eq!(&ours, &theirs, "stably");
            ours.order_by(|a, b| b.cmp(a));
            theirs.sort_by(|a, b| b.cmp(a));
            prop_assert_eq!(ours, theirs);
        }
    }
}
