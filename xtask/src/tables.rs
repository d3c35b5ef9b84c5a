//! Mends what the wasm-opt 108 of Debian does to a module with two tables: it exports the first one whatever is asked
//! for. wasm-bindgen's table of references to JavaScript's values is the second, and an app that is handed the table of
//! functions in its place ends at its first line. A newer wasm-opt leaves nothing to mend.

use std::path::Path;

use crate::error::{Result, advice, read, write};

const EXPORT: &[u8] = b"__wbindgen_externrefs";
const EXTERNREF: u8 = 0x6f;
const TABLES: u8 = 4;
const EXPORTS: u8 = 7;
const IS_TABLE: u8 = 1;

/// Mends a module.
///
/// # Errors
/// The file is no module of WebAssembly.
pub(crate) fn mend_file(path: &Path) -> Result<()> {
    let mut module = read(path)?;
    match mend(&mut module) {
        Some(false) => Ok(()),
        Some(true) => write(path, &module),
        None => advice(format!("{} is not a module that this build can read", path.display())),
    }
}

/// Lets the export lead to the table of references; says whether it did not before. `None` if this is no module.
fn mend(module: &mut [u8]) -> Option<bool> {
    let (mut right, mut export) = (None, None);
    let mut at = 8;
    while at < module.len() {
        let kind = module[at];
        let (size, start) = number(module, at + 1)?;
        at = start.checked_add(size)?;
        let section = Section { bytes: module.get(start..at)?, at: 0 };
        // Imported tables would count before the module's own; wasm-bindgen imports functions only.
        match kind {
            TABLES => right = section.table_of_references()?,
            EXPORTS => export = section.exported_table()?.map(|place| start + place),
            _ => {}
        }
    }
    let (Some(right), Some(place)) = (right, export) else { return Some(false) };
    let wrong = *module.get(place)? != right;
    module[place] = right;
    Some(wrong)
}

struct Section<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Section<'_> {
    fn number(&mut self) -> Option<usize> {
        let (value, next) = number(self.bytes, self.at)?;
        self.at = next;
        Some(value)
    }

    fn byte(&mut self) -> Option<u8> {
        self.at += 1;
        self.bytes.get(self.at - 1).copied()
    }

    /// The index of the table of references, if there is one.
    fn table_of_references(mut self) -> Option<Option<u8>> {
        for index in 0..self.number()? {
            let kind = self.byte()?;
            let bounded = self.byte()? & 1 == 1;
            self.number()?;
            if bounded {
                self.number()?;
            }
            if kind == EXTERNREF {
                return Some(u8::try_from(index).ok().filter(|index| *index < 0x80));
            }
        }
        Some(None)
    }

    /// Where the index of the exported table stands, if that is exported.
    fn exported_table(mut self) -> Option<Option<usize>> {
        for _ in 0..self.number()? {
            let length = self.number()?;
            let name = self.bytes.get(self.at..self.at.checked_add(length)?)?;
            self.at += length;
            if self.byte()? == IS_TABLE && name == EXPORT {
                return Some(Some(self.at));
            }
            self.number()?;
        }
        Some(None)
    }
}

/// An unsigned LEB128 number and where it ends.
fn number(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let (mut value, mut shift) = (0_usize, 0_u32);
    loop {
        let byte = *bytes.get(at)?;
        at += 1;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte < 0x80 {
            return Some((value, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with a table of functions, one of references, and the latter's export leading to `index`.
    fn module(index: u8) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        bytes.extend([TABLES, 8, 2, 0x70, 1, 5, 5, EXTERNREF, 0, 4]);
        let mut exports = vec![2, 1, b'm', 2, 0, u8::try_from(EXPORT.len()).unwrap()];
        exports.extend(EXPORT);
        exports.extend([IS_TABLE, index]);
        bytes.extend([EXPORTS, u8::try_from(exports.len()).unwrap()]);
        bytes.extend(exports);
        bytes
    }

    #[test]
    fn the_export_leads_to_the_table_of_references() {
        let mut wrong = module(0);
        assert_eq!(mend(&mut wrong), Some(true));
        assert_eq!(wrong, module(1));
        assert_eq!(mend(&mut wrong), Some(false));
    }

    #[test]
    fn what_has_no_such_table_is_left_alone() {
        let mut plain = b"\0asm\x01\0\0\0".to_vec();
        plain.extend([TABLES, 5, 1, 0x70, 1, 5, 5]);
        assert_eq!(mend(&mut plain.clone()), Some(false));
        assert_eq!(mend(&mut plain[..10]), None);
    }

    #[test]
    fn files_are_mended_in_place() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.wasm"), module(0)).unwrap();
        mend_file(&folder.path().join("a.wasm")).unwrap();
        assert_eq!(std::fs::read(folder.path().join("a.wasm")).unwrap(), module(1));
        std::fs::write(folder.path().join("c.wasm"), "not a module").unwrap();
        assert!(mend_file(&folder.path().join("c.wasm")).is_err());
    }
}
