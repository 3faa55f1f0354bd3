//! The order in which the reference sorts the keys of a map: as people would, numbers by value.

use std::cmp::Ordering;

/// Compares two keys: at their first difference letters by code point, runs of digits by value,
/// everything else before letters — unless a number has just begun there, which then is the longer one.
pub(crate) fn natural(a: &str, b: &str) -> Ordering {
    let mut shared_number = "";
    let mut number_from = 0;
    for ((at, x), (_, y)) in a.char_indices().zip(b.char_indices()) {
        if x == y {
            if !x.is_ascii_digit() {
                number_from = at + x.len_utf8();
            }
            shared_number = &a[number_from..at + x.len_utf8()];
            continue;
        }
        return match (x.is_alphabetic(), y.is_alphabetic()) {
            (true, true) => x.cmp(&y),
            (true, false) if shared_number.is_empty() => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) if shared_number.is_empty() => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Digits of other scripts count by code point, which is more than any digit of ours.
            (false, false) if x.is_numeric() != y.is_numeric() || x.is_ascii() && y.is_ascii() => {
                Number::at(a, number_from).cmp(&Number::at(b, number_from)).then(x.cmp(&y))
            }
            (false, false) => x.cmp(&y),
        };
    }
    a.len().cmp(&b.len())
}

/// A run of digits of any length. Fields are in the order in which they count.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Number<'k> {
    magnitude: usize,
    digits: &'k str,
    length: usize,
}

impl<'k> Number<'k> {
    fn at(key: &'k str, start: usize) -> Self {
        let rest = &key[start..];
        let run = &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())];
        let digits = run.trim_start_matches('0');
        Self { magnitude: digits.len(), digits, length: run.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::natural;
    use proptest::prelude::*;
    use std::cmp::Ordering;

    #[test]
    fn numbers_count_by_value() {
        let sorted = [
            "",
            "_",
            "0",
            "00",
            "1",
            "01",
            "9",
            "10",
            "100",
            "A",
            "a",
            "a-b",
            "a.b",
            "a1b",
            "a1-",
            "a9",
            "a09",
            "a10",
            "a99999999999999999999",
            "a100000000000000000000",
            "aB",
            "ab",
            "é",
        ];
        for (low, a) in sorted.iter().enumerate() {
            for b in &sorted[low + 1..] {
                assert_eq!(natural(a, b), Ordering::Less, "{a} {b}");
                assert_eq!(natural(b, a), Ordering::Greater, "{b} {a}");
            }
        }
    }

    proptest! {
        // Sorting may panic on an order that contradicts itself.
        #[test]
        fn the_order_is_total(keys in proptest::collection::vec("[01a9-]{0,5}", 3)) {
            let [a, b, c] = [&keys[0], &keys[1], &keys[2]];
            prop_assert_eq!(natural(a, b), natural(b, a).reverse());
            prop_assert_eq!(natural(a, b) == Ordering::Equal, a == b);
            if natural(a, b).is_lt() && natural(b, c).is_lt() {
                prop_assert_eq!(natural(a, c), Ordering::Less);
            }
        }
    }
}
