//! The cheapest way to write the data as tokens: a shortest path, with costs from the round before.

use super::huffman;
use super::matches::Matches;
use super::symbols::{Counts, DISTANCES, LITERALS, MAX_COPY, MIN_COPY, Token, distance_symbol, length_symbol};

/// The tokens that come to the fewest bits.
pub(super) fn shortest(data: &[u8], matches: &Matches, rounds: usize) -> Vec<Token> {
    let mut best: Option<(u64, Vec<Token>)> = None;
    let mut costs = Costs::fixed();
    // The fixed code is a good start for short texts; for long ones its costs lead to a first guess of the others.
    for _ in 0..=rounds {
        let tokens = cheapest(data, matches, &costs);
        let size = super::block::size_of_all(data, &tokens);
        costs = Costs::of(&Counts::of(&tokens));
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

    fn of(counts: &Counts) -> Self {
        // A symbol that was not used may become useful, at a price.
        const UNUSED: u8 = 13;
        let priced = |counts: &[u32]| {
            let mut lengths = huffman::lengths(counts, 15);
            lengths.iter_mut().filter(|length| **length == 0).for_each(|length| *length = UNUSED);
            lengths
        };
        Self::new(&priced(&counts.literals), &priced(&counts.distances))
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

fn cheapest(data: &[u8], matches: &Matches, costs: &Costs) -> Vec<Token> {
    // The cheapest way to each place: its cost and its last token.
    let mut ways: Vec<(u32, Token)> = vec![(u32::MAX, Token::Literal(0)); data.len() + 1];
    ways[0].0 = 0;
    let mut at = 0;
    while at < data.len() {
        let so_far = ways[at].0;
        let mut offer = |to: usize, cost: u32, token: Token| {
            if so_far + cost < ways[to].0 {
                ways[to] = (so_far + cost, token);
            }
        };
        offer(at + 1, costs.literals[usize::from(data[at])], Token::Literal(data[at]));
        let mut shortest = MIN_COPY as u16;
        for &(longest, distance) in matches.at(at) {
            let of_distance = costs.distances[distance_symbol(distance).symbol];
            for length in shortest..=longest {
                let cost = costs.lengths[usize::from(length)] + of_distance;
                offer(at + usize::from(length), cost, Token::Copy { length, distance });
            }
            shortest = longest + 1;
        }
        at += 1;
    }
    let mut tokens = Vec::new();
    while at > 0 {
        let token = ways[at].1;
        at -= match token {
            Token::Literal(_) => 1,
            Token::Copy { length, .. } => usize::from(length),
        };
        tokens.push(token);
    }
    tokens.reverse();
    tokens
}
