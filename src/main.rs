//! The `firesteel` program.

fn main() -> firesteel::cli::Exit {
    firesteel::cli::main()
}
