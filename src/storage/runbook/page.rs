//! Markdown, a line at a time.

/// A page under construction: sections are numbered, paragraphs and blocks are kept apart by an empty line.
pub(super) struct Page {
    text: String,
    sections: usize,
}

impl Page {
    pub(super) fn new(title: &str) -> Self {
        Self { text: format!("# {title}\n"), sections: 0 }
    }

    /// A numbered section.
    pub(super) fn section(&mut self, title: &str) {
        self.sections += 1;
        self.text.push_str(&format!("\n## {}. {title}\n", self.sections));
    }

    /// What belongs to no step.
    pub(super) fn appendix(&mut self, title: &str) {
        self.text.push_str(&format!("\n## Appendix: {title}\n"));
    }

    /// A part of a section.
    pub(super) fn part(&mut self, title: &str) {
        self.text.push_str(&format!("\n### {title}\n"));
    }

    /// A paragraph; each sentence has a line of its own.
    pub(super) fn lines<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        self.block("", lines, "");
    }

    /// Commands, to be copied as they are.
    pub(super) fn commands<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        self.block("```sh\n", lines, "```\n");
    }

    /// A list.
    pub(super) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.block("", items.into_iter().map(|item| format!("- {}", item.as_ref())), "");
    }

    /// A table; no cell may hold a `|`.
    pub(super) fn table(&mut self, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
        let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
        let rule: Vec<String> = head.iter().map(|_| "---".to_owned()).collect();
        let rows = rows.into_iter().map(|cells| row(&cells));
        self.lines([row(&head), row(&rule)].into_iter().chain(rows));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn block<T: AsRef<str>>(&mut self, open: &str, lines: impl IntoIterator<Item = T>, close: &str) {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_none() {
            return;
        }
        self.text.push('\n');
        self.text.push_str(open);
        for line in lines {
            self.text.push_str(line.as_ref());
            self.text.push('\n');
        }
        self.text.push_str(close);
    }
}
