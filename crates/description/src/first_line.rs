//! Reading the first-line categories (S16).

use mainstay_domain::internal::Checklist;

/// Reads the first-line categories from TOML.
///
/// # Errors
/// Every mistake in it, a sentence for each.
pub fn parse_first_line(text: &str) -> Result<Checklist, Vec<String>> {
    let checklist: Checklist =
        toml::from_str(text).map_err(|error| vec![error.to_string().trim().to_owned()])?;
    let mistakes = checklist.mistakes();
    if mistakes.is_empty() {
        Ok(checklist)
    } else {
        Err(mistakes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped;

    #[test]
    fn the_shipped_list_is_what_the_first_line_deals_with() {
        let checklist = parse_first_line(shipped::FIRST_LINE.1).unwrap();
        let ids: Vec<&str> = checklist
            .categories
            .iter()
            .map(|one| one.id.as_str())
            .collect();
        let named = [
            "account",
            "connectivity",
            "installation",
            "availability",
            "other",
        ];
        assert_eq!(ids, named);
        assert!(
            checklist
                .categories
                .iter()
                .all(|one| !one.checks.is_empty())
        );
        assert_eq!(*shipped::first_line(), checklist);
    }

    #[test]
    fn every_mistake_is_named() {
        let text = r#"
            [[category]]
            id = "a"
            name = ""
            about = "What it is."
            check = [
                { id = "one", text = "Look there.", link = { href = "help", label = "Help" } },
                { id = "one", text = "" },
            ]
            [[category]]
            id = "a"
            name = "A"
            about = "Again."
        "#;
        let mistakes = parse_first_line(text).unwrap_err().join("\n");
        for part in [
            "`a` has no name",
            "`a` checks `one` twice",
            "a check of `a` says nothing",
            "the link of `one` leads nowhere",
            "category `a` stands there twice",
        ] {
            assert!(mistakes.contains(part), "{part}: {mistakes}");
        }
        let misspelt = parse_first_line("[[categorie]]\nid = \"a\"").unwrap_err();
        assert!(misspelt[0].contains("categorie"), "{misspelt:?}");
        let none = parse_first_line("category = []").unwrap_err();
        assert!(none[0].contains("no category"), "{none:?}");
    }
}
