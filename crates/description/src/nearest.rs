//! Did you mean: the known name nearest to a misspelt one.

/// The nearest of the known names, if one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = name.to_lowercase();
    let allowed = match folded.chars().count() {
        0 | 1 => 0,
        2..=4 => 1,
        5..=7 => 2,
        length => length / 3,
    };
    known
        .into_iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(&folded, &known.to_lowercase()),
                known,
            )
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The help for a misspelt name: the nearest known one, else all of them.
pub(crate) fn suggest<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(near) = nearest(name, known.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let mut all: Vec<_> = known
        .into_iter()
        .map(|known| format!("`{known}`"))
        .collect();
    all.dedup();
    match all.as_slice() {
        [] => None,
        [only] => Some(format!("the only one is {only}")),
        [rest @ .., last] => Some(format!("write one of {} or {last}", rest.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_a_stranger_does_not() {
        let known = ["columns", "severity", "window"];
        assert_eq!(nearest("colums", known), Some("columns"));
        assert_eq!(nearest("Severity", known), Some("severity"));
        assert_eq!(nearest("holiday", known), None);
        assert_eq!(
            suggest("x", ["a", "b"]).as_deref(),
            Some("write one of `a` or `b`")
        );
        assert_eq!(
            suggest("holiday", known).as_deref(),
            Some("write one of `columns`, `severity` or `window`")
        );
    }
}
