//! The matrix itself: action by role, per kind of help. Default is denied.

use std::sync::LazyLock;

use super::action::Action;
use super::cell::Cell;
use super::role::Role;
use crate::edition::Kind;

/// A line of the matrix: its actions, the kinds it is about, a cell for every role.
type Line = (&'static [Action], &'static [Kind], &'static str);

const ANY: &[Kind] = &Kind::ALL;
const TECHNICAL: &[Kind] = &[Kind::Technical];
const BILLING: &[Kind] = &[Kind::Billing, Kind::Subscription];
const PRE_SALES: &[Kind] = &[Kind::PreSales];

/// Roles in [`Role::ALL`]'s order.
///
/// `a` all, `d` own desk's queues, `t` own organisation, `o` own or named participant, `g`
/// customers that granted it, within the grant's kinds and dates, `m` existence, status and dates
/// only, `r` all, read only, `*` with a reason that is kept and that the customer sees, `2` with a
/// second person, `staff2` the vendor's own people only, `leave` may renounce, `·` denied.
///
/// ¹ on behalf of a verified caller or sender; ² preset *wide* lets every administrator type open
/// every kind, the cell is preset *narrow*; ³ asks their own administrator, who escalates; ⁴ only
/// if the grant names billing; ⁵ with a confirmed address; ⁶ only with an elevated offer in force;
/// ⁷ not on global, billing and service support administrators, and never roles; ⁸ only if the
/// grant names people, never on administrators.
#[rustfmt::skip]
const LINES: [Line; 49] = {
    use Action as A;
    [
    //                                             AG    LD    BA        PS        MG  SY     GA  BI  SS  UM  EU  PD         PA  PU
    (&[A::Open],                      TECHNICAL, "d¹    d¹    ·         ·         ·   ·      t   ·²  t   t   ·³  g          g   ·"),
    (&[A::Open],                      BILLING,   "·     ·     d¹        ·         ·   ·      t   t   ·²  ·²  ·   g⁴         ·   ·"),
    (&[A::Open],                      PRE_SALES, "·     ·     ·         d¹        ·   ·      t   t   t   t   ·   g          g   yes⁵"),
    (&[A::Read],                      TECHNICAL, "d     d     m         ·         r   ·      t   m   t   o   o   g          o   ·"),
    (&[A::Read],                      BILLING,   "m     m     d         ·         r   ·      t   t   m   ·   ·   g⁴         ·   ·"),
    (&[A::Read],                      PRE_SALES, "·     ·     m         d         r   ·      t   t   o   o   ·   g          o   o"),
    (&[A::Reply],                     ANY,       "d     d     d         d         ·   ·      t   t   t   o   o   g          o   o"),
    (&[A::ReadNotes, A::Note],        ANY,       "d     d     d         d         r   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::CustomerNote],              ANY,       "·     ·     ·         ·         ·   ·      t   o   t   o   o   ·          ·   ·"),
    (&[A::SetSeverity],               TECHNICAL, "d     d     ·         ·         ·   ·      t⁶  ·   t⁶  ·   ·   g⁶         ·   ·"),
    (&[A::ChangeSeverity],            TECHNICAL, "d*    d     ·         ·         ·   ·      t⁶  ·   t⁶  ·   ·   ·          ·   ·"),
    (&[A::Close],                     ANY,       "d     d     d         d         ·   ·      t   t   t   o   ·   g          o   ·"),
    (&[A::Refer],                     ANY,       "d     d     d         d         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::Reopen],                    ANY,       "d     d     d         d         ·   ·      t   t   t   o   ·   g          o   ·"),
    (&[A::Assign],                    ANY,       "d     d     d         d         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::Merge],                     ANY,       "d     d     d         d         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::MoveCase],                  ANY,       "·     2     ·         ·         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::AddParticipant],            ANY,       "d     d     d         d         ·   ·      t   t   t   ·   ·   g          ·   ·"),
    (&[A::Attach],                    ANY,       "d     d     d         d         ·   ·      t   t   t   o   o   g          o   own-upload"),
    (&[A::DownloadSecret],            ANY,       "d*    d*    ·         ·         ·   ·      t   ·   t   ·   ·   ·          ·   ·"),
    (&[A::LogCall],                   ANY,       "d     d     d         d         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::ReadInvoices],              ANY,       "·     ·     a         ·         r   ·      t   t   ·   ·   ·   g⁴         ·   ·"),
    (&[A::ReadSubscription],          ANY,       "m     m     a         m         r   ·      t   t   r   r   ·   g          m   ·"),
    (&[A::ChangeSubscription],        ANY,       "·     ·     a*        ·         ·   ·      t   t   ·   ·   ·   g⁴         ·   ·"),
    (&[A::Credit],                    ANY,       "·     ·     2         ·         2   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::ShowLicenceKeys],           ANY,       "·     ·     a*        ·         ·   ·      t   t   ·   ·   ·   ·          ·   ·"),
    (&[A::ReadPeople, A::ManagePeople], ANY,     "m     m     m         m         r   ·      t   m   m   t⁷  ·   g⁸         ·   ·"),
    (&[A::GiveRoles],                 ANY,       "·     ·     ·         ·         ·   ·      t   ·   ·   ·⁷  ·   ·          ·   ·"),
    (&[A::StartReset],                ANY,       "·     ·     ·         ·         ·   staff2 t   ·   ·   t⁷  o   ·          ·   ·"),
    (&[A::DelegateToPartner],         ANY,       "·     ·     ·         ·         ·   ·      t   ·   ·   ·   ·   leave      ·   ·"),
    (&[A::ConnectOrganisation],       ANY,       "·     ·     ·         ·         ·   ·      t   ·   ·   ·   ·   own-tokens ·   ·"),
    (&[A::ReadLog],                   ANY,       "·     ·     ·         ·         r   ·      t   ·   ·   t⁷  ·   ·          ·   ·"),
    (&[A::ReadKnowledge],             ANY,       "a     a     a         a         a   ·      yes yes yes yes yes yes        yes public-set"),
    (&[A::Contribute],                ANY,       "a     a     a         a         a   ·      o   o   o   o   o   o          o   ·"),
    (&[A::WriteKnowledge],            ANY,       "draft all   draft     draft     ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::Report],                    ANY,       "·     desk  desk      desk      a   ·      t   t   t   ·   ·   g          ·   ·"),
    (&[A::ExportMuch],                ANY,       "·     2     2         ·         2   ·      t   t   ·   ·   ·   ·          ·   ·"),
    (&[A::ViewAsCustomer],            ANY,       "d*r   d*r   ·         ·         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::Publish],                   ANY,       "·     draft ·         ·         2   ·      ·   ·   ·   ·   ·   ·          ·   public-page"),
    (&[A::SetUpDesk],                 ANY,       "·     desk  desk-lead desk-lead a   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::RunMachine],                ANY,       "·     ·     ·         ·         ·   a/2    ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::BreakGlass],                ANY,       "—     —     —         —         —   2*     —   —   —   —   —   —          —   —"),
    // What the lines above leave open: the work on a case goes with its assignment, and whoever
    // serves customers finds them. SY serves none. Who may ask for a second factor: those who answer
    // for an organisation's people. Who signed the promise takes partners in, and a partner's
    // administrator runs the partner.
    (&[A::Work],                      ANY,       "d     d     d         d         ·   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::ReadAccounts],              ANY,       "a     a     a         a         a   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    // People ask whoever opens technical requests; administrators may, too, since they give others
    // the right. What was not escalated stays within the account: neither the vendor nor a partner
    // reads it.
    (&[A::AskAdministrator],          ANY,       "·     ·     ·         ·         ·   ·      o   o   o   o   o   ·          ·   ·"),
    (&[A::ServeInternal],             ANY,       "·     ·     ·         ·         ·   ·      t   ·²  t   t   ·   ·          ·   ·"),
    (&[A::RequireFactor],             ANY,       "·     ·     ·         ·         a   a      t   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::ManagePartners],            ANY,       "·     ·     ·         ·         a   ·      ·   ·   ·   ·   ·   ·          ·   ·"),
    (&[A::RunPartner],                ANY,       "·     ·     ·         ·         ·   ·      ·   ·   ·   ·   ·   t          ·   ·"),
    ]
};

/// A line with its symbols read.
struct Read {
    actions: &'static [Action],
    kinds: &'static [Kind],
    cells: Vec<Cell>,
}

static CELLS: LazyLock<Vec<Read>> = LazyLock::new(|| LINES.map(read).into());

fn read((actions, kinds, symbols): Line) -> Read {
    Read {
        actions,
        kinds,
        cells: symbols.split_whitespace().filter_map(Cell::of).collect(),
    }
}

/// The cell of a role; `None` where no line is about the kind.
pub(super) fn cell(role: Role, action: Action, kind: Kind) -> Option<&'static Cell> {
    CELLS
        .iter()
        .find(|line| line.actions.contains(&action) && line.kinds.contains(&kind))
        .and_then(|line| line.cells.get(role as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_has_a_meaning_and_every_line_speaks_of_every_role() {
        for (actions, _, symbols) in LINES {
            let symbols: Vec<&str> = symbols.split_whitespace().collect();
            assert_eq!(symbols.len(), Role::ALL.len(), "{actions:?}");
            for symbol in symbols {
                assert!(Cell::of(symbol).is_some(), "{actions:?}: {symbol}");
            }
        }
    }

    /// The decision as text; the tests of every cell read the same file.
    #[test]
    fn the_symbols_are_those_that_were_decided() {
        let text = include_str!("../../tests/access/matrix.txt");
        let is_line = |line: &&str| line.starts_with("| ") && !line.starts_with("| Action");
        let as_symbol = |cell: &str| match cell.trim() {
            "d* r" => "d*r".to_owned(),
            "**no**, break-glass `2*`" => "2*".to_owned(),
            cell => cell.replace(' ', "-"),
        };
        let decided = text.lines().filter(is_line).map(|line| {
            let cells = line.trim_matches('|').split('|').skip(1);
            cells.map(as_symbol).collect::<Vec<_>>()
        });
        let decided: Vec<_> = decided.collect();
        assert_eq!(decided.len(), LINES.len());
        for ((actions, kinds, symbols), decided) in LINES.iter().zip(decided) {
            let symbols: Vec<&str> = symbols.split_whitespace().collect();
            assert_eq!(symbols, decided, "{actions:?} {kinds:?}");
        }
    }

    #[test]
    fn every_action_has_one_line_for_a_kind() {
        for action in Action::ALL {
            for kind in Kind::ALL {
                let is_it = |line: &&Line| line.0.contains(&action) && line.1.contains(&kind);
                let lines = LINES.iter().filter(is_it).count();
                let has_severity = kind == Kind::Technical;
                let is_severity = matches!(action, Action::SetSeverity | Action::ChangeSeverity);
                let expected = usize::from(has_severity || !is_severity);
                assert_eq!(lines, expected, "{action:?} {kind:?}");
            }
        }
    }
}
