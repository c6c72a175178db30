//! Writes the style guide's pages, self-contained but for their assets, into a folder.
//!
//! `cargo run -p mainstay-web --example guide -- /tmp/ui [light|dark]`

use std::path::PathBuf;
use std::{env, fs, io};

use mainstay_domain::Moment;
use mainstay_web::ui::{Theme, Viewer, guide};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "guide".into()));
    let theme = Theme::read(&arguments.next().unwrap_or_default());
    let now = Moment::from_unix(1_774_600_200);
    let v = Viewer {
        theme,
        csrf: "sample".into(),
        ..Viewer::new(now)
    };
    let assets = folder.join("assets");
    fs::create_dir_all(&assets)?;
    for (url, body) in mainstay_web::assets::all() {
        fs::write(folder.join(url.trim_start_matches('/')), body)?;
    }
    for name in guide::SAMPLES {
        if let Some(page) = guide::sample(&v, name) {
            let html = page.into_string().replace("\"/assets/", "\"assets/");
            fs::write(folder.join(format!("{name}.html")), html)?;
        }
    }
    Ok(())
}
