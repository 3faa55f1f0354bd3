//! What the scripts of all forms have in common: a head, the facts, the checks before anything is touched.

/// Facts, one a line: a word and its values, with blanks between them. No value has a blank in it, which the rules on
/// names, paths and secrets see to.
#[derive(Default)]
pub(super) struct Facts(String);

impl Facts {
    pub(super) fn add(&mut self, word: &str, values: &[&str]) {
        self.0.push_str(word);
        for value in values {
            self.0.push(' ');
            self.0.push_str(value);
        }
        self.0.push('\n');
    }
}

/// A whole script: what it is, the facts, the checks, and what the form does with them.
pub(super) fn script(head: &str, facts: &Facts, body: &str) -> String {
    let Facts(facts) = facts;
    let checks = include_str!("scripts/checks.sh");
    format!("{head}\nfacts() {{\n    cat <<'END_OF_FACTS'\n{facts}END_OF_FACTS\n}}\n\n{checks}\n{body}")
}
