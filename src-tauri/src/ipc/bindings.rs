//! Writes the types as TypeScript, for `ui/src/ipc/bindings.ts`.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use super::{AppEvent, CommandError};
use crate::commands::TABLE;

/// Collects the declarations of a type and of all that it mentions.
pub struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl std::fmt::Debug for Declarations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Declarations").field(&self.by_name.keys()).finish()
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only what would get a file of its own has a declaration.
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        if self.by_name.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        let declaration = format!("{docs}export {}\n", T::decl(&self.config));
        self.by_name.insert(name, declaration);
        T::visit_dependencies(self);
    }
}

/// Declares the argument and answer of one command, and names them.
pub fn describe<Arguments: TS + 'static, Answer: TS + 'static>(
    declarations: &mut Declarations,
) -> (String, String) {
    let mut name = |name: String, visit: fn(&mut Declarations)| {
        visit(declarations);
        name
    };
    let config = Config::new().with_large_int("number");
    (
        name(Arguments::name(&config), visit_whole::<Arguments>),
        name(Answer::name(&config), visit_whole::<Answer>),
    )
}

fn visit_whole<T: TS + 'static>(declarations: &mut Declarations) {
    declarations.visit::<T>();
    // `Vec<User>` has no declaration itself, but `User` does.
    T::visit_generics(declarations);
}

/// The whole of `bindings.ts`.
#[must_use]
pub fn bindings() -> String {
    let config = Config::new().with_large_int("number");
    let mut declarations = Declarations { config, by_name: BTreeMap::new() };
    declarations.visit::<AppEvent>();
    declarations.visit::<CommandError>();
    let mut commands = String::new();
    for command in TABLE {
        let (arguments, answer) = (command.describe)(&mut declarations);
        commands.push_str(&format!(
            "  /** {} */\n  {}: {{ arguments: {arguments}; answer: {answer} }};\n",
            command.purpose, command.name
        ));
    }
    let types: String = declarations.by_name.into_values().map(|text| text + "\n").collect();
    format!(
        "// Written by a test of src-tauri from its types. Do not edit: run\n\
         // `cargo xtask bindings`.\n\n{types}/** What the window can ask of the app. */\n\
         export type Commands = {{\n{commands}}};\n"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::path::Path;

    #[test]
    fn the_committed_bindings_are_those_of_these_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.ts");
        let bindings = super::bindings();
        if std::env::var_os("WRITE_BINDINGS").is_some() {
            std::fs::write(&path, &bindings).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(committed == bindings, "run `cargo xtask bindings` and commit what changed");
    }
}
