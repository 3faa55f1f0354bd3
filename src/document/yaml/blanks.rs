//! What lies between tokens: blanks, line breaks, comments.

use super::scanner::Scanner;

/// How far a comment is searched behind blanks.
const COMMENT_SEARCH: usize = 512;

impl Scanner<'_> {
    /// Steps over blanks, comments and line breaks. A tab does not count as blank where a key may begin.
    pub(super) fn skip_to_token(&mut self) {
        loop {
            let tabs = self.in_flow() || !self.key_allowed;
            while self.cursor.peek(0) == b' ' || (tabs && self.cursor.peek(0) == b'\t') {
                self.cursor.skip(1);
            }
            if self.cursor.peek(0) == b'#' {
                self.skip_comments();
            }
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.skip_break();
            if !self.in_flow() {
                self.key_allowed = true;
            }
        }
    }

    /// Steps over a comment and the comments in the lines below, with whatever blanks, even tabs, lie between.
    fn skip_comments(&mut self) {
        loop {
            self.cursor.run_to_line_end();
            let gap = (0..COMMENT_SEARCH).find(|&at| !matches!(self.cursor.peek(at), b' ' | b'\t' | b'\r' | b'\n'));
            let Some(gap) = gap.filter(|&at| self.cursor.peek(at) == b'#') else { return };
            let target = self.cursor.pos() + gap;
            while self.cursor.pos() < target {
                self.cursor.skip_blanks();
                if self.cursor.is_break() {
                    self.cursor.skip_break();
                }
            }
        }
    }

    /// Steps over a comment that follows in the same line, with the blanks before it.
    pub(super) fn skip_line_comment(&mut self) {
        let gap = (0..COMMENT_SEARCH).find(|&at| !self.cursor.is_blank(at));
        if let Some(gap) = gap.filter(|&at| self.cursor.peek(at) == b'#') {
            self.cursor.skip(gap);
            self.cursor.run_to_line_end();
        }
    }
}
