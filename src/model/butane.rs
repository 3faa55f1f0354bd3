//! The Butane model: Ignition and its sugar.
