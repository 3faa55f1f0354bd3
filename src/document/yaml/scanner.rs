//! From text to tokens: indentation, brackets, and which token begins where.

use super::cursor::{Cursor, Mark};
use super::error::YamlError;
use super::keys::PendingKey;
use super::token::{Token, TokenKind};
use std::collections::VecDeque;

/// Brackets within brackets, and indentation within indentation, end here.
const MAX_DEPTH: usize = 10_000;
/// Tokens to scan before the first is handed out. One would do; the number decides which faults behind the end of the
/// first document are found.
const LOOK_AHEAD: usize = 3;

pub(super) type Result<T> = std::result::Result<T, YamlError>;

pub(super) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    fault: Option<YamlError>,
    pub(super) queue: VecDeque<Token>,
    /// Tokens handed out so far.
    pub(super) taken: usize,
    /// Whether the first token of the queue is settled.
    ready: bool,
    ended: bool,
    /// By bracket depth, beginning with none.
    pub(super) keys: Vec<PendingKey>,
    pub(super) key_allowed: bool,
    /// Whether the last token took the line break behind it along.
    pub(super) in_next_line: bool,
    /// Column of the current block collection, -1 outside of any.
    pub(super) indent: i64,
    outer_indents: Vec<i64>,
}

impl<'t> Scanner<'t> {
    /// A scanner that reports `fault` when it needs more than the cursor has.
    pub(super) fn new(cursor: Cursor<'t>, fault: Option<YamlError>) -> Self {
        Self {
            cursor,
            fault,
            queue: VecDeque::new(),
            taken: 0,
            ready: false,
            ended: false,
            keys: vec![PendingKey::default()],
            key_allowed: true,
            in_next_line: false,
            indent: -1,
            outer_indents: Vec::new(),
        }
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token> {
        while !self.ready {
            let enough = self.ended || self.queue.len() >= LOOK_AHEAD;
            if enough && (!self.head_may_be_key()? || self.ended) {
                self.ready = true;
            } else {
                let fetched = self.fetch();
                match &self.fault {
                    Some(fault) if self.cursor.starved() => return Err(fault.clone()),
                    _ => fetched?,
                }
            }
        }
        Ok(&self.queue[0])
    }

    /// Kind, start and end of the next token.
    pub(super) fn look(&mut self) -> Result<(TokenKind, Mark, u32)> {
        self.peek().map(|token| (token.kind, token.start, token.end))
    }

    /// Removes the token last peeked at.
    pub(super) fn take(&mut self) -> Token {
        self.ready = false;
        self.taken += 1;
        self.queue.pop_front().expect("bug: a token was taken that nobody peeked at")
    }

    pub(super) fn in_flow(&self) -> bool {
        self.keys.len() > 1
    }

    /// Opens a block collection if the column is deeper than the current one. `place` is the number of the token
    /// before which it begins; `None` is the end of the queue.
    fn indent_to(&mut self, mark: Mark, place: Option<usize>, kind: TokenKind) -> Result<()> {
        let column = i64::from(mark.column);
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        self.outer_indents.push(self.indent);
        self.indent = column;
        if self.outer_indents.len() > MAX_DEPTH {
            let key = self.keys[self.keys.len() - 1].mark;
            return Err(YamlError::scan(key, self.cursor.mark(), &too_deep()));
        }
        self.insert(place, Token::new(kind, mark, mark.offset as usize));
        Ok(())
    }

    /// Closes the block collections that are deeper than `column`. They end at `mark`.
    fn dedent_to(&mut self, column: i64, mark: Mark) {
        while !self.in_flow() && self.indent > column {
            self.queue.push_back(Token::new(TokenKind::BlockEnd, mark, mark.offset as usize));
            self.indent = self.outer_indents.pop().unwrap_or(-1);
        }
    }

    fn insert(&mut self, place: Option<usize>, token: Token) {
        let index = place.map_or(self.queue.len(), |number| number - self.taken);
        self.queue.insert(index, token);
    }

    /// Scans one token, or several where block collections begin or end.
    fn fetch(&mut self) -> Result<()> {
        let before = self.cursor.mark();
        self.skip_to_token();
        self.dedent_to(i64::from(self.cursor.column()), before);
        self.cursor.demand(4);
        if self.cursor.at_end() {
            return self.stream_end();
        }
        let first = self.cursor.peek(0);
        let at_line_start = self.cursor.column() == 0;
        if at_line_start && first == b'%' {
            self.leave_document()?;
            let token = self.directive()?;
            self.queue.push_back(token);
            return Ok(());
        }
        if at_line_start && self.cursor.at_document_marker() {
            self.leave_document()?;
            let kind = if first == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
            self.symbol(kind, 3);
            return Ok(());
        }
        self.in_next_line = false;
        self.content(first)?;
        // A comment in the same line is read at once, with any tabs before it.
        // Not so behind a list entry's dash, where tabs are forbidden.
        let last = self.queue.back().map(|token| token.kind);
        if last != Some(TokenKind::BlockEntry) && !self.in_next_line {
            self.skip_line_comment();
        }
        Ok(())
    }

    fn content(&mut self, first: u8) -> Result<()> {
        let flow = self.in_flow();
        match first {
            b'[' => self.flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.flow_start(TokenKind::FlowMappingStart),
            b']' => self.flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.flow_end(TokenKind::FlowMappingEnd),
            b',' => {
                self.drop_current_key()?;
                self.key_allowed = true;
                self.symbol(TokenKind::FlowEntry, 1);
                Ok(())
            }
            b'-' if self.cursor.is_gap(1) => {
                self.open_block(TokenKind::BlockSequence, "block sequence entries are not allowed in this context")?;
                self.drop_current_key()?;
                self.key_allowed = true;
                self.symbol(TokenKind::BlockEntry, 1);
                Ok(())
            }
            b'?' if flow || self.cursor.is_gap(1) => {
                self.open_block(TokenKind::BlockMapping, "mapping keys are not allowed in this context")?;
                self.drop_current_key()?;
                self.key_allowed = !flow;
                self.symbol(TokenKind::Key, 1);
                Ok(())
            }
            b':' if flow || self.cursor.is_gap(1) => self.value(),
            b'*' => self.maybe_key(|scanner| scanner.name(TokenKind::Alias)),
            b'&' => self.maybe_key(|scanner| scanner.name(TokenKind::Anchor)),
            b'!' => self.maybe_key(Self::tag),
            b'|' | b'>' if !flow => {
                self.drop_current_key()?;
                self.key_allowed = true;
                let token = self.block_scalar(first == b'|')?;
                self.queue.push_back(token);
                Ok(())
            }
            b'\'' | b'"' => self.maybe_key(|scanner| scanner.quoted(first == b'\'')),
            b'\t' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => Err(self.unexpected()),
            _ => self.maybe_key(Self::plain),
        }
    }

    fn unexpected(&self) -> YamlError {
        let here = self.cursor.mark();
        YamlError::scan(here, here, "found character that cannot start any token")
    }

    /// Adds a token of `length` ASCII characters.
    fn symbol(&mut self, kind: TokenKind, length: usize) {
        let start = self.cursor.mark();
        self.cursor.skip(length);
        self.queue.push_back(Token::new(kind, start, self.cursor.pos()));
    }

    /// Adds a token that may begin a key, and behind which none can begin.
    fn maybe_key(&mut self, scan: impl FnOnce(&mut Self) -> Result<Token>) -> Result<()> {
        let key_depth = self.begin_key()?;
        self.key_allowed = false;
        let token = scan(self)?;
        self.queue.push_back(Token { key_depth, ..token });
        Ok(())
    }

    /// For an indicator that stands for itself at the start of a line: outside of brackets it may open a collection.
    fn open_block(&mut self, kind: TokenKind, refusal: &str) -> Result<()> {
        if self.in_flow() {
            return Ok(());
        }
        let here = self.cursor.mark();
        if !self.key_allowed {
            return Err(YamlError::scan(here, here, refusal));
        }
        self.indent_to(here, None, kind)
    }

    fn flow_start(&mut self, kind: TokenKind) -> Result<()> {
        let key_depth = self.begin_key()?;
        let mark = self.cursor.mark();
        if self.keys.len() > MAX_DEPTH {
            return Err(YamlError::scan(mark, mark, &too_deep()));
        }
        self.keys.push(PendingKey::none(mark));
        self.key_allowed = true;
        self.cursor.skip(1);
        self.queue.push_back(Token { key_depth, ..Token::new(kind, mark, self.cursor.pos()) });
        Ok(())
    }

    fn flow_end(&mut self, kind: TokenKind) -> Result<()> {
        self.drop_current_key()?;
        // A bracket that closes nothing is the parser's to refuse.
        if self.in_flow() {
            self.keys.pop();
        }
        self.key_allowed = false;
        self.symbol(kind, 1);
        Ok(())
    }

    fn value(&mut self) -> Result<()> {
        let depth = self.keys.len() - 1;
        if self.key_is_alive(depth)? {
            let key = self.keys[depth];
            self.insert(Some(key.token), Token::new(TokenKind::Key, key.mark, key.mark.offset as usize));
            self.indent_to(key.mark, Some(key.token), TokenKind::BlockMapping)?;
            self.keys[depth].possible = false;
            self.key_allowed = false;
        } else {
            self.open_block(TokenKind::BlockMapping, "mapping values are not allowed in this context")?;
            self.key_allowed = !self.in_flow();
        }
        self.symbol(TokenKind::Value, 1);
        Ok(())
    }

    fn leave_document(&mut self) -> Result<()> {
        self.dedent_to(-1, self.cursor.mark());
        self.drop_current_key()?;
        self.key_allowed = false;
        Ok(())
    }

    fn stream_end(&mut self) -> Result<()> {
        if self.cursor.column() != 0 {
            self.cursor.next_line();
        }
        self.leave_document()?;
        self.symbol(TokenKind::StreamEnd, 0);
        self.ended = true;
        Ok(())
    }
}

fn too_deep() -> String {
    format!("exceeded max depth of {MAX_DEPTH}")
}
