//! Flags as the reference's library for them reads them.

/// When findings are colored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Color {
    /// On a terminal, unless the user wants none anywhere.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Every flag with its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Flags {
    pub(super) check: bool,
    pub(super) strict: bool,
    pub(super) pretty: bool,
    pub(super) raw: bool,
    pub(super) raw_errors: bool,
    pub(super) help: bool,
    pub(super) version: bool,
    pub(super) debug: bool,
    pub(super) color: Color,
    pub(super) output: Option<String>,
    pub(super) files_dir: Option<String>,
    pub(super) input: Option<String>,
}

/// What an argument list says.
pub(super) enum Parsed {
    /// Flags and the other arguments.
    Flags(Flags, Vec<String>),
    /// It cannot be understood.
    Misuse(String),
}

/// Where the value of a flag goes.
enum Slot<'f> {
    Switch(&'f mut bool),
    Text(&'f mut Option<String>),
    Color(&'f mut Color),
}

impl Flags {
    fn slot(&mut self, name: &str) -> Option<Slot<'_>> {
        Some(match name {
            "c" | "check" => Slot::Switch(&mut self.check),
            "s" | "strict" => Slot::Switch(&mut self.strict),
            "p" | "pretty" => Slot::Switch(&mut self.pretty),
            "r" | "raw" => Slot::Switch(&mut self.raw),
            "raw-errors" => Slot::Switch(&mut self.raw_errors),
            "h" | "help" => Slot::Switch(&mut self.help),
            "V" | "version" => Slot::Switch(&mut self.version),
            "D" | "debug" => Slot::Switch(&mut self.debug),
            "color" | "colour" => Slot::Color(&mut self.color),
            "o" | "output" => Slot::Text(&mut self.output),
            "d" | "files-dir" => Slot::Text(&mut self.files_dir),
            "input" => Slot::Text(&mut self.input),
            _ => return None,
        })
    }
}

/// Reads the arguments; flags may follow others, `--` ends them.
pub(super) fn parse(arguments: &[String]) -> Parsed {
    let mut flags = Flags::default();
    let mut operands = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let told = if argument == "--" {
            operands.extend(rest.cloned());
            break;
        } else if let Some(long) = argument.strip_prefix("--") {
            parse_long(long, &mut flags, &mut rest)
        } else if let Some(short) = argument.strip_prefix('-').filter(|short| !short.is_empty()) {
            parse_short(short, &mut flags, &mut rest)
        } else {
            operands.push(argument.clone());
            Ok(())
        };
        if let Err(message) = told {
            return Parsed::Misuse(message);
        }
    }
    Parsed::Flags(flags, operands)
}

type Rest<'a> = std::slice::Iter<'a, String>;

fn parse_long(text: &str, flags: &mut Flags, rest: &mut Rest<'_>) -> Result<(), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    let slot = flags.slot(name).filter(|_| name.len() > 1).ok_or_else(|| format!("unknown flag --{name}"))?;
    set(slot, name, value.map(str::to_owned), || rest.next().cloned())
}

fn parse_short(text: &str, flags: &mut Flags, rest: &mut Rest<'_>) -> Result<(), String> {
    for (at, char) in text.char_indices() {
        let name = &text[at..at + char.len_utf8()];
        let after = &text[at + char.len_utf8()..];
        let slot = flags.slot(name).ok_or_else(|| format!("unknown flag -{name}"))?;
        let is_switch = matches!(slot, Slot::Switch(_));
        let value = match after.strip_prefix('=') {
            Some(value) => Some(value.to_owned()),
            None if !is_switch && !after.is_empty() => Some(after.to_owned()),
            None => None,
        };
        let ends = value.is_some() || !is_switch;
        set(slot, name, value, || rest.next().cloned())?;
        if ends {
            break;
        }
    }
    Ok(())
}

fn set(slot: Slot<'_>, name: &str, value: Option<String>, next: impl FnOnce() -> Option<String>) -> Result<(), String> {
    match slot {
        Slot::Switch(switch) => {
            *switch = match value.as_deref() {
                None | Some("1" | "t" | "T" | "true" | "TRUE" | "True") => true,
                Some("0" | "f" | "F" | "false" | "FALSE" | "False") => false,
                Some(_) => return Err(format!("the flag {name} is true or false")),
            };
        }
        Slot::Color(color) => {
            *color = match value.as_deref() {
                None | Some("always" | "yes") => Color::Always,
                Some("auto") => Color::Auto,
                Some(_) => Color::Never,
            };
        }
        Slot::Text(text) => match value.or_else(next) {
            Some(value) => *text = Some(value),
            None => return Err(format!("the flag {name} needs a value")),
        },
    }
    Ok(())
}
