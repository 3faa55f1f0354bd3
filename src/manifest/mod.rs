//! Kubernetes objects: read as documents and edited in place, or made whole.

mod pool;
mod user_data;

pub use pool::{PoolFacts, pool};
pub use user_data::{Rewritten, UserDataFault, rewrite_user_data};
