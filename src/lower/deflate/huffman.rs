//! Huffman codes of limited length.

/// The best code lengths for those counts, none above `limit`; symbols that do not occur get 0.
///
/// Package-merge: the codes of the rarest symbols grow first, in `limit` rounds.
pub(super) fn lengths(counts: &[u32], limit: usize) -> Vec<u8> {
    // Count and symbol in one number, which is quicker to sort than two.
    let mut space = [0_u64; MOST];
    let mut used = 0;
    for (index, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        space[used] = u64::from(count) << 16 | index as u64;
        used += 1;
    }
    let leaves = &mut space[..used];
    leaves.sort_unstable();
    let mut lengths = vec![0; counts.len()];
    if let &mut [only] = leaves {
        lengths[symbol(only)] = 1;
    }
    if leaves.len() < 2 || unlimited(leaves, limit, &mut lengths) {
        return lengths;
    }
    let leaves: Vec<(u64, usize)> = leaves.iter().map(|&leaf| (weight(leaf), symbol(leaf))).collect();
    // Each round's list: weight, and whether the entry is a leaf.
    let mut rounds: Vec<Vec<(u64, bool)>> = Vec::with_capacity(limit);
    rounds.push(leaves.iter().map(|&(weight, _)| (weight, true)).collect());
    for round in 1..limit {
        let packages = rounds[round - 1].chunks_exact(2).map(|pair| (pair[0].0 + pair[1].0, false));
        let mut list = Vec::with_capacity(leaves.len() * 2);
        let mut packages = packages.peekable();
        for &(weight, _) in &leaves {
            while let Some(package) = packages.next_if(|package| package.0 < weight) {
                list.push(package);
            }
            list.push((weight, true));
        }
        list.extend(packages);
        rounds.push(list);
    }
    let mut wanted = 2 * (leaves.len() - 1);
    for list in rounds.iter().rev() {
        let taken = &list[..wanted.min(list.len())];
        let of_leaves = taken.iter().filter(|(_, leaf)| *leaf).count();
        leaves[..of_leaves].iter().for_each(|&(_, index)| lengths[index] += 1);
        wanted = 2 * (taken.len() - of_leaves);
    }
    lengths
}

/// The most symbols that an alphabet of RFC 1951 has.
const MOST: usize = 288;

fn weight(leaf: u64) -> u64 {
    leaf >> 16
}

fn symbol(leaf: u64) -> usize {
    (leaf & 0xFFFF) as usize
}

/// Sets the depths of the leaves in Huffman's own tree, which needs no more work when none is too deep; whether so.
fn unlimited(leaves: &[u64], limit: usize, lengths: &mut [u8]) -> bool {
    let count = leaves.len();
    // Leaves first, then the inner nodes as they are made, both in order of weight.
    let mut weights = [0_u64; 2 * MOST];
    let mut parents = [0_u16; 2 * MOST];
    weights.iter_mut().zip(leaves).for_each(|(weight, &leaf)| *weight = self::weight(leaf));
    let (mut leaf, mut inner) = (0, count);
    for made in count..2 * count - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let next =
                if leaf < count && (inner >= made || weights[leaf] <= weights[inner]) { &mut leaf } else { &mut inner };
            weight += weights[*next];
            parents[*next] = made as u16;
            *next += 1;
        }
        weights[made] = weight;
    }
    let mut depths = [0_u8; 2 * MOST];
    for node in (0..2 * count - 2).rev() {
        depths[node] = depths[usize::from(parents[node])] + 1;
        if usize::from(depths[node]) > limit {
            return false;
        }
    }
    leaves.iter().zip(depths).for_each(|(&leaf, depth)| lengths[symbol(leaf)] = depth);
    true
}

/// The codes that go with those lengths (RFC 1951, 3.2.2), their bits in the order in which they are written.
pub(super) fn codes(lengths: &[u8]) -> Vec<u16> {
    let mut codes = Vec::with_capacity(lengths.len());
    let mut starts = starts(lengths);
    for &length in lengths {
        let code = starts[usize::from(length)];
        starts[usize::from(length)] = code.wrapping_add(1);
        codes.push(if length == 0 { 0 } else { code.reverse_bits() >> (16 - length) });
    }
    codes
}

/// The first code of each length.
fn starts(lengths: &[u8]) -> [u16; 16] {
    let mut counts = [0_u16; 16];
    lengths.iter().filter(|length| **length > 0).for_each(|&length| counts[usize::from(length)] += 1);
    let mut starts = [0_u16; 16];
    for bits in 1..16 {
        starts[bits] = starts[bits - 1].wrapping_add(counts[bits - 1]) << 1;
    }
    starts
}
