//! A cell of the matrix: how far a role reaches, and what it owes for it.

use super::grant::Obligation;

/// How far a cell reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Extent {
    /// `·`: not at all.
    Nothing,
    /// `m`: that it exists, its status and its dates.
    Metadata,
    /// `o`: where one takes part by name, or what is one's own.
    Own,
    /// `t`: one's own organisation.
    Organisation,
    /// `g`: customers that granted it, within the kinds and dates of the grant.
    Delegated,
    /// `d`: the queues of one's own desk.
    Desk,
    /// `a`: everything.
    All,
}

/// Extent and obligations, and the footnotes that say why or where a cell does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub extent: Extent,
    pub obligations: Vec<Obligation>,
    pub notes: Vec<Note>,
}

/// Footnotes that are no obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Note {
    /// ² The preset of the edition decides.
    Preset,
    /// ³ Whoever it is asks their own administrator (S15, S16).
    AskAdministrator,
    /// ⁴ Only if the grant names billing.
    DelegatesBilling,
    /// ⁸ Only if the grant names people.
    DelegatesPeople,
}

impl Cell {
    /// The cell of a symbol of the matrix; `None` for one that has no meaning.
    pub(super) fn of(symbol: &str) -> Option<Self> {
        let footnotes: Vec<char> = symbol.chars().filter(|sign| is_raised(*sign)).collect();
        let base: String = symbol.chars().filter(|sign| !is_raised(*sign)).collect();
        let (extent, obligations) = of_base(&base)?;
        let mut cell = Self {
            extent,
            obligations: obligations.to_vec(),
            notes: Vec::new(),
        };
        for sign in footnotes {
            cell.note(sign)?;
        }
        Some(cell)
    }

    fn note(&mut self, sign: char) -> Option<()> {
        match sign {
            '¹' => self.obligations.push(Obligation::VerifiedCaller),
            '²' => self.notes.push(Note::Preset),
            '³' => self.notes.push(Note::AskAdministrator),
            '⁴' => self.notes.push(Note::DelegatesBilling),
            '⁵' => self.obligations.push(Obligation::ConfirmedAddress),
            '⁶' => self.obligations.push(Obligation::ElevatedOffer),
            '⁷' => self
                .obligations
                .push(Obligation::SparesHigherAdministrators),
            '⁸' => {
                self.notes.push(Note::DelegatesPeople);
                self.obligations.push(Obligation::SparesAdministrators);
            }
            _ => return None,
        }
        Some(())
    }
}

const fn is_raised(sign: char) -> bool {
    matches!(sign, '¹' | '²' | '³' | '⁴' | '⁵' | '⁶' | '⁷' | '⁸' | '⁹')
}

/// What a symbol without its footnotes means.
fn of_base(base: &str) -> Option<(Extent, &'static [Obligation])> {
    use Obligation::{
        CustomerSees, DeskLead, DraftsOnly, OwnTokensOnly, OwnUploadsOnly, PublicOnly, ReadOnly,
        Reason, RenouncesOnly, SecondPerson, SecondPersonForSome, TeamOnly,
    };
    Some(match base {
        "·" | "—" => (Extent::Nothing, &[]),
        "m" => (Extent::Metadata, &[]),
        "o" => (Extent::Own, &[]),
        "own-upload" => (Extent::Own, &[OwnUploadsOnly]),
        "own-tokens" => (Extent::Own, &[OwnTokensOnly]),
        "t" => (Extent::Organisation, &[]),
        "g" => (Extent::Delegated, &[]),
        "leave" => (Extent::Delegated, &[RenouncesOnly]),
        "d" | "desk" => (Extent::Desk, &[]),
        "d*" => (Extent::Desk, &[Reason, CustomerSees]),
        "d*r" => (Extent::Desk, &[Reason, CustomerSees, ReadOnly]),
        "desk-lead" => (Extent::Desk, &[DeskLead]),
        "a" | "all" | "yes" => (Extent::All, &[]),
        "a*" => (Extent::All, &[Reason, CustomerSees]),
        "a/2" => (Extent::All, &[SecondPersonForSome]),
        "2" => (Extent::All, &[SecondPerson]),
        "2*" => (Extent::All, &[SecondPerson, Reason, CustomerSees]),
        "staff2" => (Extent::All, &[SecondPerson, TeamOnly]),
        "r" => (Extent::All, &[ReadOnly]),
        "draft" => (Extent::All, &[DraftsOnly]),
        "public-set" | "public-page" => (Extent::All, &[PublicOnly]),
        _ => return None,
    })
}
