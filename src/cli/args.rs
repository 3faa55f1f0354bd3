//! What a user can type. Here it is only recorded; each command interprets its own part.

use crate::lint::Platform;
use crate::pipeline::{TargetForm, Wrapping};
use crate::spec::Release;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Compiles and checks Ignition configs and OpenShift MachineConfigs.
#[derive(Debug, Parser)]
#[command(name = "firesteel", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Whether output has colours; `auto`: on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, global = true, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

const AFTER_HELP: &str = "\
`firesteel butane ...`, or a link called `butane`, stands in for Butane: see `firesteel butane --help`.
`firesteel ignition-validate ...`, or a link of that name, stands in for the validator of Ignition.

Exit status:
  0  clean; there may be warnings
  1  errors in the input, warnings under --strict, or differences under --check
  2  wrong usage
  3  something could not be read or written";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compile specs and Butane configs to the files that an installer or a cluster takes.
    Compile(CompileArguments),
    /// Check configs, MachineConfigs, user data, specs and units, and say what they will do on the machine.
    Validate(ValidateArguments),
    /// Say what a finding means and what to do about it.
    Explain(ExplainArguments),
    /// List the JSON Schemas of specs, Ignition and Butane configs, or print one.
    Schema(SchemaArguments),
    /// Print a completion script for a shell.
    Completions(CompletionsArguments),
    /// Print the manual page, of the program or of one command.
    Man(ManArguments),
}

#[derive(Debug, Args)]
#[command(after_long_help = COMPILE_HELP)]
pub(crate) struct CompileArguments {
    /// Specs and Butane configs to compile; `-` is standard input, whose file references are relative to the current directory.
    #[arg(required = true, value_name = "SPEC")]
    pub(crate) specs: Vec<PathBuf>,
    /// Where results go: a folder (made when missing), or `-` to print the objects.
    #[arg(short, long, value_name = "DIR|-")]
    pub(crate) output: Option<PathBuf>,
    /// Write nothing; show what differs in DIR from what would be written, and exit 1 if anything does.
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; show what would change in DIR, and exit 0. Secrets and payloads are masked.
    #[arg(long)]
    pub(crate) diff: bool,
    /// Remove files of earlier runs that are no longer emitted. Only files this program wrote are touched.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Write which files the results depend on, as a rule for Make or Ninja.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["check", "diff"])]
    pub(crate) depfile: Option<PathBuf>,
    /// Treat warnings as errors: nothing is written, and the exit status is 1.
    #[arg(long)]
    pub(crate) strict: bool,
    /// In what the results are wrapped; without it, MachineConfigs for a cluster and Ignition for other hosts.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) emit: Option<Emit>,
    /// Also write the storage side of the spec's LUNs to DIR/extra/, readable by its owner alone.
    #[arg(long, value_enum, value_name = "PROGRAM")]
    pub(crate) emit_target: Option<EmitTarget>,
    /// How findings are printed on standard error.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
}

const COMPILE_HELP: &str = "\
Objects lie directly in DIR, one per file, so that `oc apply -f DIR` is right; what is no object, such as the runbook, \
lies in DIR/extra/, where --emit-target puts the storage side too. With several inputs each spec has its own folder, \
DIR/<name of the spec>/; a Butane config comes to one file, which lies directly in DIR: <name of the object>.yaml, or \
<name of the config>.ign.

Local files of a Butane config are relative to its folder. Butane configs below `ignition.config` are compiled too.

All or nothing: with any error in any spec no file is touched. Files are replaced in one step, and only when they \
change, so that `make` is right. Those that hold secrets are readable by their owner alone. A symbolic link in the \
place of a result is replaced by the result; its target is left alone. A folder below DIR must not be a link.

DIR/.firesteel-manifest lists what was written. It is what --prune goes by.";

#[derive(Debug, Args)]
#[command(after_long_help = VALIDATE_HELP)]
pub(crate) struct ValidateArguments {
    /// Files and folders to check; `-` is standard input. Without any, the current folder.
    #[arg(value_name = "FILE|DIR|-")]
    pub(crate) paths: Vec<PathBuf>,
    /// What the configs are for, where they do not say so: a release (4.16) or a product (fcos, flatcar, openshift).
    #[arg(long, value_name = "TARGET", value_parser = platform)]
    pub(crate) target: Option<Platform>,
    /// How findings are printed on standard output.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
    /// Mend what can be mended without changing what is meant. The rest of a file stays as it is, to the byte.
    #[arg(long, group = "mending")]
    pub(crate) fix: bool,
    /// Write nothing; show what --fix would change.
    #[arg(long, group = "mending")]
    pub(crate) diff: bool,
    /// With --fix or --diff: also make the changes that a person has to want.
    #[arg(long = "unsafe", requires = "mending")]
    pub(crate) by_choice: bool,
    /// Leave out findings: codes (FS2201), the first digits of codes (FS24), or names (misread-mode).
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Treat warnings as errors: the exit status is 1.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Let rules look that are still tried out, and may tell of configs that are fine.
    #[arg(long)]
    pub(crate) preview: bool,
    /// The settings; without it, the firesteel.toml of each file's folder or the nearest above it.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read no firesteel.toml.
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

const VALIDATE_HELP: &str = "\
Files are told apart by what is in them: Ignition configs, MachineConfigs (also in lists and files of several documents), \
user-data Secrets, Butane configs, specs, and units by their names. Folders are walked; what is none of these is passed \
over there. All files of a run are seen together: a unit of one may need a mount of another.

With --fix, findings that are left are printed; the text of standard input is printed on standard output, and findings \
go to standard error. With --diff, the exit status is that of a run without it, and findings go to standard error too. \
What is encoded in base64 is not changed.

Leave out what you know better, with a reason. In YAML and units, on the line before, or in YAML at the end of the line:
  # firesteel: ignore FS2201 the group must be able to write
or anywhere, for the whole file:
  # firesteel: ignore-file FS24 the units are made by another tool
Only warnings, infos and what the rules from FS2100 on tell can be left out. JSON has no comments; use firesteel.toml:
  target = \"4.16\"
  strict = true
  preview = false
  ignore = [\"FS2201\"]
  [[per-path]]
  paths = [\"tests/**\"]
  ignore = [\"FS24\"]
  target = \"fcos\"
It is looked for in the folder of each file and those above it, up to the top of the repository or the current folder. \
Paths are relative to it; `*` stands for a part of a name, `**` for any folders. The command line goes before it, and \
a later [[per-path]] before an earlier one.";

/// Reads `--target`, and `target` of settings.
pub(crate) fn platform(name: &str) -> Result<Platform, String> {
    Platform::from_name(name).ok_or_else(|| {
        let releases: Vec<&str> = Release::known().collect();
        let (first, last) =
            (releases.first().copied().unwrap_or_default(), releases.last().copied().unwrap_or_default());
        format!("known are fcos, flatcar, fiot, r4e, openshift, and releases from {first} to {last}")
    })
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The code of the finding, such as FS0001, or its name.
    #[arg(required_unless_present = "all", value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Every page there is.
    #[arg(long, conflicts_with = "code")]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaArguments {
    /// The schema, such as firesteel-1.0.0 or ignition-3.2.0; without it all names.
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell.
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// The command; without it the page of the program.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

/// When output has colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What `--emit` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Emit {
    /// Kubernetes objects: MachineConfigs and what belongs to them.
    #[value(name = "machineconfig")]
    MachineConfig,
    /// Plain Ignition configs.
    Ignition,
    /// Butane configs that compile back to the same MachineConfigs.
    Butane,
}

impl From<Emit> for Wrapping {
    fn from(emit: Emit) -> Self {
        match emit {
            Emit::MachineConfig => Self::MachineConfig,
            Emit::Ignition => Self::Ignition,
            Emit::Butane => Self::Butane,
        }
    }
}

/// What `--emit-target` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EmitTarget {
    /// A script for tgt: target.sh.
    Tgt,
    /// A script for targetcli, which sets up LIO: target.sh.
    Targetcli,
    /// A configuration for `targetcli restoreconfig`: saveconfig.json.
    Saveconfig,
}

impl From<EmitTarget> for TargetForm {
    fn from(emit: EmitTarget) -> Self {
        match emit {
            EmitTarget::Tgt => Self::Tgt,
            EmitTarget::Targetcli => Self::Targetcli,
            EmitTarget::Saveconfig => Self::Saveconfig,
        }
    }
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, with the lines they are about.
    #[default]
    Text,
    /// One line a finding.
    Raw,
    /// One JSON object a line and finding.
    Json,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
    /// Annotations of GitHub's workflow runs.
    Github,
    /// JUnit's XML, a test case a file.
    Junit,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_shows_only_what_is_there() {
        let mut command = Arguments::command();
        command.build();
        let mut texts = vec![command.render_long_help().to_string()];
        texts.extend(command.get_subcommands_mut().map(|command| command.render_long_help().to_string()));
        let all = texts.join("\n");
        for absent in ["user-data", "clone-role", "butane "] {
            let hit = all.lines().find(|line| line.trim_start().starts_with(absent));
            assert_eq!(hit, None, "{absent}");
        }
        assert!(all.contains("--depfile"));
    }
}
