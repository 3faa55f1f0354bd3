//! Which file of the output folder holds which asset.

use crate::pipeline::{Asset, AssetKind};
use std::path::Path;

/// The folder below the output folder for what is no object, which `oc apply -f DIR` must not see.
const EXTRA: &str = "extra";

/// One file to be in the output folder.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OutputFile {
    /// Its name relative to the output folder, with `/` between the parts.
    pub(crate) name: String,
    pub(crate) contents: String,
    pub(crate) secret: bool,
}

/// The files for the assets of several specs, each with the name of its own folder if it has one; sorted by name.
///
/// # Errors
/// When a name of an asset is unfit for a file, or two are the same: a bug of the compiler, in a sentence.
pub(crate) fn layout(specs: Vec<(Option<String>, Vec<Asset>)>) -> Result<Vec<OutputFile>, String> {
    let mut files = Vec::new();
    for (folder, assets) in specs {
        for Asset { name, kind, contents, secret } in assets {
            if !is_plain_name(&name) {
                return Err(format!("bug: the compiler made an asset with the name {name:?}; please report this"));
            }
            let parts = [folder.as_deref(), (kind == AssetKind::Extra).then_some(EXTRA), Some(&name)];
            let name = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
            files.push(OutputFile { name, contents, secret });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    match files.windows(2).find(|pair| pair[0].name == pair[1].name) {
        Some(pair) => {
            Err(format!("bug: the compiler made two assets with the name {:?}; please report this", pair[0].name))
        }
        None => Ok(files),
    }
}

/// The name of a spec's own folder, when there are several specs: its file name without the last suffix.
pub(crate) fn stem(spec: &Path) -> Option<String> {
    let stem = if spec.as_os_str() == "-" { "stdin" } else { spec.file_stem()?.to_str()? };
    is_plain_name(stem).then(|| stem.to_owned())
}

/// Whether a name is one part of a path, means no other folder, and is not hidden.
pub(crate) fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\']) && !name.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(name: &str, kind: AssetKind) -> Asset {
        Asset { name: name.into(), kind, contents: String::new(), secret: false }
    }

    fn names(specs: Vec<(Option<String>, Vec<Asset>)>) -> Result<Vec<String>, String> {
        layout(specs).map(|files| files.into_iter().map(|file| file.name).collect())
    }

    #[test]
    fn objects_and_extras() {
        let assets = vec![asset("b.yaml", AssetKind::Object), asset("RUNBOOK.md", AssetKind::Extra)];
        assert_eq!(names(vec![(None, assets.clone())]), Ok(vec!["b.yaml".into(), "extra/RUNBOOK.md".into()]));
        assert_eq!(
            names(vec![(Some("etcd".into()), assets.clone()), (Some("a".into()), assets[..1].to_vec())]),
            Ok(vec!["a/b.yaml".into(), "etcd/b.yaml".into(), "etcd/extra/RUNBOOK.md".into()])
        );
    }

    #[test]
    fn unfit_names_are_our_bug() {
        for name in ["", ".", "..", ".hidden", "a/b", "../a", "a\\b", "a\nb"] {
            assert!(names(vec![(None, vec![asset(name, AssetKind::Object)])]).is_err(), "{name:?}");
        }
        let twice = vec![asset("a", AssetKind::Object), asset("a", AssetKind::Object)];
        assert!(names(vec![(None, twice)]).is_err());
    }

    #[test]
    fn stems() {
        for (spec, expected) in [
            ("a/etcd.yaml", Some("etcd")),
            ("etcd", Some("etcd")),
            ("-", Some("stdin")),
            ("a.b.yml", Some("a.b")),
            (".yaml", None),
            ("..", None),
        ] {
            assert_eq!(stem(Path::new(spec)).as_deref(), expected, "{spec}");
        }
    }
}
