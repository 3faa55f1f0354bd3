//! What runs on the host: scripts, units and data files, as texts.
//!
//! This module turns the facts of one volume into texts and knows neither the spec nor Ignition.
