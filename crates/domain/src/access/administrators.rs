//! Which kinds the administrator types of a customer may open: the edition says (S15).

use super::role::Role;
use crate::edition::{AdministratorPreset, Edition, Kind};

/// Which administrator type may open which kind; without an edition, those of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Administrators([[bool; 4]; 4]);

impl Administrators {
    /// Every administrator type opens every kind, as an edition means that says *administrator*
    /// for all of them.
    pub const WIDE: Self = Self([[true; 4]; 4]);

    /// Each administrator type opens its own kinds.
    pub const NARROW: Self = Self([
        [true, true, true, true],
        [false, true, true, true],
        [true, false, false, true],
        [true, false, false, true],
    ]);

    /// What an edition says. Under preset *narrow* a type it does not name opens nothing.
    #[must_use]
    pub fn of(edition: &Edition) -> Self {
        if edition.administrator_preset == AdministratorPreset::Wide {
            return Self::WIDE;
        }
        let opens = |role: Role, kind: Kind| {
            let types = edition.administrator_types.iter();
            types
                .filter(|one| Some(one.id.as_str()) == role.administrator_type())
                .any(|one| one.kinds.contains(&kind))
        };
        Self(Role::ADMINISTRATORS.map(|role| Kind::ALL.map(|kind| opens(role, kind))))
    }

    /// Whether an administrator type may open a kind; other roles are none.
    #[must_use]
    pub fn may_open(self, role: Role, kind: Kind) -> bool {
        let row = Role::ADMINISTRATORS.iter().position(|one| *one == role);
        row.and_then(|row| self.0.get(row))
            .and_then(|kinds| kinds.get(kind as usize))
            .is_some_and(|opens| *opens)
    }
}

impl Default for Administrators {
    fn default() -> Self {
        Self::NARROW
    }
}
