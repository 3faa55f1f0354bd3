//! The pool and its user data.
