//! MachineConfigs as the machine-config operator sees them: read, merged into what a pool renders, held against what
//! running nodes have.
//!
//! What is here is what the operator's own functions do, held by recorded verdicts of theirs. Whether something is wise
//! is told by the rules in `lint`.

mod component;
mod envelope;
mod merge;
mod pool_selector;
mod reconcile;
pub mod spec2;

pub use component::{ComponentFault, member, read_config};
pub use envelope::{API_VERSION, KIND, MachineConfig, Metadata, Spec, Verbatim, is_labelled, read};
pub use merge::{Component, MergeFault, Rendered, render};
pub use pool_selector::{MachineConfigPool, PoolSpec, Requirement, Selector, read as read_pool};
pub use reconcile::{Irreconcilable, Override, reconcile};
pub use spec2::{NO_FILESYSTEM, NOT_TRANSLATED, is_taken as takes_spec2, translate as translate_spec2};
