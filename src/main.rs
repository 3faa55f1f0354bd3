//! The `firesteel` program.
use firesteel::{
    diagnostic::render,
    files::MemoryFiles,
    pipeline::{Input, Options, compile},
};
#[allow(clippy::print_stdout, clippy::print_stderr)]
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let dir = std::path::Path::new(&path).parent().unwrap().to_owned();
    let mut files = MemoryFiles::default();
    for sub in ["secrets", "exported"] {
        for e in std::fs::read_dir(dir.join(sub)).into_iter().flatten().flatten() {
            files.files.insert(format!("{sub}/{}", e.file_name().to_string_lossy()), std::fs::read(e.path()).unwrap());
        }
    }
    let c = compile(Input { name: &path, bytes: &std::fs::read(&path).unwrap() }, &files, &Options::default());
    eprintln!("{}", render::text(&c.report, &c.sources, render::Style::Plain));
    for a in c.assets {
        println!("=== {} {}\n{}", a.name, a.secret, a.contents);
    }
}
