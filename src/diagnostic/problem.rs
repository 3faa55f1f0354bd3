//! The kinds of findings: a stable code, a name and a page each.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never changes an exit status.
    Info,
    /// Probably not what was meant; fails only where warnings are denied.
    Warning,
    /// The input cannot be used.
    Error,
}

impl Severity {
    /// The word for it: `error`, `warning`, `info`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of finding. Declared with [`problem!`](crate::problem), listed in `crate::problems`.
#[derive(Debug)]
pub struct Problem {
    /// `FS` and four digits; stable, never used again for something else.
    pub code: &'static str,
    /// A short name in kebab case, for people.
    pub name: &'static str,
    /// The severity a finding of this kind has unless its place asks for another.
    pub severity: Severity,
    /// The page that `explain` prints, in Markdown: what it is, why it hurts on the machine, bad, good, source.
    pub page: &'static str,
}

impl PartialEq for Problem {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

/// Declares kinds of findings; the doc comment of each is its page.
///
/// ```
/// firesteel::problem! {
///     /// A key that nothing reads.
///     pub UNKNOWN_THING = "FS9999", "unknown-thing", Error;
/// }
/// assert_eq!(UNKNOWN_THING.code, "FS9999");
/// ```
#[macro_export]
macro_rules! problem {
    ($($(#[doc = $page:expr])+ $visibility:vis $name:ident = $code:literal, $short:literal, $severity:ident;)+) => {
        $(
            $(#[doc = $page])+
            #[allow(unreachable_pub, reason = "the list of all problems is what others see")]
            $visibility static $name: $crate::diagnostic::Problem = $crate::diagnostic::Problem {
                code: $code,
                name: $short,
                severity: $crate::diagnostic::Severity::$severity,
                page: concat!($($page, "\n"),+),
            };
        )+
    };
}
