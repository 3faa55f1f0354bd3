//! Blocks: where one ends and the next begins, and which of the three forms each has.

use super::bits::Bits;
use super::huffman;
use super::symbols::{Counts, DISTANCES, END_OF_BLOCK, LITERALS, Token, distance_symbol, length_symbol};

/// Fewer tokens than this are never split.
const SMALLEST: usize = 512;
/// How many places are tried for a split, and how often a part is split again.
const TRIED: usize = 8;
const DEPTH: usize = 6;
/// The most bytes of a stored block.
const STORED: usize = 65_535;
/// The order in which the lengths of code-length codes are written (RFC 1951, 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Writes the tokens, which stand for `data`; nothing comes after the `last` ones.
pub(super) fn write_all(data: &[u8], tokens: &[Token], last: bool, bits: &mut Bits) {
    let mut parts = Vec::new();
    split(tokens, DEPTH, &mut parts);
    let mut data = data;
    let count = parts.len();
    for (index, tokens) in parts.into_iter().enumerate() {
        let (bytes, rest) = data.split_at(length_of(tokens));
        data = rest;
        write(bytes, tokens, last && index + 1 == count, bits);
    }
}

/// About how many bits [`write_all`] writes; `whole` are the forms of a single block with all tokens.
pub(super) fn size_of_all(data: &[u8], tokens: &[Token], whole: &Forms) -> u64 {
    if tokens.len() < SMALLEST {
        return whole.smallest().min(stored_size(data));
    }
    let mut parts = Vec::new();
    split(tokens, DEPTH, &mut parts);
    let mut data = data;
    let mut size = 0;
    for tokens in parts {
        let (bytes, rest) = data.split_at(length_of(tokens));
        data = rest;
        size += Forms::of(tokens).smallest().min(stored_size(bytes));
    }
    size
}

fn length_of(tokens: &[Token]) -> usize {
    tokens
        .iter()
        .map(|token| match token {
            Token::Literal(_) => 1,
            Token::Copy { length, .. } => usize::from(*length),
        })
        .sum()
}

/// Splits where that saves bits.
fn split<'t>(tokens: &'t [Token], depth: usize, parts: &mut Vec<&'t [Token]>) {
    if depth == 0 || tokens.len() < SMALLEST {
        return parts.push(tokens);
    }
    let size = |tokens: &[Token]| Forms::of(tokens).smallest();
    let places = (1..TRIED).map(|place| tokens.len() * place / TRIED);
    let best = places.map(|place| (size(&tokens[..place]) + size(&tokens[place..]), place)).min();
    match best {
        Some((bits, place)) if bits < size(tokens) => {
            split(&tokens[..place], depth - 1, parts);
            split(&tokens[place..], depth - 1, parts);
        }
        _ => parts.push(tokens),
    }
}

fn stored_size(bytes: &[u8]) -> u64 {
    let blocks = bytes.len().div_ceil(STORED).max(1) as u64;
    // Up to seven bits fill up the byte before.
    bytes.len() as u64 * 8 + blocks * (3 + 7 + 32)
}

/// A block in its two coded forms.
pub(super) struct Forms {
    /// The lengths of the dynamic form's codes.
    pub(super) literals: Vec<u8>,
    pub(super) distances: Vec<u8>,
    header: Header,
    dynamic: u64,
    fixed: u64,
}

impl Forms {
    fn of(tokens: &[Token]) -> Self {
        Self::of_counts(&Counts::of(tokens))
    }

    pub(super) fn of_counts(counts: &Counts) -> Self {
        let literals = huffman::lengths(&counts.literals, 15);
        let distances = huffman::lengths(&counts.distances, 15);
        let header = Header::new(&literals, &distances);
        let sum = |counts: &[u32], lengths: &[u8]| -> u64 {
            counts.iter().zip(lengths).map(|(&count, &length)| u64::from(count) * u64::from(length)).sum()
        };
        let (fixed_literals, fixed_distances) = &FIXED_LENGTHS;
        let fixed =
            3 + sum(&counts.literals, fixed_literals) + sum(&counts.distances, fixed_distances) + counts.extra_bits;
        let dynamic = 3
            + header.size()
            + sum(&counts.literals, &literals)
            + sum(&counts.distances, &distances)
            + counts.extra_bits;
        Self { literals, distances, header, dynamic, fixed }
    }

    fn smallest(&self) -> u64 {
        self.dynamic.min(self.fixed)
    }
}

static FIXED_LENGTHS: ([u8; 288], [u8; DISTANCES]) = {
    let mut literals = [8; 288];
    let mut symbol = 144;
    while symbol < 280 {
        literals[symbol] = if symbol < 256 { 9 } else { 7 };
        symbol += 1;
    }
    (literals, [5; DISTANCES])
};

fn write(bytes: &[u8], tokens: &[Token], last: bool, bits: &mut Bits) {
    let forms = Forms::of(tokens);
    if stored_size(bytes) < forms.smallest() {
        return write_stored(bytes, last, bits);
    }
    bits.push(last.into(), 1);
    if forms.fixed <= forms.dynamic {
        bits.push(1, 2);
        let (literals, distances) = &FIXED_LENGTHS;
        write_tokens(tokens, literals, distances, bits);
    } else {
        bits.push(2, 2);
        forms.header.write(bits);
        write_tokens(tokens, &forms.literals, &forms.distances, bits);
    }
}

fn write_stored(bytes: &[u8], last: bool, bits: &mut Bits) {
    let count = bytes.len().div_ceil(STORED);
    for (index, chunk) in bytes.chunks(STORED).enumerate() {
        bits.push((last && index + 1 == count).into(), 3);
        bits.align();
        let length = chunk.len() as u32;
        bits.push(length, 16);
        bits.push(!length & 0xFFFF, 16);
        bits.extend(chunk);
    }
}

fn write_tokens(tokens: &[Token], literals: &[u8], distances: &[u8], bits: &mut Bits) {
    let literal_codes = huffman::codes(literals);
    let distance_codes = huffman::codes(distances);
    let literal = |bits: &mut Bits, symbol: usize| bits.push(literal_codes[symbol].into(), literals[symbol].into());
    for token in tokens {
        match *token {
            Token::Literal(byte) => literal(bits, byte.into()),
            Token::Copy { length, distance } => {
                let (length, distance) = (length_symbol(length), distance_symbol(distance));
                literal(bits, length.symbol);
                bits.push(length.extra, length.extra_bits);
                bits.push(distance_codes[distance.symbol].into(), distances[distance.symbol].into());
                bits.push(distance.extra, distance.extra_bits);
            }
        }
    }
    literal(bits, END_OF_BLOCK);
}

/// The code lengths of a dynamic block, themselves coded.
struct Header {
    literals: usize,
    distances: usize,
    /// Symbols of the code-length alphabet with the bits that follow.
    runs: Vec<(u8, u32, u32)>,
    lengths: Vec<u8>,
    written: usize,
}

impl Header {
    fn new(literals: &[u8], distances: &[u8]) -> Self {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|&length| length > 0).map_or(least, |last| (last + 1).max(least))
        };
        let (literal_count, distance_count) = (used(literals, END_OF_BLOCK + 1), used(distances, 1));
        debug_assert!(literal_count <= LITERALS);
        let all: Vec<u8> = literals[..literal_count].iter().chain(&distances[..distance_count]).copied().collect();
        let runs = runs_of(&all);
        let mut counts = [0; 19];
        runs.iter().for_each(|&(symbol, ..)| counts[usize::from(symbol)] += 1);
        let lengths = huffman::lengths(&counts, 7);
        let written = ORDER.iter().rposition(|&symbol| lengths[symbol] > 0).map_or(4, |last| (last + 1).max(4));
        Self { literals: literal_count, distances: distance_count, runs, lengths, written }
    }

    fn size(&self) -> u64 {
        let runs = self
            .runs
            .iter()
            .map(|&(symbol, extra_bits, _)| u64::from(self.lengths[usize::from(symbol)]) + u64::from(extra_bits));
        14 + 3 * self.written as u64 + runs.sum::<u64>()
    }

    fn write(&self, bits: &mut Bits) {
        bits.push((self.literals - 257) as u32, 5);
        bits.push((self.distances - 1) as u32, 5);
        bits.push((self.written - 4) as u32, 4);
        ORDER[..self.written].iter().for_each(|&symbol| bits.push(self.lengths[symbol].into(), 3));
        let codes = huffman::codes(&self.lengths);
        for &(symbol, extra_bits, extra) in &self.runs {
            bits.push(codes[usize::from(symbol)].into(), self.lengths[usize::from(symbol)].into());
            bits.push(extra, extra_bits);
        }
    }
}

/// Lengths with runs of equal ones shortened.
fn runs_of(lengths: &[u8]) -> Vec<(u8, u32, u32)> {
    let mut runs = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let (length, mut left) = (run[0], run.len() as u32);
        if length == 0 {
            while left >= 11 {
                let taken = left.min(138);
                runs.push((18, 7, taken - 11));
                left -= taken;
            }
            if left >= 3 {
                runs.push((17, 3, left - 3));
                left = 0;
            }
        } else {
            runs.push((length, 0, 0));
            left -= 1;
            while left >= 3 {
                let taken = left.min(6);
                runs.push((16, 2, taken - 3));
                left -= taken;
            }
        }
        runs.extend((0..left).map(|_| (length, 0, 0)));
    }
    runs
}
