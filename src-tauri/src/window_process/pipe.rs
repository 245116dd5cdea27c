//! The pipe to the app, on the window's side.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::oneshot;

use crate::ipc::{CommandError, FromWindow, ToWindow};

type Outcome = Result<Value, CommandError>;

/// Asks the app. Clones ask through the same pipe.
#[derive(Clone)]
pub struct Pipe(Arc<Mutex<Asking>>);

struct Asking {
    to_app: Box<dyn Write + Send>,
    last_id: u64,
    waiting: HashMap<u64, oneshot::Sender<Outcome>>,
}

impl Pipe {
    /// Asks by writing there.
    pub fn new(to_app: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Asking {
            to_app: Box::new(to_app),
            last_id: 0,
            waiting: HashMap::new(),
        })))
    }

    /// Asks the app and waits for its answer.
    ///
    /// # Errors
    /// What the app answers; [`CommandError::Internal`] when it is gone.
    pub async fn call(&self, command: String, arguments: Value) -> Outcome {
        let answer = {
            let mut asking = self.asking();
            asking.last_id += 1;
            let id = asking.last_id;
            let (sender, answer) = oneshot::channel();
            asking.waiting.insert(id, sender);
            if asking.say(&FromWindow { id, command, arguments }).is_err() {
                asking.waiting.remove(&id);
            }
            answer
        };
        answer.await.unwrap_or_else(|_| {
            Err(CommandError::Internal { detail: "the app does not answer".to_owned() })
        })
    }

    /// Hands an answer to whoever waits for it.
    pub fn answer(&self, id: u64, outcome: Outcome) {
        if let Some(waiting) = self.asking().waiting.remove(&id) {
            // A page that was reloaded waits no longer.
            let _ = waiting.send(outcome);
        }
    }

    /// Tells the app what this window does: [`FromWindow::CLOSING`] or
    /// [`FromWindow::SHOWN`].
    pub fn say(&self, word: &str) {
        let message = FromWindow { id: 0, command: word.to_owned(), arguments: Value::Null };
        // Without an app nobody needs to know.
        let _ = self.asking().say(&message);
    }

    fn asking(&self) -> MutexGuard<'_, Asking> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    fn say(&mut self, message: &FromWindow) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.to_app.write_all(&line)?;
        self.to_app.flush()
    }
}

/// What the app says, until it is gone.
pub fn messages(from_app: impl BufRead) -> impl Iterator<Item = ToWindow> {
    from_app.lines().map_while(Result::ok).filter_map(|line| {
        serde_json::from_str(&line)
            .inspect_err(|error| tracing::warn!(%error, "a message nobody understands"))
            .ok()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::io::{BufReader, Cursor, pipe};

    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn answers_reach_those_who_asked_in_any_order() {
        let (read, write) = pipe().unwrap();
        let pipe = Pipe::new(write);
        let first = tokio::spawn({
            let pipe = pipe.clone();
            async move { pipe.call("users".into(), Value::Null).await }
        });
        let mut lines = BufReader::new(read).lines();
        let mut next = || -> FromWindow {
            let line = lines.next().unwrap().unwrap();
            serde_json::from_str(&line).unwrap()
        };
        // The tasks share this thread: let the first one write before reading.
        tokio::task::yield_now().await;
        let asked_first = next();
        let second = tokio::spawn({
            let pipe = pipe.clone();
            async move { pipe.call("log".into(), json!({ "lines": 5 })).await }
        });
        tokio::task::yield_now().await;
        let asked_second = next();
        assert_eq!((asked_first.command.as_str(), asked_second.command.as_str()), ("users", "log"));
        assert_eq!(asked_second.arguments, json!({ "lines": 5 }));

        pipe.answer(asked_second.id, Err(CommandError::NotRunning));
        pipe.answer(asked_first.id, Ok(json!([])));
        assert_eq!(first.await.unwrap(), Ok(json!([])));
        assert_eq!(second.await.unwrap(), Err(CommandError::NotRunning));
    }

    #[tokio::test]
    async fn a_command_fails_at_once_when_the_app_is_gone() {
        let (read, write) = pipe().unwrap();
        drop(read);
        let outcome = Pipe::new(write).call("users".into(), Value::Null).await;
        assert!(matches!(outcome, Err(CommandError::Internal { .. })), "{outcome:?}");
    }

    #[test]
    fn an_answer_to_nobody_is_dropped() {
        Pipe::new(std::io::sink()).answer(9, Ok(Value::Null));
    }

    #[test]
    fn messages_end_with_the_pipe_and_skip_what_is_unknown() {
        let text = "{\"kind\":\"show\"}\n{\"kind\":\"from a newer app\"}\n{\"kind\":\"close\"}\n";
        let heard: Vec<_> = messages(Cursor::new(text)).collect();
        assert!(matches!(heard[..], [ToWindow::Show, ToWindow::Close]), "{heard:?}");
    }
}
