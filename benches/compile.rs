//! How long the stages of a Butane config take: reading YAML, the whole stand-in, and contents that are compressed.
//!
//! `cargo bench` runs them. They are looked at by people; no test depends on a time.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use firesteel::butane::{Options, compile};
use firesteel::document::yaml;
use firesteel::files::MemoryFiles;
use std::fmt::Write as _;

fn main() {
    divan::main();
}

/// Words for texts that compress as configs do.
const WORDS: [&str; 16] = [
    "enabled", "true", "false", "path", "value", "host", "port", "network", "device", "timeout", "retry", "cache",
    "proxy", "socket", "limit", "level",
];

/// Lines of a config file, different for each `seed`, at least `length` bytes.
fn text(mut seed: u32, length: usize) -> String {
    let mut text = String::new();
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize
    };
    while text.len() < length {
        let (name, number, value) = (WORDS[next() % 16], next() % 10_000, WORDS[next() % 16]);
        let _ = writeln!(text, "{name}_{number} = {value}");
    }
    text
}

/// A config with `count` files of about 300 bytes.
fn config(count: usize) -> String {
    let mut config = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n".to_owned();
    for index in 0..count {
        let _ = writeln!(
            config,
            "    - path: /etc/app/{index:05}.conf\n      mode: 0644\n      contents:\n        inline: |"
        );
        for line in text(index as u32, 300).lines() {
            let _ = writeln!(config, "          {line}");
        }
    }
    config
}

#[divan::bench(args = [100, 10_000])]
fn read_yaml(bencher: Bencher<'_, '_>, count: usize) {
    let config = config(count);
    bencher.counter(BytesCount::of_str(&config)).bench(|| yaml::read(black_box(config.as_bytes())).is_ok());
}

#[divan::bench(args = [100, 10_000])]
fn compile_inline_files(bencher: Bencher<'_, '_>, count: usize) {
    let config = config(count);
    let options = Options::default();
    let run = || compile(black_box(config.as_bytes()), "bench.bu", None, options).output.is_ok();
    bencher.counter(BytesCount::of_str(&config)).bench(run);
}

/// Nearly all of it is the deflate.
#[divan::bench(args = [1_000, 100_000, 10_000_000])]
fn compress_local_file(bencher: Bencher<'_, '_>, length: usize) {
    let config = "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: /f\n      contents: {local: f}\n";
    let mut files = MemoryFiles::default();
    files.files.insert("f".to_owned(), text(1, length).into_bytes());
    let run = || compile(black_box(config.as_bytes()), "bench.bu", Some(&files), Options::default()).output.is_ok();
    bencher.counter(BytesCount::new(length)).bench(run);
}
