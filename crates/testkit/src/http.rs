//! Other machines as a test wants them to be: each answers by a function, all others are away.

use std::sync::{Arc, Mutex, PoisonError};

use mainstay_app::ports::{Answered, Call, HttpClient, HttpError};

/// What a machine answers.
pub type Said = Result<http::Response<Vec<u8>>, HttpError>;
type Machine = Arc<dyn Fn(&http::Request<Vec<u8>>) -> Said + Send + Sync>;

/// Reaches the machines a test has put up, and nothing else.
#[derive(Default)]
pub struct ScriptedHttp {
    machines: Mutex<Vec<(String, Machine)>>,
    asked: Mutex<Vec<String>>,
}

impl ScriptedHttp {
    /// Lets a machine answer for every address that begins so; the last one put up is asked.
    pub fn answer(
        &self,
        beginning: &str,
        machine: impl Fn(&http::Request<Vec<u8>>) -> Said + Send + Sync + 'static,
    ) {
        let mut machines = self.machines.lock().unwrap_or_else(PoisonError::into_inner);
        machines.push((beginning.to_owned(), Arc::new(machine)));
    }

    /// Lets every address that begins so answer with a text.
    pub fn say(&self, beginning: &str, status: u16, text: &str) {
        let text = text.to_owned();
        self.answer(beginning, move |_| said(status, "text/plain", &text));
    }

    /// Lets nobody answer at addresses that begin so.
    pub fn take_away(&self, beginning: &str) {
        self.answer(beginning, |_| Err(HttpError::TooSlow));
    }

    /// What was asked for, in its order, and forgets it.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for ScriptedHttp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ScriptedHttp")
    }
}

impl HttpClient for ScriptedHttp {
    fn call(&self, call: Call) -> Answered<'_> {
        let url = call.request.uri().to_string();
        let machines = self.machines.lock().unwrap_or_else(PoisonError::into_inner);
        let found = machines.iter().rev();
        let found = found
            .clone()
            .find(|(beginning, _)| url.starts_with(beginning));
        let machine = found.map(|(_, machine)| Arc::clone(machine));
        drop(machines);
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(format!("{} {url}", call.request.method()));
        Box::pin(async move {
            let Some(machine) = machine else {
                return Err(HttpError::Failed("nobody is there".to_owned()));
            };
            let answer = machine(&call.request)?;
            if answer.body().len() > call.limit {
                return Err(HttpError::TooLarge(call.limit));
            }
            Ok(answer)
        })
    }
}

/// An answer.
///
/// # Errors
/// None: machines that answer are not away.
///
/// # Panics
/// When the status is none.
pub fn said(status: u16, kind: &str, text: &str) -> Said {
    let answer = http::Response::builder().status(status);
    let answer = answer.header(http::header::CONTENT_TYPE, kind);
    Ok(answer.body(text.as_bytes().to_vec()).expect("an answer"))
}
