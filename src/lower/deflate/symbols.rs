//! The alphabets of RFC 1951, 3.2.5: literals with lengths, and distances.

/// A piece of the data: one byte, or a copy of earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Literal(u8),
    Copy { length: u16, distance: u16 },
}

pub(super) const END_OF_BLOCK: usize = 256;
pub(super) const LITERALS: usize = 286;
pub(super) const DISTANCES: usize = 30;
pub(super) const MIN_COPY: usize = 3;
pub(super) const MAX_COPY: usize = 258;
/// One less than the window: a distance of the full window does not fit our type.
pub(super) const MAX_DISTANCE: usize = 32_767;

const LENGTH_BASE: [u16; 29] =
    [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_EXTRA: [u8; 29] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

/// A symbol with the bits that follow it.
#[derive(Clone, Copy)]
pub(super) struct Symbol {
    pub(super) symbol: usize,
    pub(super) extra_bits: u32,
    pub(super) extra: u32,
}

/// The symbol for each length of a copy.
static LENGTH_SYMBOLS: [u8; MAX_COPY + 1] = {
    let mut symbols = [0; MAX_COPY + 1];
    let mut index = 0;
    while index < 29 {
        let mut length = LENGTH_BASE[index] as usize;
        while length <= MAX_COPY {
            symbols[length] = index as u8;
            length += 1;
        }
        index += 1;
    }
    symbols
};

pub(super) fn length_symbol(length: u16) -> Symbol {
    let index = usize::from(LENGTH_SYMBOLS[usize::from(length)]);
    Symbol {
        symbol: END_OF_BLOCK + 1 + index,
        extra_bits: LENGTH_EXTRA[index].into(),
        extra: u32::from(length - LENGTH_BASE[index]),
    }
}

pub(super) fn distance_symbol(distance: u16) -> Symbol {
    let before = u32::from(distance) - 1;
    if before < 4 {
        return Symbol { symbol: before as usize, extra_bits: 0, extra: 0 };
    }
    let extra_bits = before.ilog2() - 1;
    let symbol = 2 * (extra_bits + 1) + (before >> extra_bits & 1);
    Symbol { symbol: symbol as usize, extra_bits, extra: before & ((1 << extra_bits) - 1) }
}

/// How often each symbol occurs.
#[derive(Clone)]
pub(super) struct Counts {
    pub(super) literals: [u32; LITERALS],
    pub(super) distances: [u32; DISTANCES],
    /// The bits that follow symbols, in sum.
    pub(super) extra_bits: u64,
}

impl Counts {
    pub(super) fn of(tokens: &[Token]) -> Self {
        let mut counts = Self { literals: [0; LITERALS], distances: [0; DISTANCES], extra_bits: 0 };
        counts.literals[END_OF_BLOCK] = 1;
        for token in tokens {
            match *token {
                Token::Literal(byte) => counts.literals[usize::from(byte)] += 1,
                Token::Copy { length, distance } => {
                    let (length, distance) = (length_symbol(length), distance_symbol(distance));
                    counts.literals[length.symbol] += 1;
                    counts.distances[distance.symbol] += 1;
                    counts.extra_bits += u64::from(length.extra_bits + distance.extra_bits);
                }
            }
        }
        counts
    }
}
