//! When a batch leaves.
