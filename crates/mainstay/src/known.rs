//! Names that are not known: the nearest one that is, else all of them.

use anyhow::anyhow;

/// The sentence for a name nothing has: `place` is what should have had it.
pub fn unknown(place: &str, name: &str, known: &[&str]) -> anyhow::Error {
    let help = match (nearest(name, known), known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "it has none".to_owned(),
        (None, [only]) => format!("the only one is `{only}`"),
        (None, [rest @ .., last]) => {
            let rest: Vec<_> = rest.iter().map(|name| format!("`{name}`")).collect();
            format!("there are {} and `{last}`", rest.join(", "))
        }
    };
    anyhow!("{place} `{name}`; {help}")
}

/// The nearest known name, if one is near enough to be meant.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let allowed = match folded.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        length => length / 3,
    };
    let distance = |known: &str| strsim::damerau_levenshtein(&folded, &known.to_lowercase());
    known
        .iter()
        .map(|&known| (distance(known), known))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_hears_them_all() {
        let known = ["midsize", "e3"];
        let sentence = |name| unknown("there is no plan", name, &known).to_string();
        assert_eq!(
            sentence("midsiez"),
            "there is no plan `midsiez`; did you mean `midsize`?"
        );
        assert_eq!(
            sentence("gold"),
            "there is no plan `gold`; there are `midsize` and `e3`"
        );
        assert_eq!(
            unknown("no offer", "x", &[]).to_string(),
            "no offer `x`; it has none"
        );
    }
}
