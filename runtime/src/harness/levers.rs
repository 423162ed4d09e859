//! Which of the harness's levers are on: to measure one, turn it off.

/// The levers that a harness can pull. All of them, unless it is told otherwise.
///
/// ```
/// use toolwright::Levers;
///
/// let serial = Levers::all().without_parallel_calls();
/// assert!(serial.result_caching() && !serial.parallel_calls());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levers {
    result_caching: bool,
    parallel_calls: bool,
    batching: bool,
}

impl Levers {
    /// All levers on.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            result_caching: true,
            parallel_calls: true,
            batching: true,
        }
    }

    /// All levers off: one call after the other, each on its own, nothing kept.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            result_caching: false,
            parallel_calls: false,
            batching: false,
        }
    }

    /// The same without the result cache.
    #[must_use]
    pub const fn without_result_caching(self) -> Self {
        Self {
            result_caching: false,
            ..self
        }
    }

    /// The same with the calls of a tick one after the other.
    #[must_use]
    pub const fn without_parallel_calls(self) -> Self {
        Self {
            parallel_calls: false,
            ..self
        }
    }

    /// The same without batches: a tool runs its body, or its batch function for one key.
    #[must_use]
    pub const fn without_batching(self) -> Self {
        Self {
            batching: false,
            ..self
        }
    }

    /// Whether results are cached.
    #[must_use]
    pub const fn result_caching(self) -> bool {
        self.result_caching
    }

    /// Whether the calls of a tick run at once.
    #[must_use]
    pub const fn parallel_calls(self) -> bool {
        self.parallel_calls
    }

    /// Whether calls are batched.
    #[must_use]
    pub const fn batching(self) -> bool {
        self.batching
    }
}

impl Default for Levers {
    fn default() -> Self {
        Self::all()
    }
}
