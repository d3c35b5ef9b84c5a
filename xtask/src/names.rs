//! Names that only the machine reads, made short. wasm-bindgen gives each function that the app calls in the browser a name
//! with a hash of 16 digits, which no compression makes smaller, and it stands in the module and in the script.

use std::{collections::BTreeMap, convert::Infallible};

use wasm_encoder::{
    CustomSection, ImportSection, Module,
    reencode::{Error, Reencode},
};
use wasmparser::{CustomSectionReader, ImportSectionReader, Parser};

/// Whether functions keep their names in the built app, for a profiler: with `OUTPOST_NAMES` set to anything. It is larger by that.
pub(crate) fn are_kept() -> bool {
    std::env::var_os("OUTPOST_NAMES").is_some()
}

/// Shortens the names that script and module share.
///
/// # Errors
/// The module is none, or the two do not go together.
pub(crate) fn shorten(script: &str, module: &[u8]) -> Result<(String, Vec<u8>), String> {
    let mut short = Short { names: BTreeMap::new(), rename: true };
    let module = short.module(module)?;
    let mut renamed = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find("__wbg_") {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$').unwrap_or(from.len());
        renamed.push_str(before);
        renamed.push_str(short.names.get(&from[..end]).map_or(&from[..end], String::as_str));
        rest = &from[end..];
    }
    renamed.push_str(rest);
    match short
        .names
        .values()
        .find(|name| !renamed.contains(&format!("{name}:")) && !renamed.contains(&format!("{name} ")))
    {
        Some(name) => Err(format!("the script has nothing by the name of {name}, which the module asks for")),
        None => Ok((renamed, module)),
    }
}

/// A module without what only tools read.
///
/// # Errors
/// It is no module.
pub(crate) fn bare(module: &[u8]) -> Result<Vec<u8>, String> {
    Short { names: BTreeMap::new(), rename: false }.module(module)
}

struct Short {
    /// The long names, and the short ones.
    names: BTreeMap<String, String>,
    rename: bool,
}

impl Short {
    fn module(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut module = Module::new();
        let parsed = self.parse_core_module(&mut module, Parser::new(0), bytes);
        parsed.map_err(|error| format!("this is no module that the build can read: {error}"))?;
        Ok(module.finish())
    }
}

/// Whether a name ends in a hash.
fn is_long(name: &str) -> bool {
    let hash = name.rsplit('_').next().unwrap_or_default();
    name.starts_with("__wbg_") && hash.len() == 16 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())
}

impl Reencode for Short {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            if self.rename && is_long(import.name) {
                let next = format!("__wbg_{:x}", self.names.len());
                let name = self.names.entry(import.name.to_owned()).or_insert(next);
                imports.import(import.module, name, kind);
            } else {
                imports.import(import.module, import.name, kind);
            }
        }
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        if are_kept() && section.name() == "name" {
            module.section(&CustomSection { name: "name".into(), data: section.data().into() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, TypeSection};

    use super::*;

    const LONG: &str = "__wbg_createElement_5f2a8b3c4d5e6f70";

    fn module(names: &[&str]) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        module.section(&types);
        let mut imports = ImportSection::new();
        for name in names {
            imports.import("./app_bg.js", name, EntityType::Function(0));
        }
        module.section(&imports);
        module.section(&CustomSection { name: "name".into(), data: (&b"of functions"[..]).into() });
        module.finish()
    }

    #[test]
    fn script_and_module_have_the_same_short_names() {
        let script = format!("{LONG}: function() {{}},\n__wbg_set_wasm(wasm);\n__wbindgen_throw: function() {{}},\n");
        let (script, bytes) = shorten(&script, &module(&[LONG, "__wbindgen_throw"])).unwrap();
        assert_eq!(script, "__wbg_0: function() {},\n__wbg_set_wasm(wasm);\n__wbindgen_throw: function() {},\n");
        let short = module(&["__wbg_0", "__wbindgen_throw"]);
        assert_eq!(bytes, bare(&short).unwrap());
        assert!(bytes.len() < short.len(), "the section that only tools read is still there");
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        assert!(shorten("nothing", &module(&[LONG])).unwrap_err().contains("__wbg_0"));
        assert!(shorten("", b"nothing").is_err());
        assert!(bare(b"nothing").is_err());
    }
}
