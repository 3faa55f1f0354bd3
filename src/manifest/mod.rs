//! Kubernetes objects: read as documents and edited in place, or made whole.

pub mod machine_config;
mod pool;
mod user_data;

pub use pool::{PoolFacts, pool};
pub use user_data::{Rewritten, UserDataFault, rewrite_user_data};

use crate::diagnostic::Problem;

/// Every kind of finding about objects.
pub static PROBLEMS: &[&Problem] = &[&machine_config::NOT_TRANSLATED, &machine_config::NO_FILESYSTEM];
