//! Every example compiles to the files in its `expected/` folder; `cargo xtask bless` rewrites them.

use firesteel::files::MemoryFiles;
use firesteel::pipeline::{Asset, AssetKind, Compiled, Input, Options, compile};
use pretty_assertions::StrComparison;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const EXPECTED: &str = "expected";

#[test]
fn examples_emit_what_is_expected() {
    let bless = std::env::var_os("FIRESTEEL_BLESS").is_some();
    let mut faults = Vec::new();
    let mut count = 0;
    for folder in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")) {
        let is_spec =
            |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains("\nvariant: firesteel\n"));
        let specs: Vec<PathBuf> = entries(&folder).into_iter().filter(is_spec).collect();
        for spec in &specs {
            count += 1;
            let expected =
                if specs.len() == 1 { folder.join(EXPECTED) } else { folder.join(EXPECTED).join(stem(spec)) };
            let emitted = emitted(&folder, spec);
            if bless {
                let _ = fs::remove_dir_all(&expected);
                for (name, text) in &emitted {
                    let path = expected.join(name);
                    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the tree can be written");
                    fs::write(path, text).expect("the tree can be written");
                }
                continue;
            }
            let there: BTreeMap<String, String> =
                walk(&expected).into_iter().map(|path| (relative(&expected, &path), read(&path))).collect();
            for name in emitted.keys().chain(there.keys()) {
                match (there.get(name), emitted.get(name)) {
                    (Some(old), Some(new)) if old == new => {}
                    (Some(old), Some(new)) => {
                        faults.push(format!("{}: {name}\n{}", spec.display(), StrComparison::new(old, new)));
                    }
                    (old, _) => faults.push(format!(
                        "{}: {name} is {}",
                        spec.display(),
                        if old.is_some() { "no longer emitted" } else { "not expected" }
                    )),
                }
            }
        }
    }
    assert!(count > 0, "there are examples");
    assert!(faults.is_empty(), "{}\n\n`cargo xtask bless` accepts", faults.join("\n\n"));
}

fn emitted(folder: &Path, spec: &Path) -> BTreeMap<String, String> {
    let mut files = MemoryFiles::default();
    for path in walk(folder) {
        files.files.insert(relative(folder, &path), fs::read(&path).expect("the file was listed"));
    }
    let name = relative(folder, spec);
    let bytes = fs::read(spec).expect("the spec was listed");
    let Compiled { assets, report, .. } = compile(Input { name: &name, bytes: &bytes }, &files, &Options::default());
    assert!(!report.has_errors(), "{}: {report:?}", spec.display());
    let name = |asset: &Asset| {
        if asset.kind == AssetKind::Extra { format!("extra/{}", asset.name) } else { asset.name.clone() }
    };
    assets.into_iter().map(|asset| (name(&asset), asset.contents)).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn relative(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).expect("it is in the folder").to_str().expect("names in the tree are text").to_owned()
}

fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).expect("names in the tree are text")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
