//! Passwords that are known from breaches, asked for by k-anonymity: only the first five digits of
//! a SHA-1 leave, and the answer lists the rest of all that begin so.

use std::time::Duration;

use sha1::{Digest, Sha1};

use crate::files::hex;
use crate::ports::Call;
use crate::{App, Error};

/// How many digits of the hash leave this machine.
const PREFIX: usize = 5;
/// A list is some forty kilobytes; padded, it is a little longer.
const LIMIT: usize = 512 * 1024;
/// Nobody waits longer than this to choose a password.
const PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// Refuses a password that is known from a breach, where whoever runs the machine wants that asked. If it
    /// cannot be asked, the password is taken and the log says so.
    pub(crate) async fn refuse_breached(&self, password: &str) -> Result<(), Error> {
        let Some(address) = &self.0.outside.breached_passwords else {
            return Ok(());
        };
        let hash = hex(&Sha1::digest(password.as_bytes())).to_uppercase();
        let (prefix, suffix) = hash.split_at(PREFIX);
        match self.list_of(&format!("{address}{prefix}")).await {
            Ok(list) if is_listed(&list, suffix) => Err(Error::Field {
                field: "password",
                message: "This password is known from a breach elsewhere, so others will try it; \
                          take one you use nowhere else"
                    .to_owned(),
            }),
            Ok(_) => Ok(()),
            Err(reason) => {
                tracing::warn!(%reason, "breached passwords could not be asked for");
                Ok(())
            }
        }
    }

    async fn list_of(&self, address: &str) -> Result<String, String> {
        let request = http::Request::get(address)
            // The same length whatever was asked for.
            .header("Add-Padding", "true")
            .body(Vec::new())
            .map_err(|error| error.to_string())?;
        let call = Call {
            request,
            limit: LIMIT,
            patience: PATIENCE,
        };
        let answer = self.0.outside.http.call(call).await;
        let answer = answer.map_err(|error| error.to_string())?;
        if answer.status() != http::StatusCode::OK {
            return Err(format!("it answered {}", answer.status()));
        }
        String::from_utf8(answer.into_body()).map_err(|error| error.to_string())
    }
}

/// Whether a list has the rest of a hash, other than as padding.
fn is_listed(list: &str, suffix: &str) -> bool {
    let lines = list.lines().filter_map(|line| line.trim().split_once(':'));
    lines
        .filter(|(_, count)| count.trim() != "0")
        .any(|(rest, _)| rest.eq_ignore_ascii_case(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suffix_is_found_and_padding_is_not() {
        let list = "1D2DA4053E34E76F6576ED1DA63134B5E2A:2\r\n1e4c9b93f3f0682250b6cf8331b7ee68fd8:7";
        assert!(is_listed(list, "1D2DA4053E34E76F6576ED1DA63134B5E2A"));
        assert!(is_listed(list, "1E4C9B93F3F0682250B6CF8331B7EE68FD8"));
        assert!(!is_listed(list, "0000000000000000000000000000000000A"));
        assert!(!is_listed("ABC:0", "ABC"));
        assert!(hex(&Sha1::digest(b"password")).starts_with("5baa6"));
    }
}
