//! Providers' messages.
