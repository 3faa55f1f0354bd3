//! Which files the results depend on, as a rule that Make and Ninja read.

use std::path::Path;

/// One rule for all outputs, and an empty one for every input, so that an input that has been removed starts a
/// new run, not an error of Make's. `None` when a name has a line break or a tab, which the syntax cannot hold.
pub(crate) fn rule<O: AsRef<Path>, I: AsRef<Path>>(outputs: &[O], inputs: &[I]) -> Option<Vec<u8>> {
    let outputs: Vec<Vec<u8>> = outputs.iter().map(|path| escape(path.as_ref(), true)).collect::<Option<_>>()?;
    let inputs: Vec<Vec<u8>> = inputs.iter().map(|path| escape(path.as_ref(), false)).collect::<Option<_>>()?;
    let mut text = outputs.join(&b' ');
    text.push(b':');
    for input in &inputs {
        text.extend_from_slice(b" \\\n  ");
        text.extend_from_slice(input);
    }
    text.push(b'\n');
    for input in &inputs {
        text.push(b'\n');
        text.extend_from_slice(input);
        text.extend_from_slice(b":\n");
    }
    Some(text)
}

fn escape(path: &Path, is_target: bool) -> Option<Vec<u8>> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut escaped = Vec::with_capacity(bytes.len());
    let mut backslashes = 0;
    for &byte in bytes {
        match byte {
            b'\n' | b'\r' | b'\t' => return None,
            b'$' => escaped.push(b'$'),
            // Backslashes count only before what is escaped, where each must be doubled.
            b' ' | b'#' => escaped.extend(std::iter::repeat_n(b'\\', backslashes + 1)),
            b':' => escaped.push(b'\\'),
            // In a target it would make a pattern of the rule.
            b'%' if is_target => escaped.push(b'\\'),
            _ => {}
        }
        escaped.push(byte);
        backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outputs: &[&str], inputs: &[&str], expected: Option<&str>) {
        let text = rule(outputs, inputs).map(|bytes| String::from_utf8(bytes).expect("names in tests are text"));
        assert_eq!(text.as_deref(), expected);
    }

    #[test]
    fn rules() {
        check(&["out/a", "out/b"], &["s.yaml"], Some("out/a out/b: \\\n  s.yaml\n\ns.yaml:\n"));
        check(&["o"], &["a b#c$d"], Some("o: \\\n  a\\ b\\#c$$d\n\na\\ b\\#c$$d:\n"));
        check(&["100%"], &["50%"], Some("100\\%: \\\n  50%\n\n50%:\n"));
        check(&["o"], &["a\\ b\\c:d"], Some("o: \\\n  a\\\\\\ b\\c\\:d\n\na\\\\\\ b\\c\\:d:\n"));
        check(&["o"], &[], Some("o:\n"));
        check(&["o"], &["a\nb"], None);
        check(&["o\t"], &[], None);
    }
}
