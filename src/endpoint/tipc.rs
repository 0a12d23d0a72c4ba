//! Names and ports of TIPC: libzmq reports a wrong one with the error number of an earlier call.

use super::{AttachMode, decimal};
use crate::refusal::Refusal;

/// Types below are TIPC's own.
const RESERVED_TYPES: u32 = 64;

/// To bind, `{type,lower,upper}`, `{type,instance}` or `<*>`; to connect, `{type,instance}`, also with `@zone.cluster.node`
/// after it, or `<zone.cluster.node:reference>`.
pub(super) fn check(address: &str, mode: AttachMode) -> Result<(), Refusal> {
    let known = match mode {
        AttachMode::Bind => address == "<*>" || is_range(address) || is_name(address),
        AttachMode::Connect => is_reference(address) || is_name_in_domain(address),
    };
    if known {
        return Ok(());
    }
    let form = match mode {
        AttachMode::Bind => "{type,lower,upper}",
        AttachMode::Connect => "{type,instance}",
    };
    Err(Refusal::invalid(format!("{address:?} is not of the form {form}")))
}

fn is_range(address: &str) -> bool {
    matches!(in_braces(address)[..], [Some(ty), Some(lower), Some(upper)] if ty >= RESERVED_TYPES && lower <= upper)
}

fn is_name(address: &str) -> bool {
    matches!(in_braces(address)[..], [Some(ty), Some(_)] if ty > RESERVED_TYPES)
}

fn is_name_in_domain(address: &str) -> bool {
    match address.split_once('@') {
        Some((name, domain)) => is_name(name) && is_domain(domain),
        None => is_name(address),
    }
}

fn is_reference(address: &str) -> bool {
    address
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .and_then(|inner| inner.split_once(':'))
        .is_some_and(|(domain, reference)| is_domain(domain) && decimal::<u32>(reference).is_some())
}

fn is_domain(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').map(decimal::<u32>).collect();
    parts.len() == 3 && parts.iter().all(Option::is_some)
}

/// The numbers between braces; libzmq itself writes a space after each comma.
fn in_braces(address: &str) -> Vec<Option<u32>> {
    let inner = address.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inner
        .map(|inner| {
            inner
                .split(',')
                .map(|part| decimal(part.trim_start_matches(' ')))
                .collect()
        })
        .unwrap_or_default()
}
