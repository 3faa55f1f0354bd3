//! User-data Secrets: the pointer config in them is decoded and checked as an Ignition config.

use super::{Part, Run, ignition};
use crate::diagnostic::{Place, Problem, redact};
use crate::document::{Path, json};
use crate::lint::Form;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

crate::problem! {
    /// User data that cannot be decoded, or that are no Ignition config.
    ///
    /// The machine gets them as they are, finds no config in them, and does not boot.
    ///
    /// Good: `data.userData` is the base64 of the Ignition JSON; `stringData.userData` is the JSON itself.
    ///
    /// Source: the machine-api user-data Secret; Kubernetes Secrets.
    pub(crate) BAD_USER_DATA = "FS2020", "undecodable-user-data", Error;
}

pub(super) static PROBLEMS: &[&Problem] = &[&BAD_USER_DATA];

pub(super) fn read(run: &mut Run<'_>, part: &Part<'_>) {
    let document = part.document;
    for (section, encoded) in [("data", true), ("stringData", false)] {
        let path = part.path.join(section).join("userData");
        let found = document.find(&path);
        let node = found.value.filter(|_| found.depth == path.segments().len());
        let Some(node) = node else { continue };
        let place = Place::value(part.source, path);
        run.sources.hide(part.source, document.node(node).span);
        let Some(text) = document.value(node) else {
            run.report.push(BAD_USER_DATA.at(place, "the user data are no text"));
            continue;
        };
        let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let bytes = match if encoded { STANDARD.decode(&compact) } else { Ok(text.as_bytes().to_vec()) } {
            Ok(bytes) => bytes,
            Err(_) => {
                let help = "encode it again: `base64 -w0 FILE`; a text that is not encoded belongs under `stringData`";
                run.report.push(BAD_USER_DATA.at(place, "the user data are no base64").help(help));
                continue;
            }
        };
        let name = format!("{}: {section}.userData", part.input.name);
        match json::read(&bytes) {
            Ok(config) => {
                let config = Arc::new(config);
                let source = run.sources.add_document(name, config.clone());
                run.sources.decoded_from(source, place);
                redact::secrets(config.text()).into_iter().for_each(|span| run.sources.hide(source, span));
                let Some(node) = config.root() else { continue };
                let inner = Part { source, document: &config, node, path: Path::root(), input: part.input };
                let about = (Form::UserData, run.options.platform);
                ignition::config(run, &inner, (Some(node), &inner.path), about, None);
            }
            Err(_) => {
                let help = "take the Secret that the installer or the operator made";
                run.report.push(BAD_USER_DATA.at(place, "the user data are no JSON, so no Ignition config").help(help));
            }
        }
    }
}
