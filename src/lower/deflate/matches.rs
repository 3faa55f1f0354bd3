//! Earlier bytes that are like those at each place.

use super::symbols::{MAX_COPY, MAX_DISTANCE, MIN_COPY};

/// For each place the copies worth a look: longer ones from farther away.
pub(super) struct Matches {
    /// Length and distance, in order of both.
    list: Vec<(u16, u16)>,
    /// Where the copies of each place begin in the list.
    starts: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Matches {
    /// Looks at `depth` earlier places at most.
    pub(super) fn find(data: &[u8], depth: usize) -> Self {
        let bits = (data.len().max(16).ilog2() + 1).min(15);
        let mut heads = vec![NONE; 1 << bits];
        let mut previous = vec![NONE; data.len()];
        let mut matches = Self { list: Vec::new(), starts: Vec::with_capacity(data.len() + 1) };
        // In a long run every place has the same copies, so only the first are looked at closely.
        let mut covered = 0;
        for at in 0..data.len() {
            matches.starts.push(matches.list.len() as u32);
            let Some(&[first, second, third]) = data.get(at..at + MIN_COPY) else { continue };
            let key = u32::from(first) | u32::from(second) << 8 | u32::from(third) << 16;
            let slot = (key.wrapping_mul(0x9E37_79B1) >> (32 - bits)) as usize;
            let tries = if at < covered { 8 } else { depth };
            let longest = matches.add(data, at, heads[slot], &previous, tries);
            if longest == MAX_COPY && at >= covered {
                covered = at + MAX_COPY;
            }
            previous[at] = heads[slot];
            heads[slot] = at as u32;
        }
        matches.starts.push(matches.list.len() as u32);
        matches
    }

    /// Adds the copies for one place; the length of the longest.
    fn add(&mut self, data: &[u8], at: usize, head: u32, previous: &[u32], tries: usize) -> usize {
        let limit = (data.len() - at).min(MAX_COPY);
        let mut longest = MIN_COPY - 1;
        let mut candidate = head;
        for _ in 0..tries {
            if candidate == NONE || at - candidate as usize > MAX_DISTANCE || longest >= limit {
                break;
            }
            let from = candidate as usize;
            if data[from + longest] == data[at + longest] {
                let length = alike(&data[from..from + limit], &data[at..at + limit]);
                if length > longest {
                    longest = length;
                    self.list.push((length as u16, (at - from) as u16));
                }
            }
            candidate = previous[from];
        }
        longest
    }

    pub(super) fn at(&self, at: usize) -> &[(u16, u16)] {
        &self.list[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// How many bytes at the beginning of two texts of one length are the same.
fn alike(one: &[u8], other: &[u8]) -> usize {
    const STEP: usize = 8;
    let word = |bytes: &[u8; STEP]| u64::from_le_bytes(*bytes);
    let (words, _) = one.as_chunks::<STEP>();
    let (others, _) = other.as_chunks::<STEP>();
    for (index, (one, other)) in words.iter().zip(others).enumerate() {
        let differing = word(one) ^ word(other);
        if differing != 0 {
            return index * STEP + differing.trailing_zeros() as usize / 8;
        }
    }
    let done = words.len() * STEP;
    done + one[done..].iter().zip(&other[done..]).take_while(|(one, other)| one == other).count()
}
