//! The cheapest way to write the data as tokens: a shortest path, with costs from the round before.

use super::block::{self, Forms};
use super::matches::Matches;
use super::symbols::{Counts, DISTANCES, LITERALS, MAX_COPY, MIN_COPY, Token, distance_symbol, length_symbol};

/// The tokens that come to the fewest bits for what is `seen` behind `from`; what lies before may be copied.
pub(super) fn shortest(seen: &[u8], from: usize, matches: &Matches, rounds: usize) -> Vec<Token> {
    let data = &seen[from..];
    let mut best: Option<(u64, Vec<Token>)> = None;
    let mut costs = Costs::fixed();
    let mut ways = Ways::default();
    // The fixed code is a good start for short texts; for long ones its costs lead to a first guess of the others.
    for _ in 0..=rounds {
        let tokens = ways.cheapest(data, from, matches, &costs);
        let forms = Forms::of_counts(&Counts::of(&tokens));
        let size = block::size_of_all(data, &tokens, &forms);
        costs = Costs::of(forms);
        let smallest = best.as_ref().map(|(smallest, _)| *smallest);
        if smallest.is_none_or(|smallest| size < smallest) {
            best = Some((size, tokens));
        } else if smallest == Some(size) {
            break;
        }
    }
    best.map(|(_, tokens)| tokens).unwrap_or_default()
}

/// Bits for each symbol with what follows it.
struct Costs {
    literals: [u32; 256],
    lengths: [u32; MAX_COPY + 1],
    distances: [u32; DISTANCES],
}

impl Costs {
    fn fixed() -> Self {
        let mut literals = [8; LITERALS];
        literals[144..256].fill(9);
        literals[256..280].fill(7);
        Self::new(&literals, &[5; DISTANCES])
    }

    fn of(forms: Forms) -> Self {
        // A symbol that was not used may become useful, at a price.
        const UNUSED: u8 = 13;
        let priced = |mut lengths: Vec<u8>| {
            lengths.iter_mut().filter(|length| **length == 0).for_each(|length| *length = UNUSED);
            lengths
        };
        Self::new(&priced(forms.literals), &priced(forms.distances))
    }

    fn new(literals: &[u8], distances: &[u8]) -> Self {
        let mut costs = Self { literals: [0; 256], lengths: [0; MAX_COPY + 1], distances: [0; DISTANCES] };
        for (cost, length) in costs.literals.iter_mut().zip(literals) {
            *cost = (*length).into();
        }
        for length in MIN_COPY..=MAX_COPY {
            let symbol = length_symbol(length as u16);
            costs.lengths[length] = u32::from(literals[symbol.symbol]) + symbol.extra_bits;
        }
        for (symbol, cost) in costs.distances.iter_mut().enumerate() {
            *cost = u32::from(distances[symbol]) + (symbol as u32 / 2).saturating_sub(1);
        }
        costs
    }
}

/// The cheapest way to each place: what it costs, and the length and distance of its last token (1 and 0 for a byte of
/// its own). Kept from round to round for its space.
#[derive(Default)]
struct Ways {
    costs: Vec<u32>,
    steps: Vec<(u16, u16)>,
}

impl Ways {
    fn cheapest(&mut self, data: &[u8], from: usize, matches: &Matches, costs: &Costs) -> Vec<Token> {
        self.costs.clear();
        self.costs.resize(data.len() + 1, u32::MAX);
        self.costs[0] = 0;
        self.steps.resize(data.len() + 1, (1, 0));
        for (at, &byte) in data.iter().enumerate() {
            let so_far = self.costs[at];
            let alone = so_far + costs.literals[usize::from(byte)];
            if alone < self.costs[at + 1] {
                self.costs[at + 1] = alone;
                self.steps[at + 1] = (1, 0);
            }
            let mut shortest = MIN_COPY;
            for &(longest, distance) in matches.at(from + at) {
                let longest = usize::from(longest);
                let base = so_far + costs.distances[distance_symbol(distance).symbol];
                let reached = at + shortest..at + longest + 1;
                let ways = self.costs[reached.clone()].iter_mut().zip(&mut self.steps[reached]);
                let lengths = (shortest as u16..).zip(&costs.lengths[shortest..=longest]);
                for ((length, of_length), (cost, step)) in lengths.zip(ways) {
                    if base + of_length < *cost {
                        *cost = base + of_length;
                        *step = (length, distance);
                    }
                }
                shortest = longest + 1;
            }
        }
        let mut tokens = Vec::with_capacity(data.len() / 2 + 1);
        let mut at = data.len();
        while at > 0 {
            let (length, distance) = self.steps[at];
            at -= usize::from(length);
            tokens.push(if distance == 0 { Token::Literal(data[at]) } else { Token::Copy { length, distance } });
        }
        tokens.reverse();
        tokens
    }
}
