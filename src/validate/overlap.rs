//! Which of a disk's partitions overlap, without comparing each with each.

use crate::model::ignition::Partition;

/// A partition with a place of its own: first and last MiB. A negative size, which nothing refuses, ends before it
/// starts.
#[derive(Clone, Copy)]
struct Extent {
    index: usize,
    start: i64,
    end: i64,
}

impl Extent {
    /// `None` for a partition that is placed by what is free on the disk.
    fn of(index: usize, partition: &Partition) -> Option<Self> {
        let start = partition.start_mib.filter(|&start| start != 0)?;
        let size = partition.size_mib?;
        let end = if size == 0 { start } else { start.wrapping_add(size).wrapping_sub(1) };
        Some(Self { index, start, end })
    }

    fn contains(&self, mib: i64) -> bool {
        self.start <= mib && mib <= self.end
    }

    /// As the reference asks: whether this one starts or ends within the other, or covers it.
    fn overlaps(&self, other: &Self) -> bool {
        other.contains(self.start) || other.contains(self.end) || (self.start < other.start && self.end > other.end)
    }
}

/// The first pair of partitions that overlap: the first partition that overlaps any, and the first that it overlaps.
pub(super) fn first_overlap(partitions: &[Partition]) -> Option<(usize, usize)> {
    let extents = || partitions.iter().enumerate().filter_map(|(index, partition)| Extent::of(index, partition));
    let first = first_overlapping(extents())?;
    let other = extents().find(|extent| extent.index != first.index && first.overlaps(extent))?;
    Some((first.index, other.index))
}

fn first_overlapping(extents: impl Iterator<Item = Extent>) -> Option<Extent> {
    let (mut forward, mut backward): (Vec<Extent>, Vec<Extent>) =
        extents.partition(|extent| extent.start <= extent.end);
    forward.sort_by_key(|extent| (extent.start, extent.index));
    backward.sort_by_key(|extent| std::cmp::Reverse(extent.start));
    let ends = highest_ends(&forward);
    let lowest = lowest_ends(&backward);

    let among_forward = forward.iter().enumerate().filter(|&(at, extent)| {
        let before = at > 0 && ends[at - 1] >= extent.start;
        let after = forward.get(at + 1).is_some_and(|next| next.start <= extent.end);
        before || after || covers_backward(extent, &backward, &lowest)
    });
    let inside = |mib: i64| {
        let before = forward.partition_point(|extent| extent.start <= mib);
        before > 0 && ends[before - 1] >= mib
    };
    let among_backward = backward
        .iter()
        .filter(|extent| inside(extent.start) || inside(extent.end) || covers_backward(extent, &backward, &lowest));
    among_forward.map(|(_, extent)| extent).chain(among_backward).min_by_key(|extent| extent.index).copied()
}

/// For each place in a list sorted by start, the highest end up to and with it.
fn highest_ends(extents: &[Extent]) -> Vec<i64> {
    let mut highest = i64::MIN;
    extents
        .iter()
        .map(|extent| {
            highest = highest.max(extent.end);
            highest
        })
        .collect()
}

/// For each place in a list sorted by start from the highest, the lowest end up to and with it.
fn lowest_ends(extents: &[Extent]) -> Vec<i64> {
    let mut lowest = i64::MAX;
    extents
        .iter()
        .map(|extent| {
            lowest = lowest.min(extent.end);
            lowest
        })
        .collect()
}

/// Whether an extent starts before one of negative size and ends after it.
fn covers_backward(extent: &Extent, backward: &[Extent], lowest: &[i64]) -> bool {
    let later = backward.partition_point(|other| other.start > extent.start);
    later > 0 && lowest[later - 1] < extent.end
}

#[cfg(test)]
mod tests {
    use super::{Extent, first_overlap};
    use crate::model::ignition::Partition;

    /// The reference's way, each with each.
    fn by_pairs(partitions: &[Partition]) -> Option<(usize, usize)> {
        let extents: Vec<Extent> = partitions.iter().enumerate().filter_map(|(at, one)| Extent::of(at, one)).collect();
        extents.iter().find_map(|one| {
            let other = extents.iter().find(|other| other.index != one.index && one.overlaps(other))?;
            Some((one.index, other.index))
        })
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_comparing_pairs(extents in proptest::collection::vec((-5i64..60, -6i64..9), 0..9)) {
            let partitions: Vec<Partition> = extents.iter().map(|&(start, size)| {
                Partition { start_mib: Some(start), size_mib: Some(size), ..Partition::default() }
            }).collect();
            proptest::prop_assert_eq!(first_overlap(&partitions), by_pairs(&partitions));
        }
    }
}
