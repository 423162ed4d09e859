//! The functions that `batch = "…"` may name: what they take, what they may answer, and how the two are paired.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use async_trait::async_trait;

use super::output::tool_error;
use super::{
    Call, Context, Fallible, IntoContent, Reply, State, StateOf, StateSpec, StateValue, ToolOutput,
    TypeOf,
};
use crate::error::{ErrorKind, ToolError};

/// The key of one call of a batch, whatever its type.
pub type BatchKey = Box<dyn Any + Send>;

/// A batch function without its types: what a loader holds.
#[async_trait]
pub trait BatchCall: Sync {
    /// The function's name, as the declaration spells it.
    fn name(&self) -> &'static str;
    /// The state that the function takes.
    fn states(&self) -> Vec<StateSpec>;
    /// Reads the key out of a call's arguments.
    ///
    /// # Errors
    /// An argument cannot be read.
    fn key(&self, call: &Call) -> Result<BatchKey, ToolError>;
    /// Runs the function once for all `keys`: one answer a key, in their order; `None` where it found nothing.
    ///
    /// # Errors
    /// The function failed as a whole, or broke its contract.
    async fn run(
        &self,
        context: Context,
        keys: Vec<BatchKey>,
    ) -> Result<Vec<Option<Reply>>, ToolError>;
}

/// A function that answers many keys at once.
///
/// It is `async`, takes the keys last as a `Vec<K>`, after `&Context` and up to three `State<T>` if it wants them, and
/// returns [`Answers`]. `K` is the type of the one argument that is not excluded from the cache key, or the tuple of
/// those that are not.
#[diagnostic::on_unimplemented(
    message = "this function cannot be the batch function of the tool",
    label = "must be `async fn(Vec<{K}>)` and answer with `HashMap<{K}, {V}>` or `Vec<{V}>`",
    note = "before the keys it may take `&Context` and up to three `State<T>`, in this order; the answer may be inside a `Result`",
    note = "the key is the argument that `cache_key_exclude` leaves, or the tuple of those that it leaves; it must be `Clone`, and `Eq` and `Hash` in a `HashMap`"
)]
pub trait BatchFn<M, K, V>: Copy + Send + Sync + 'static {
    /// The state that the function takes.
    fn states() -> Vec<StateSpec>;
    /// Calls the function and pairs its answers with the keys.
    fn answer(
        self,
        name: &'static str,
        context: Context,
        keys: Vec<K>,
    ) -> impl Future<Output = Result<Vec<Option<Reply>>, ToolError>> + Send;
}

/// What a batch function may return: a map by key, or a `Vec` with one entry a key in the order of the keys, each a
/// value or a `Result` of its own; and any of these in a `Result`.
pub trait Answers<K, V>: Send {
    /// One answer a key, in the order of the keys.
    ///
    /// # Errors
    /// The function failed as a whole, or answered with a wrong count of results.
    fn pair(self, name: &str, keys: &[K]) -> Result<Vec<Option<Reply>>, ToolError>;
}

impl<K, V, S> Answers<K, V> for HashMap<K, V, S>
where
    K: Eq + Hash + Send,
    V: IntoContent + Send,
    S: BuildHasher + Send,
{
    fn pair(self, _: &str, keys: &[K]) -> Result<Vec<Option<Reply>>, ToolError> {
        Ok(keys
            .iter()
            .map(|key| self.get(key).map(V::to_content))
            .collect())
    }
}

impl<K: Ord + Send, V: IntoContent + Send> Answers<K, V> for BTreeMap<K, V> {
    fn pair(self, _: &str, keys: &[K]) -> Result<Vec<Option<Reply>>, ToolError> {
        Ok(keys
            .iter()
            .map(|key| self.get(key).map(V::to_content))
            .collect())
    }
}

impl<K, V: IntoContent + Send> Answers<K, V> for Vec<V> {
    fn pair(self, name: &str, keys: &[K]) -> Result<Vec<Option<Reply>>, ToolError> {
        same_count(name, keys.len(), self.len())?;
        Ok(self
            .into_iter()
            .map(|value| Some(value.into_content()))
            .collect())
    }
}

impl<K, V: IntoContent + Send, E: Display + Send + 'static> Answers<K, V> for Vec<Result<V, E>> {
    fn pair(self, name: &str, keys: &[K]) -> Result<Vec<Option<Reply>>, ToolError> {
        same_count(name, keys.len(), self.len())?;
        Ok(self
            .into_iter()
            .map(|value| Some(value.into_reply(Fallible)))
            .collect())
    }
}

impl<K, V, A: Answers<K, V>, E: Display + Send + 'static> Answers<K, V> for Result<A, E> {
    fn pair(self, name: &str, keys: &[K]) -> Result<Vec<Option<Reply>>, ToolError> {
        self.map_err(|error| tool_error(&error))?.pair(name, keys)
    }
}

fn same_count(name: &str, keys: usize, results: usize) -> Result<(), ToolError> {
    if keys == results {
        return Ok(());
    }
    Err(ToolError::new(
        ErrorKind::BatchContract,
        format_args!(
            "the batch function `{name}` was given {keys} keys and returned {results} results: it must return one a key"
        ),
    ))
}

/// A batch function, its types, and how a call becomes a key.
pub struct Batch<M, K, V, F> {
    name: &'static str,
    function: F,
    key: fn(&Call) -> Result<K, ToolError>,
    types: PhantomData<fn() -> (M, V)>,
}

/// A tool whose calls have keys of type `K`.
pub struct Keyed<K>(PhantomData<K>);

impl<K> Keyed<K> {
    /// Names the batch function of such a tool, whose result is a `V`.
    #[must_use]
    pub const fn batch<M, V, F>(
        name: &'static str,
        _: TypeOf<V>,
        function: F,
        key: fn(&Call) -> Result<K, ToolError>,
    ) -> Batch<M, K, V, F>
    where
        F: BatchFn<M, K, V>,
    {
        Batch {
            name,
            function,
            key,
            types: PhantomData,
        }
    }
}

#[async_trait]
impl<M, K, V, F> BatchCall for Batch<M, K, V, F>
where
    M: 'static,
    K: Send + 'static,
    V: 'static,
    F: BatchFn<M, K, V>,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn states(&self) -> Vec<StateSpec> {
        F::states()
    }

    fn key(&self, call: &Call) -> Result<BatchKey, ToolError> {
        (self.key)(call).map(|key| Box::new(key) as BatchKey)
    }

    async fn run(
        &self,
        context: Context,
        keys: Vec<BatchKey>,
    ) -> Result<Vec<Option<Reply>>, ToolError> {
        let keys = typed(self.name, keys)?;
        self.function.answer(self.name, context, keys).await
    }
}

/// The keys by their type, which is that of the function that made them.
pub(super) fn typed<K: 'static>(name: &str, keys: Vec<BatchKey>) -> Result<Vec<K>, ToolError> {
    let asked = keys.len();
    let keys: Vec<K> = keys
        .into_iter()
        .filter_map(|key| key.downcast().ok())
        .map(|key| *key)
        .collect();
    same_count(name, asked, keys.len())?;
    Ok(keys)
}

/// Runs a tool that has no body for one call alone.
///
/// # Errors
/// As [`BatchCall::run`]; a key that the function has no result for is not found.
pub async fn batch_of_one(batch: &'static dyn BatchCall, call: Call) -> Reply {
    let key = batch.key(&call)?;
    let context = call.context().of_batch();
    let answers = batch.run(context.clone(), vec![key]).await;
    call.context().depends(context.take_reads());
    let answers = answers?;
    answers
        .into_iter()
        .next()
        .flatten()
        .unwrap_or_else(|| Err(nothing_found()))
}

/// The error of the caller whose key had no result.
pub(crate) fn nothing_found() -> ToolError {
    ToolError::not_found("nothing was found for these arguments")
}

/// The marker of functions that take `&Context` first.
pub struct WithContext;
/// The marker of functions that do not.
pub struct WithoutContext;

macro_rules! batch_fn {
    ($borrowing:ident: $($state:ident $binding:ident),*) => {
        impl<F, Fut, A, K, V, $($state),*> BatchFn<(WithoutContext, A, $($state),*), K, V> for F
        where
            F: Fn($(State<$state>,)* Vec<K>) -> Fut + Copy + Send + Sync + 'static,
            Fut: Future<Output = A> + Send,
            A: Answers<K, V>,
            K: Clone + Send + Sync + 'static,
            $($state: StateValue,)*
        {
            fn states() -> Vec<StateSpec> {
                vec![$(<() as StateOf<$state>>::SPEC),*]
            }

            async fn answer(self, name: &'static str, context: Context, keys: Vec<K>)
                -> Result<Vec<Option<Reply>>, ToolError>
            {
                $(let $binding = State(context.require::<$state>()?.clone());)*
                // Read by the arms above only when there is state.
                drop(context);
                let asked = keys.clone();
                let answers = self($($binding,)* keys).await;
                answers.pair(name, &asked)
            }
        }

        /// A function whose future borrows the context.
        pub trait $borrowing<'c, K, $($state),*>: Fn(&'c Context, $(State<$state>,)* Vec<K>) -> Self::Future {
            /// What it returns when it is called.
            type Future: Future<Output = Self::Answers> + Send + 'c;
            /// What it returns when it is awaited.
            type Answers;
        }

        impl<'c, F, Fut, K, $($state),*> $borrowing<'c, K, $($state),*> for F
        where
            F: Fn(&'c Context, $(State<$state>,)* Vec<K>) -> Fut,
            Fut: Future + Send + 'c,
        {
            type Future = Fut;
            type Answers = Fut::Output;
        }

        impl<F, A, K, V, $($state),*> BatchFn<(WithContext, A, $($state),*), K, V> for F
        where
            F: for<'c> $borrowing<'c, K, $($state,)* Answers = A> + Copy + Send + Sync + 'static,
            A: Answers<K, V>,
            K: Clone + Send + Sync + 'static,
            $($state: StateValue,)*
        {
            fn states() -> Vec<StateSpec> {
                vec![$(<() as StateOf<$state>>::SPEC),*]
            }

            async fn answer(self, name: &'static str, context: Context, keys: Vec<K>)
                -> Result<Vec<Option<Reply>>, ToolError>
            {
                $(let $binding = State(context.require::<$state>()?.clone());)*
                let asked = keys.clone();
                let answers = self(&context, $($binding,)* keys).await;
                answers.pair(name, &asked)
            }
        }
    };
}

batch_fn!(Borrowing0:);
batch_fn!(Borrowing1: S1 s1);
batch_fn!(Borrowing2: S1 s1, S2 s2);
batch_fn!(Borrowing3: S1 s1, S2 s2, S3 s3);
