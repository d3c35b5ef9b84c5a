//! Where an import stands, to be copied into any callback.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::exchange::{Delimiter, Encoding, Format, Plan, Reading, Sheet, Target, guess_columns, guess_reading};
use outpost_core::schema::Schema;

use super::known::Known;
use super::work::{Checked, Ended, Job, check};
use crate::forms::say;
use crate::markup::effect;
use crate::platform::files::{self, Chosen};
use crate::state::{Desk, removed_stages};
use crate::words::tr;

/// What is to be done.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    /// A file is to be chosen.
    Choosing,
    /// It is to be said what its columns are for.
    Mapping(Arc<Sheet>),
    /// So many records of so many are made.
    Running(usize, usize),
    /// It is over.
    Done(Arc<Ended>),
}

impl Stage {
    /// Changes when the page must be drawn anew. Not with each record that is made.
    pub(super) fn shape(&self) -> (u8, usize) {
        match self {
            Self::Choosing => (0, 0),
            Self::Mapping(sheet) => (1, Arc::as_ptr(sheet) as usize),
            Self::Running(..) => (2, 0),
            Self::Done(ended) => (3, Arc::as_ptr(ended) as usize),
        }
    }
}

/// What was looked at, and with what knowledge.
#[derive(Clone)]
pub(super) struct Looked {
    pub sheet: Arc<Sheet>,
    pub checked: Arc<Checked>,
    plan: Plan,
    known: Arc<Known>,
}

/// What the device has already, and the question to which that is the answer.
type Remembered = Option<((&'static str, Vec<&'static str>), Arc<Known>)>;

/// What a person may choose, or has guessed for them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choices {
    /// Into which type.
    pub schema: &'static Schema,
    pub encoding: Encoding,
    /// What each column is for.
    pub columns: Vec<Option<Target>>,
    /// How figures and dates are written.
    pub reading: Reading,
    /// Whether relations that no record has the name of stay empty.
    pub lenient: bool,
}

/// What nothing on the page follows.
struct Inner {
    /// How this person writes.
    own: Reading,
    file: RefCell<Chosen>,
    known: RefCell<Remembered>,
    /// Counts the looks, so that one that was overtaken ends.
    look: Cell<u64>,
    stopped: Cell<bool>,
}

/// The import of one file. One signal for all choices: each type of signal is code of its own.
#[derive(Clone, Copy)]
pub(super) struct Importing {
    pub desk: Desk,
    pub stage: RwSignal<Stage>,
    /// What went wrong, as a sentence.
    pub trouble: RwSignal<Option<String>>,
    pub choices: RwSignal<Choices>,
    /// Whether rows that look like records that are here are imported too.
    pub with_twins: RwSignal<bool>,
    /// What was found; none while it is looked for.
    pub looked: RwSignal<Option<Looked>>,
    inner: StoredValue<Rc<Inner>, LocalStorage>,
}

impl Importing {
    /// Of nothing yet.
    pub(super) fn new(desk: Desk, schema: &'static Schema, own: Reading) -> Self {
        let inner = Inner {
            own,
            file: RefCell::new(Chosen { name: String::new(), bytes: Vec::new() }),
            known: RefCell::new(None),
            look: Cell::new(0),
            stopped: Cell::new(false),
        };
        let encoding = Encoding::guess(&[]);
        let choices = Choices { schema, encoding, columns: Vec::new(), reading: own, lenient: false };
        let importing = Self {
            desk,
            stage: RwSignal::new(Stage::Choosing),
            trouble: RwSignal::new(None),
            choices: RwSignal::new(choices),
            with_twins: RwSignal::new(false),
            looked: RwSignal::new(None),
            inner: StoredValue::new_local(Rc::new(inner)),
        };
        effect(move || {
            if let Stage::Mapping(sheet) = importing.stage.get() {
                let Choices { schema, columns, reading, lenient, .. } = importing.choices.get();
                let plan = Plan::new(schema, columns, reading, lenient).with_removed(removed_stages());
                importing.look_at(sheet, plan);
            }
        });
        importing
    }

    /// The type.
    pub(super) fn schema(self) -> &'static Schema {
        self.choices.with_untracked(|choices| choices.schema)
    }

    /// Takes a file, once it is read.
    pub(super) fn load(self, file: impl Future<Output = Result<Option<Chosen>, String>> + 'static) {
        self.trouble.set(None);
        spawn_local(async move {
            match file.await {
                Ok(Some(file)) => self.take(file),
                Ok(None) => {}
                Err(why) => drop(self.trouble.try_set(Some(say(why)))),
            }
        });
    }

    /// Takes a file.
    pub(super) fn take(self, file: Chosen) {
        let encoding = Encoding::guess(&file.bytes);
        self.choices.update_untracked(|choices| choices.encoding = encoding);
        self.inner.with_value(|inner| *inner.file.borrow_mut() = file);
        self.read_anew(None);
    }

    /// Takes another one.
    pub(super) fn start_anew(self) {
        self.trouble.set(None);
        self.inner.with_value(|inner| inner.known.take());
        self.stage.set(Stage::Choosing);
    }

    /// What the file is called.
    pub(super) fn name(self) -> String {
        self.inner.with_value(|inner| inner.file.borrow().name.clone())
    }

    /// In another encoding.
    pub(super) fn set_encoding(self, encoding: Encoding) {
        self.choices.update_untracked(|choices| choices.encoding = encoding);
        self.read_anew(None);
    }

    /// Reads the file again: in another encoding, with another delimiter, for another type.
    pub(super) fn read_anew(self, delimiter: Option<Delimiter>) {
        let (schema, encoding) = self.choices.with_untracked(|choices| (choices.schema, choices.encoding));
        let text = self.inner.with_value(|inner| files::decode(&inner.file.borrow().bytes, encoding.label()));
        let Some(text) = text else {
            return self.trouble.set(Some(tr("This browser does not know that encoding.").to_owned()));
        };
        let sheet = match delimiter {
            Some(delimiter) => Ok(Sheet::delimited(schema, &text, delimiter)),
            None => Sheet::read(schema, &text),
        };
        match sheet {
            Ok(sheet) => {
                self.trouble.set(None);
                self.map(sheet);
            }
            Err(error) => {
                self.trouble.set(Some(say(error)));
                self.stage.set(Stage::Choosing);
            }
        }
    }

    /// With or without a heading.
    pub(super) fn set_headed(self, sheet: &Sheet, is_headed: bool) {
        self.map(sheet.clone().headed(is_headed));
    }

    /// Into another type.
    pub(super) fn set_schema(self, schema: &'static Schema) {
        self.choices.update(|choices| choices.schema = schema);
        if let Stage::Mapping(sheet) = self.stage.get_untracked() {
            match sheet.format() {
                Format::Text(delimiter) => self.read_anew(Some(delimiter)),
                Format::VCard | Format::Json => self.read_anew(None),
            }
        }
    }

    /// Guesses what the columns are for.
    fn map(self, sheet: Sheet) {
        let columns = guess_columns(self.schema(), &sheet);
        let own = self.inner.with_value(|inner| inner.own);
        // Untracked: the stage, which is set last, has it looked at once.
        self.choices.update_untracked(|choices| {
            choices.reading = guess_reading(&sheet, &columns, own);
            choices.columns = columns;
        });
        self.looked.set(None);
        self.stage.set(Stage::Mapping(Arc::new(sheet)));
    }

    /// Looks at all rows as they would be imported now.
    fn look_at(self, sheet: Arc<Sheet>, plan: Plan) {
        let inner = self.inner.get_value();
        let mine = inner.look.get() + 1;
        inner.look.set(mine);
        self.looked.set(None);
        spawn_local(async move {
            let known = match known(self.desk, &inner, &plan).await {
                Ok(known) => known,
                Err(why) => return drop(self.trouble.try_set(Some(why))),
            };
            let checked = check(&sheet, &plan, &known, || inner.look.get() != mine).await;
            if let Some(checked) = checked.filter(|_| inner.look.get() == mine) {
                // The page may have been left meanwhile; then there is nobody to tell.
                self.looked.try_set(Some(Looked { sheet, checked: Arc::new(checked), plan, known }));
            }
        });
    }

    /// Begins to write.
    pub(super) fn run(self) {
        let Some(Looked { sheet, checked, plan, known }) = self.looked.get_untracked() else { return };
        let rows = checked.chosen(self.with_twins.get_untracked());
        let total = rows.len();
        let inner = self.inner.get_value();
        inner.stopped.set(false);
        self.stage.set(Stage::Running(0, total));
        let job = Job { desk: self.desk, sheet, plan, known, file: self.name(), rows };
        spawn_local(async move {
            let tell = |done| {
                self.stage.try_set(Stage::Running(done, total));
                !inner.stopped.get()
            };
            match job.run(tell).await {
                Ok(ended) => drop(self.stage.try_set(Stage::Done(Arc::new(ended)))),
                Err(why) => {
                    self.stage.try_set(Stage::Choosing);
                    self.trouble.try_set(Some(why));
                }
            }
        });
    }

    /// Stops behind what is being written.
    pub(super) fn stop(self) {
        self.inner.with_value(|inner| inner.stopped.set(true));
    }
}

/// What the device has already: read once, unless another question is asked.
async fn known(desk: Desk, inner: &Inner, plan: &Plan) -> Result<Arc<Known>, String> {
    let question = (plan.schema().kind, plan.related());
    if let Some((asked, known)) = &*inner.known.borrow()
        && *asked == question
    {
        return Ok(known.clone());
    }
    let known = Arc::new(Known::read(desk, plan.schema(), &question.1).await?);
    inner.known.replace(Some((question, known.clone())));
    Ok(known)
}
