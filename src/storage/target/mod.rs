//! The storage side: what makes a machine with LIO or tgt show each node its own LUN, and nobody else's.
//!
//! Scripts are constant texts after a list of facts, which they read line by line and never execute.

mod exports;
mod saveconfig;
mod script;
mod targetcli;
mod tgt;

use super::plan::Plan;
use crate::asset::{Asset, AssetKind, TargetForm};
use exports::Target;

/// The storage side of a plan that was found fit for the form.
pub(super) fn side(plan: &Plan, form: TargetForm) -> Asset {
    let targets: Vec<Target<'_>> = exports::targets(plan);
    let contents = match form {
        TargetForm::Tgt => tgt::script(&targets),
        TargetForm::Targetcli => targetcli::script(&targets),
        TargetForm::Saveconfig => saveconfig::json(&targets),
    };
    Asset { name: file_name(form).to_owned(), kind: AssetKind::Extra, contents, secret: true }
}

/// The file that holds the storage side.
pub(super) fn file_name(form: TargetForm) -> &'static str {
    match form {
        TargetForm::Tgt | TargetForm::Targetcli => "target.sh",
        TargetForm::Saveconfig => "saveconfig.json",
    }
}
