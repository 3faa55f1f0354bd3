//! Deflate (RFC 1951) with the shortest parse we can find.
//!
//! Contents are compressed once, by whoever compiles, and then sent, stored and measured against limits many times. The
//! crate at hand is quick, but gives more bytes than the reference for four files of ten.

mod bits;
mod block;
mod huffman;
mod matches;
mod parse;
mod symbols;

use bits::Bits;
use matches::Matches;
use std::ops::Range;
use symbols::{MAX_DISTANCE, Token};

/// Above this size the search is cut short: it would take longer than anybody wants to wait.
const LARGE: usize = 256 * 1024;
/// Bytes of large contents that are looked at at a time.
const PIECE: usize = 1024 * 1024;
/// Pieces that are looked at side by side.
const THREADS: usize = 4;

/// The compressed form of `data`, as a raw stream.
pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    in_pieces(data, PIECE)
}

fn in_pieces(data: &[u8], size: usize) -> Vec<u8> {
    let (depth, rounds) = if data.len() > LARGE { (64, 1) } else { (512, 3) };
    let mut bits = Bits::default();
    // What one piece needs beside its bytes is many times their size, so large contents go piece by piece.
    let pieces: Vec<Range<usize>> = match data.len() {
        0 => std::iter::once(0..0).collect(),
        length => (0..length).step_by(size).map(|start| start..(start + size).min(length)).collect(),
    };
    for some in pieces.chunks(THREADS) {
        let mut tokens: Vec<Vec<Token>> = some.iter().map(|_| Vec::new()).collect();
        std::thread::scope(|scope| {
            let mut work = some.iter().zip(&mut tokens);
            let own = work.next();
            let parse = |(piece, tokens): (&Range<usize>, &mut Vec<Token>)| {
                *tokens = parse_piece(data, piece.clone(), depth, rounds);
            };
            for one in work {
                // Without a thread the piece is still to do afterwards.
                let _ = std::thread::Builder::new().spawn_scoped(scope, move || parse(one));
            }
            own.map(parse);
        });
        for (piece, tokens) in some.iter().zip(&mut tokens) {
            if tokens.is_empty() {
                *tokens = parse_piece(data, piece.clone(), depth, rounds);
            }
            block::write_all(&data[piece.clone()], tokens, piece.end == data.len(), &mut bits);
        }
    }
    bits.finish()
}

/// The tokens of one piece, which may copy from what lies before it.
fn parse_piece(data: &[u8], piece: Range<usize>, depth: usize, rounds: usize) -> Vec<Token> {
    let window = piece.start.saturating_sub(MAX_DISTANCE);
    let seen = &data[window..piece.end];
    let matches = Matches::find(seen, depth);
    parse::shortest(seen, piece.start - window, &matches, rounds)
}

#[cfg(test)]
mod tests {
    use super::{deflate, in_pieces};
    use std::io::Read as _;

    fn inflate(bytes: &[u8]) -> Vec<u8> {
        let mut data = Vec::new();
        flate2::read::DeflateDecoder::new(bytes).read_to_end(&mut data).expect("our own stream can be read");
        data
    }

    #[test]
    fn what_was_packed_comes_out_again() {
        let mut noise = 1_u32;
        let mut random = Vec::new();
        for _ in 0..100_000 {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            random.push((noise >> 24) as u8);
        }
        let mixed: Vec<u8> =
            random.iter().enumerate().map(|(at, byte)| if at % 5 == 0 { *byte } else { b'a' }).collect();
        let text = "A line of text, and another one.\n".repeat(3000).into_bytes();
        for data in [&b""[..], b"a", b"aaa", b"abcabcabcabc", &[0; 70_000], &random, &mixed, &text, &random[..300]] {
            assert!(inflate(&deflate(data)) == data, "{} bytes", data.len());
        }
    }

    #[test]
    fn pieces_come_out_in_one() {
        let mut data = "A line of text, and another one.\n".repeat(1500).into_bytes();
        for (at, byte) in data.iter_mut().enumerate().filter(|(at, _)| at % 97 == 0) {
            *byte = (at / 97) as u8;
        }
        for size in [1, 1000, 10_000] {
            for length in [size, size + 1, 4 * size + 1].map(|length| length.min(data.len())) {
                let packed = in_pieces(&data[..length], size);
                assert!(inflate(&packed) == data[..length], "{length} bytes by {size}");
            }
        }
        // What lies before a piece is used.
        assert!(in_pieces(&data, 10_000).len() < in_pieces(&data, data.len()).len() * 12 / 10);
    }

    #[test]
    fn runs_take_few_bytes() {
        assert!(deflate(&[b'x'; 100]).len() <= 5);
        assert!(deflate(&[0; 10_000]).len() <= 32);
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_out_again(data in proptest::collection::vec(0_u8..6, 0..2000)) {
            proptest::prop_assert_eq!(inflate(&deflate(&data)), data);
        }
    }
}
