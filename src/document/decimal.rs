//! Floating point numbers as text, in the forms Go prints.

/// The shortest decimal digits that read back as the same number, and where the point stands.
struct Digits {
    negative: bool,
    /// Without point; the first one is not zero unless the number is.
    digits: String,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Digits {
    fn of(number: f64) -> Self {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        Self {
            negative: mantissa.starts_with('-'),
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    /// `1.5`, `0.001`, `100`.
    fn fixed(&self) -> String {
        let sign = self.sign();
        let digits = &self.digits;
        let Ok(before) = usize::try_from(self.exponent + 1) else {
            return format!("{sign}0.{}{digits}", "0".repeat((-self.exponent - 1) as usize));
        };
        match digits.len().checked_sub(before) {
            None | Some(0) => format!("{sign}{digits}{}", "0".repeat(before - digits.len())),
            Some(_) if before == 0 => format!("{sign}0.{digits}"),
            Some(_) => format!("{sign}{}.{}", &digits[..before], &digits[before..]),
        }
    }

    /// `1.5e+06`, the exponent with at least `width` digits.
    fn scientific(&self, width: usize) -> String {
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let direction = if self.exponent < 0 { '-' } else { '+' };
        format!("{}{first}{point}{rest}e{direction}{:0width$}", self.sign(), self.exponent.unsigned_abs())
    }
}

/// Go's `%g` with the fewest digits: with an exponent below 0.0001 and from 1,000,000 on. For finite numbers.
pub(crate) fn general(number: f64) -> String {
    let digits = Digits::of(number);
    if (-4..6).contains(&digits.exponent) || number == 0.0 { digits.fixed() } else { digits.scientific(2) }
}

/// The form of Go's JSON writer: with an exponent below 1e-6 and from 1e21 on. For finite numbers.
pub(crate) fn json(number: f64) -> String {
    let digits = Digits::of(number);
    if (-6..21).contains(&digits.exponent) || number == 0.0 {
        return digits.fixed();
    }
    // That writer drops the padding zero of a negative exponent; positive ones have two digits here anyway.
    digits.scientific(if digits.exponent < 0 { 1 } else { 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_switch_to_exponents_where_go_does() {
        let cases = [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (3.0, "3", "3"),
            (-420.5, "-420.5", "-420.5"),
            (0.1, "0.1", "0.1"),
            (0.0001, "0.0001", "0.0001"),
            (0.000_012_5, "1.25e-05", "0.0000125"),
            (0.000_001, "1e-06", "0.000001"),
            (1e-7, "1e-07", "1e-7"),
            (1.5e-10, "1.5e-10", "1.5e-10"),
            (999_999.0, "999999", "999999"),
            (1_000_000.0, "1e+06", "1000000"),
            (1_234_567.5, "1.2345675e+06", "1234567.5"),
            (1e20, "1e+20", "100000000000000000000"),
            (1e21, "1e+21", "1e+21"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308", "1.7976931348623157e+308"),
        ];
        for (number, as_general, as_json) in cases {
            assert_eq!(general(number), as_general);
            assert_eq!(json(number), as_json);
        }
    }
}
