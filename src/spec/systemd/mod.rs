//! What systemd knows: directives by section and version, the units that a product ships, the systemd of each product.

mod directives;
mod units;

pub use directives::{Directive, EXPANDED, Standing, directive, names, sections_of, sections_with};
pub use units::{is_shipped, refuses_unknown_specifiers, version};
