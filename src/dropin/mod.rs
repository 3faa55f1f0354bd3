//! Programs that stand in for others: the same flags, the same exit statuses, the same bytes.

pub mod butane;
