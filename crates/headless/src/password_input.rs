//! Getting a new password: asked for twice, or from standard input.

use std::io::{BufRead, ErrorKind, IsTerminal, stdin};

use sync_server::account::PasswordHash;

use crate::arguments::PasswordSource;
use crate::error::Error;

/// Gets a new password and hashes it, so that nothing else sees it.
pub fn read_new(source: &PasswordSource) -> Result<PasswordHash, Error> {
    let password = if source.password_stdin || !stdin().is_terminal() {
        first_line(stdin().lock()).map_err(Error::PasswordInput)?
    } else {
        ask_twice()?
    };
    Ok(PasswordHash::of(&sync_server::Password::new(password))?)
}

fn ask_twice() -> Result<String, Error> {
    let ask = |prompt| rpassword::prompt_password(prompt).map_err(Error::PasswordInput);
    let password = ask("Password: ")?;
    if ask("The same password again: ")? != password {
        return Err(Error::PasswordsDiffer);
    }
    Ok(password)
}

/// The first line without its end, which `echo` adds and nobody means.
fn first_line(mut input: impl BufRead) -> std::io::Result<String> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Err(std::io::Error::new(ErrorKind::UnexpectedEof, "standard input is empty"));
    }
    let without_end = line.strip_suffix('\n').unwrap_or(&line);
    Ok(without_end.strip_suffix('\r').unwrap_or(without_end).to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::first_line;

    #[test]
    fn a_password_is_the_first_line_with_its_blanks() {
        for (input, password) in
            [("secret", "secret"), (" a b \n", " a b "), ("x\r\ny\n", "x"), ("\n", "")]
        {
            assert_eq!(first_line(input.as_bytes()).unwrap(), password);
        }
    }

    #[test]
    fn empty_input_is_no_password() {
        assert!(first_line(&b""[..]).is_err());
    }
}
