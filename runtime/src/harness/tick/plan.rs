//! What a call of a tick takes from earlier ones: found when it comes, and filled in when they have ended.

use std::sync::Arc;

use super::super::arguments;
use super::super::prepare::Prepared;
use super::{State, Tick};
use crate::call::{Outcome, ToolCall};
use crate::effect::Effect;
use crate::error::{ErrorKind, ToolError};
use crate::reference::resolve;
use crate::registry::RegisteredTool;
use crate::wiring::{self, Wire};

/// A call that came, and what it waits for.
pub(super) struct Planned {
    pub(super) state: State,
    /// The calls for whose end it waits, as the model asks for it.
    pub(super) after: Vec<usize>,
}

/// A call that needs the results of others.
pub(super) struct Wired {
    /// The place of its tool in the registry.
    pub(super) tool: usize,
    /// What it may touch, whatever it is given.
    effect: Arc<Effect>,
    /// What each of them gives.
    wires: Vec<(Wire, usize)>,
}

impl Planned {
    fn alone(prepared: Prepared, after: Vec<usize>) -> Self {
        let state = State::Waiting(Box::new(prepared));
        Self { state, after }
    }

    /// The calls whose results it needs.
    pub(super) fn needs(&self) -> Vec<usize> {
        match &self.state {
            State::Wired(wired) => wired.wires.iter().map(|(_, source)| *source).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn tool(&self) -> Option<usize> {
        self.state.tool()
    }

    pub(super) fn effect(&self) -> &Arc<Effect> {
        match &self.state {
            State::Waiting(prepared) => &prepared.effect,
            State::Wired(wired) => &wired.effect,
            State::Running | State::Ended(_) => unreachable!("a planned call has not begun"),
        }
    }
}

impl Tick {
    /// Finds out what a call takes from those before it. What it says of other calls than its arguments is taken off it.
    pub(super) fn plan(&self, call: &mut ToolCall) -> Result<Planned, ToolError> {
        let inner = &self.caller.session.inner;
        let caller = self.caller.at(self.slots.len());
        let found = inner.registry.find(call.name());
        let Some((place, tool)) = found.filter(|(_, tool)| tool.may_be_wired()) else {
            return Ok(Planned::alone(inner.prepare(&caller, call)?, Vec::new()));
        };
        let earlier: Vec<&str> = self.slots.iter().map(|slot| slot.call.name()).collect();
        let (wires, after, filled) = {
            let text = arguments::text(call.arguments());
            inner.check_size(call.name(), text)?;
            let wiring = wiring::scan(tool, text).map_err(|why| invalid(call, &why))?;
            let after = wiring.waits_for(&earlier);
            let after = after.map_err(|why| invalid(call, &why))?;
            let mut wires = Vec::new();
            for wire in wiring.wires {
                let source = wire.source(tool, &earlier);
                let source = source.map_err(|why| invalid(call, &why))?;
                wires.extend(source.map(|source| (wire, source)));
            }
            (wires, after, wiring::fill(tool, text, &[]).into_owned())
        };
        *call = call.with_arguments(filled);
        if wires.is_empty() {
            return Ok(Planned::alone(inner.prepare(&caller, call)?, after));
        }
        // Those that cannot give anything any more are known already.
        for (wire, source) in &wires {
            if let Some(failed) = self.outcome(*source).filter(|outcome| outcome.is_error()) {
                return Err(self.not_run(call, tool, wire, *source, failed));
            }
        }
        let given: Vec<usize> = wires.iter().map(|(wire, _)| wire.argument).collect();
        let text = arguments::text(call.arguments());
        let effect = inner.outline(caller.tenant.as_ref(), call.name(), text, &given)?;
        Ok(Planned {
            state: State::Wired(Box::new(Wired {
                tool: place,
                effect,
                wires,
            })),
            after,
        })
    }

    /// Fills in what others give, once; whether the call goes on.
    pub(super) fn wire(&mut self, place: usize) -> bool {
        let Some(slot) = self.slots.get(place) else {
            return false;
        };
        let State::Wired(wired) = &slot.state else {
            return true;
        };
        match self.filled(place, &slot.call, wired) {
            Ok((call, prepared)) => {
                let origins = self.origins(wired);
                if let Some(slot) = self.slots.get_mut(place) {
                    slot.call = call;
                    slot.origins = origins;
                    slot.writes = !prepared.effect.writes.is_empty();
                    slot.state = State::Waiting(Box::new(prepared));
                }
                true
            }
            Err(error) => {
                self.refuse(place, error);
                false
            }
        }
    }

    fn filled(
        &self,
        place: usize,
        call: &ToolCall,
        wired: &Wired,
    ) -> Result<(ToolCall, Prepared), ToolError> {
        let inner = &self.caller.session.inner;
        let unknown = || ToolError::new(ErrorKind::Internal, "the tool left its registry");
        let tool = inner.registry.tools().get(wired.tool).ok_or_else(unknown)?;
        let mut values = Vec::with_capacity(wired.wires.len());
        for (wire, source) in &wired.wires {
            let giver = self.slots.get(*source);
            if let Some(failed) = self.outcome(*source).filter(|outcome| outcome.is_error()) {
                return Err(self.not_run(call, tool, wire, *source, failed));
            }
            let content = giver.and_then(|giver| giver.whole.as_ref());
            let content = content.ok_or_else(unknown)?;
            let value = resolve(content, &wire.reference.path, inner.reference_limit);
            let value = value.map_err(|why| {
                let why = format!("of {}, {why}", self.named(*source));
                invalid(call, &wire.refused(tool, &why))
            })?;
            values.push((wire.argument, value));
        }
        let text = arguments::text(call.arguments());
        let filled = wiring::fill(tool, text, &values).into_owned();
        let call = call.with_arguments(filled);
        let prepared = inner.prepare(&self.caller.at(place), &call);
        let prepared = prepared.map_err(|error| with_origins(error, &self.origins(wired)))?;
        Ok((call, prepared))
    }

    /// Where the values are from that other calls gave: the model never saw them.
    fn origins(&self, wired: &Wired) -> String {
        let tools = self.caller.session.inner.registry.tools();
        let origin = |(wire, source): &(Wire, usize)| {
            let what = format!("it is of {}", self.named(*source));
            Some(wire.refused(tools.get(wired.tool)?, &what))
        };
        let origins: Vec<String> = wired.wires.iter().filter_map(origin).collect();
        origins.join("; ")
    }

    /// That a call which others give something to has failed.
    fn not_run(
        &self,
        call: &ToolCall,
        tool: &RegisteredTool,
        wire: &Wire,
        source: usize,
        failed: &Outcome,
    ) -> ToolError {
        let why = match failed.result() {
            Err(error) => error.kind().as_str(),
            Ok(_) => "",
        };
        let what = format!("it is of {}, which failed ({why})", self.named(source));
        let message = format_args!(
            "`{}` was not run: {}: see to that call first",
            call.name(),
            wire.refused(tool, &what)
        );
        ToolError::new(ErrorKind::DependencyFailed, message)
    }

    /// An earlier call, as a message names it.
    fn named(&self, place: usize) -> String {
        let tool = self.slots.get(place).map_or("", |slot| slot.call.name());
        format!("call {} (`{tool}`)", place + 1)
    }
}

/// That arguments do not fit, some of which other calls gave.
pub(super) fn with_origins(error: ToolError, origins: &str) -> ToolError {
    if origins.is_empty() || error.kind() != ErrorKind::InvalidArguments {
        return error;
    }
    let message = format_args!("{} ({origins})", error.message());
    ToolError::new(error.kind(), message)
}

fn invalid(call: &ToolCall, why: &str) -> ToolError {
    let message = format_args!("`{}` cannot be called so: {why}", call.name());
    ToolError::new(ErrorKind::InvalidReference, message)
}
