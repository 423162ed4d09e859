//! Batch functions that are methods of the type whose tool they answer: `&self` first, then as any batch function.

use std::marker::PhantomData;

use async_trait::async_trait;

use super::batch_fn::{Keyed, WithContext, WithoutContext, typed};
use super::{
    Answers, BatchCall, BatchKey, Call, Context, Reply, SharedState, StateRefOf, StateSpec, TypeOf,
};
use crate::error::ToolError;

/// A method that answers many keys at once.
///
/// It is `async` and takes `&self`, then `&Context` if it wants it, then the keys as a `Vec<K>`; it returns
/// [`Answers`]. Other state is in `self`.
#[diagnostic::on_unimplemented(
    message = "this method cannot be the batch function of the tool",
    label = "must be `async fn(&self, Vec<{K}>)` and answer with `HashMap<{K}, {V}>` or `Vec<{V}>`",
    note = "before the keys it may take `&Context`; the answer may be inside a `Result`",
    note = "the key is the argument that `cache_key_exclude` leaves, or the tuple of those that it leaves; it must be `Clone`, and `Eq` and `Hash` in a `HashMap`"
)]
pub trait BatchMethod<S, M, K, V>: Copy + Send + Sync + 'static {
    /// Calls the method and pairs its answers with the keys.
    fn answer(
        self,
        name: &'static str,
        context: Context,
        keys: Vec<K>,
    ) -> impl Future<Output = Result<Vec<Option<Reply>>, ToolError>> + Send;
}

/// A method whose future borrows its `self`.
pub trait OfSelf<'c, S: 'c, K>: Fn(&'c S, Vec<K>) -> Self::Future {
    /// What it returns when it is called.
    type Future: Future<Output = Self::Answers> + Send + 'c;
    /// What it returns when it is awaited.
    type Answers;
}

impl<'c, S: 'c, K, F, Fut> OfSelf<'c, S, K> for F
where
    F: Fn(&'c S, Vec<K>) -> Fut,
    Fut: Future + Send + 'c,
{
    type Future = Fut;
    type Answers = Fut::Output;
}

impl<F, S, A, K, V> BatchMethod<S, (WithoutContext, A), K, V> for F
where
    F: for<'c> OfSelf<'c, S, K, Answers = A> + Copy + Send + Sync + 'static,
    S: SharedState,
    A: Answers<K, V>,
    K: Clone + Send + Sync + 'static,
{
    async fn answer(
        self,
        name: &'static str,
        context: Context,
        keys: Vec<K>,
    ) -> Result<Vec<Option<Reply>>, ToolError> {
        let asked = keys.clone();
        let answers = self(context.require()?, keys).await;
        answers.pair(name, &asked)
    }
}

/// A method whose future borrows its `self` and the context.
pub trait OfSelfAndContext<'c, S: 'c, K>: Fn(&'c S, &'c Context, Vec<K>) -> Self::Future {
    /// What it returns when it is called.
    type Future: Future<Output = Self::Answers> + Send + 'c;
    /// What it returns when it is awaited.
    type Answers;
}

impl<'c, S: 'c, K, F, Fut> OfSelfAndContext<'c, S, K> for F
where
    F: Fn(&'c S, &'c Context, Vec<K>) -> Fut,
    Fut: Future + Send + 'c,
{
    type Future = Fut;
    type Answers = Fut::Output;
}

impl<F, S, A, K, V> BatchMethod<S, (WithContext, A), K, V> for F
where
    F: for<'c> OfSelfAndContext<'c, S, K, Answers = A> + Copy + Send + Sync + 'static,
    S: SharedState,
    A: Answers<K, V>,
    K: Clone + Send + Sync + 'static,
{
    async fn answer(
        self,
        name: &'static str,
        context: Context,
        keys: Vec<K>,
    ) -> Result<Vec<Option<Reply>>, ToolError> {
        let asked = keys.clone();
        let answers = self(context.require()?, &context, keys).await;
        answers.pair(name, &asked)
    }
}

/// A batch method, its types, and how a call becomes a key.
pub struct Method<S, M, K, V, F> {
    name: &'static str,
    function: F,
    key: fn(&Call) -> Result<K, ToolError>,
    state: PhantomData<fn() -> S>,
    types: PhantomData<fn() -> (M, V)>,
}

impl<K> Keyed<K> {
    /// Names the batch method of such a tool, whose result is a `V`.
    #[must_use]
    pub const fn batch_method<S, M, V, F>(
        name: &'static str,
        _: TypeOf<V>,
        method: F,
        key: fn(&Call) -> Result<K, ToolError>,
    ) -> Method<S, M, K, V, F>
    where
        F: BatchMethod<S, M, K, V>,
    {
        Method {
            name,
            function: method,
            key,
            state: PhantomData,
            types: PhantomData,
        }
    }
}

#[async_trait]
impl<S, M, K, V, F> BatchCall for Method<S, M, K, V, F>
where
    S: SharedState,
    M: 'static,
    K: Send + 'static,
    V: 'static,
    F: BatchMethod<S, M, K, V>,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn states(&self) -> Vec<StateSpec> {
        vec![<() as StateRefOf<S>>::SPEC]
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
