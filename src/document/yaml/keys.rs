//! The search for keys.
//!
//! A key such as `a` in `a: b` is only known to be one when its `:` comes. Until then the scanner remembers where it
//! would begin, one such place per bracket depth, and inserts the key token (and the start of the map it opens)
//! into the queue afterwards. The parser therefore gets a token only when no such insertion can happen before it.

use super::cursor::Mark;
use super::error::YamlError;
use super::scanner::{Result, Scanner};

/// A key must end this many characters behind its start.
const MAX_KEY: u32 = 1024;

/// A place where a key may have begun.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PendingKey {
    pub(super) possible: bool,
    /// It stands where only a key can stand.
    required: bool,
    /// Number of its first token, counted from the start of the text.
    pub(super) token: usize,
    pub(super) mark: Mark,
}

impl PendingKey {
    /// No key, at a bracket that stands at `mark`.
    pub(super) fn none(mark: Mark) -> Self {
        Self { mark, ..Self::default() }
    }
}

impl Scanner<'_> {
    pub(super) fn head_may_be_key(&mut self) -> Result<bool> {
        match self.queue[0].key_depth {
            Some(depth) if self.keys.get(depth as usize).is_some_and(|key| key.token == self.taken) => {
                self.key_is_alive(depth as usize)
            }
            _ => Ok(false),
        }
    }

    /// Whether the `:` of the pending key can still come.
    pub(super) fn key_is_alive(&mut self, depth: usize) -> Result<bool> {
        let key = self.keys[depth];
        // Behind the line of the key the columns do not count any more.
        let here = self.cursor.mark();
        let too_late = key.mark.line < here.line || key.mark.column + MAX_KEY < here.column;
        if key.possible && too_late {
            self.drop_key(depth)?;
        }
        Ok(key.possible && !too_late)
    }

    fn drop_key(&mut self, depth: usize) -> Result<()> {
        let here = self.cursor.mark();
        let key = &mut self.keys[depth];
        if key.possible && key.required {
            return Err(YamlError::scan(key.mark, here, "could not find expected ':'").at(key.mark));
        }
        key.possible = false;
        Ok(())
    }

    pub(super) fn drop_current_key(&mut self) -> Result<()> {
        self.drop_key(self.keys.len() - 1)
    }

    /// Remembers that a key may begin here, with the next token.
    pub(super) fn begin_key(&mut self) -> Result<Option<u32>> {
        if !self.key_allowed {
            return Ok(None);
        }
        self.drop_current_key()?;
        let mark = self.cursor.mark();
        let required = !self.in_flow() && self.indent == i64::from(mark.column);
        let depth = self.keys.len() - 1;
        self.keys[depth] = PendingKey { possible: true, required, token: self.taken + self.queue.len(), mark };
        Ok(Some(depth as u32))
    }
}
