//! What people do in a row.

use mainstay_domain::case::{Channel, Command, NextTurn, Side};
use mainstay_domain::edition::Kind;

use super::Trouble;

const FORM: &str = "something people do, like `admin opens, severity B`, `agent replies` or \
                    `time passes`; see crates/domain/scenarios/README.md";

/// What happens in a row.
pub enum Action {
    Open(Opening),
    Do(Side, Command),
    /// The sweep comes by.
    Tick,
}

/// How a request is submitted.
pub struct Opening {
    pub side: Side,
    pub kind: Kind,
    pub channel: Channel,
    pub severity: Severity,
}

/// Where the severity of a new request comes from.
pub enum Severity {
    /// From answers that lead there, or from the one who may set it.
    Described(String),
    /// Somebody insists on it.
    Set(String),
    None,
}

/// Reads an action.
pub fn read(text: &str) -> Result<Action, Trouble> {
    let wrong = || Trouble::new(FORM, format!("`{text}`"));
    if text == "time passes" {
        return Ok(Action::Tick);
    }
    let (who, what) = text.split_once(' ').ok_or_else(wrong)?;
    let side = match who {
        "admin" => Side::Customer,
        "agent" => Side::Vendor,
        _ => return Err(wrong()),
    };
    let what = what.trim();
    let options = what
        .strip_prefix("opens")
        .filter(|rest| rest.is_empty() || rest.starts_with(','));
    if let Some(options) = options {
        return opening(side, options).map(Action::Open);
    }
    command(side, what)
        .map(|command| Action::Do(side, command))
        .ok_or_else(wrong)
}

fn opening(side: Side, options: &str) -> Result<Opening, Trouble> {
    let mut opening = Opening {
        side,
        kind: Kind::Technical,
        channel: Channel::Portal,
        severity: Severity::None,
    };
    for option in options
        .split(',')
        .map(str::trim)
        .filter(|option| !option.is_empty())
    {
        let wrong = || {
            let form = "`severity B`, `sets severity B`, `kind billing` or `by telephone`";
            Trouble::new(form, format!("`{option}`"))
        };
        if let Some(code) = option.strip_prefix("severity ") {
            opening.severity = Severity::Described(code.to_owned());
        } else if let Some(code) = option.strip_prefix("sets severity ") {
            opening.severity = Severity::Set(code.to_owned());
        } else if let Some(code) = option.strip_prefix("kind ") {
            opening.kind = Kind::from_code(code).ok_or_else(wrong)?;
        } else if let Some(code) = option.strip_prefix("by ") {
            opening.channel = Channel::from_code(code).ok_or_else(wrong)?;
        } else {
            return Err(wrong());
        }
    }
    Ok(opening)
}

fn command(side: Side, what: &str) -> Option<Command> {
    let because = |what: &str| format!("The scenario says: {what}.");
    let text = because(what);
    let command = match what {
        "replies" => Command::Reply {
            body: text,
            next: NextTurn::Vendor,
        },
        "replies, waiting for customer" => Command::Reply {
            body: text,
            next: NextTurn::Customer,
        },
        "notes" => Command::Note { body: text },
        "resolves" => Command::Resolve { body: text },
        "reopens" => Command::Reopen { reason: text },
        "closes" if side == Side::Customer => Command::Close {
            reason: String::new(),
        },
        "closes" => Command::Close { reason: text },
        _ => return command_with_object(what, text),
    };
    Some(command)
}

fn command_with_object(what: &str, text: String) -> Option<Command> {
    if let Some(code) = what.strip_prefix("changes severity to ") {
        return Some(Command::ChangeSeverity {
            to: code.to_owned(),
            reason: text,
        });
    }
    if let Some(id) = what.strip_prefix("refers to ") {
        return Some(Command::Refer {
            boundary: id.to_owned(),
            reason: text,
        });
    }
    let asked = what
        .strip_prefix("asks ")?
        .strip_prefix('"')?
        .strip_suffix('"')?;
    let items = asked
        .split(';')
        .map(|item| item.trim().to_owned())
        .collect();
    Some(Command::AskInformation { body: text, items })
}
