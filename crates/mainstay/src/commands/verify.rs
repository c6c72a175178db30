//! `mainstay verify`: whether a backup or an export is whole and could be restored here.

use std::path::PathBuf;

use mainstay_app::archive::{Error, Verified, verify};

use super::backup::contents;
use super::progress::Teller;
use super::{Answer, code, counted, print};
use crate::server;

/// What to verify.
#[derive(clap::Args)]
pub struct Arguments {
    /// A backup's file or an export's folder.
    #[arg(value_name = "PATH")]
    archive: PathBuf,
}

impl Arguments {
    /// Reads it to its end and names everything that is wrong.
    pub fn run(self) -> Answer {
        server::run(self.verify())
    }

    async fn verify(self) -> Answer {
        let mut teller = Teller::new("verifying");
        let verified = verify(&self.archive, &mut |progress| teller.tell(progress)).await;
        drop(teller);
        let Verified { manifest, findings } = match verified {
            Err(error @ (Error::Damaged(_) | Error::Schema { .. })) => {
                print(&error.to_string())?;
                return Ok(code(false));
            }
            other => other?,
        };
        if !findings.is_empty() {
            let wrong = counted(findings.len(), "mistake");
            print(&format!("{}\n{wrong}", findings.join("\n")))?;
            return Ok(code(false));
        }
        let missing = match manifest.missing_files.len() {
            0 => String::new(),
            missing => format!(
                "\nThe bytes of {} were missing already when it was made.",
                counted(missing, "file")
            ),
        };
        print(&format!(
            "{}: whole, and can be restored by this Mainstay.\nMade {} by Mainstay {}, schema {}: {}.{missing}",
            self.archive.display(),
            manifest.taken_at,
            manifest.mainstay_version,
            manifest.schema,
            contents(&manifest),
        ))?;
        Ok(code(true))
    }
}
