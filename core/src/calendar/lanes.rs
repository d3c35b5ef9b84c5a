//! What happens at the same time stands side by side.

/// The place of something beside others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lane {
    /// Which lane, from 0.
    pub at: usize,
    /// How many there are where it stands.
    pub of: usize,
}

/// A lane for each of these spans (from, until), which must come in the order of their beginnings: no two that overlap share
/// one, and those that overlap, directly or by others, have lanes of one width.
pub fn lanes(spans: &[(i64, i64)]) -> Vec<Lane> {
    let mut placed: Vec<Lane> = Vec::with_capacity(spans.len());
    // Where each lane of the group under way ends, and where the group begins.
    let (mut ends, mut group): (Vec<i64>, usize) = (Vec::new(), 0);
    for (index, (from, until)) in spans.iter().copied().enumerate() {
        if ends.iter().all(|end| *end <= from) {
            widen(&mut placed[group..], ends.len());
            ends.clear();
            group = index;
        }
        let at = ends.iter().position(|end| *end <= from).unwrap_or_else(|| {
            ends.push(from);
            ends.len() - 1
        });
        ends[at] = until;
        placed.push(Lane { at, of: 1 });
    }
    widen(&mut placed[group..], ends.len());
    placed
}

fn widen(group: &mut [Lane], of: usize) {
    for lane in group {
        lane.of = of;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lane(at: usize, of: usize) -> Lane {
        Lane { at, of }
    }

    #[test]
    fn those_that_overlap_share_the_width() {
        assert_eq!(lanes(&[]), []);
        assert_eq!(lanes(&[(0, 60), (60, 90)]), [lane(0, 1), lane(0, 1)]);
        assert_eq!(lanes(&[(0, 60), (30, 90), (60, 90), (100, 110)]), [lane(0, 2), lane(1, 2), lane(0, 2), lane(0, 1)]);
    }

    proptest! {
        #[test]
        fn no_two_that_overlap_share_a_lane(spans in prop::collection::vec((0_i64..200, 1_i64..60), 0..40)) {
            let mut spans: Vec<(i64, i64)> = spans.into_iter().map(|(from, length)| (from, from + length)).collect();
            spans.sort_unstable();
            let placed = lanes(&spans);
            for (a, one) in placed.iter().enumerate() {
                prop_assert!(one.at < one.of);
                for (b, other) in placed.iter().enumerate().take(a) {
                    let overlap = spans[a].0 < spans[b].1 && spans[b].0 < spans[a].1;
                    prop_assert!(!overlap || (one.at != other.at && one.of == other.of));
                }
            }
        }
    }
}
