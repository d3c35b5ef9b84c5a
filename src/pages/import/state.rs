//! Where an import stands, to be copied into any callback.

use std::cell::Cell;
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
use crate::state::Desk;

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

/// The import of one file.
#[derive(Clone, Copy)]
pub(super) struct Importing {
    pub desk: Desk,
    /// Into which type.
    pub schema: RwSignal<&'static Schema>,
    pub stage: RwSignal<Stage>,
    /// What went wrong, as a sentence.
    pub trouble: RwSignal<Option<String>>,
    pub encoding: RwSignal<Encoding>,
    /// What each column is for.
    pub columns: RwSignal<Vec<Option<Target>>>,
    /// How figures and dates are written.
    pub reading: RwSignal<Reading>,
    /// Whether relations that no record has the name of stay empty.
    pub lenient: RwSignal<bool>,
    /// Whether rows that look like records that are here are imported too.
    pub with_twins: RwSignal<bool>,
    /// What was found; none while it is looked for.
    pub looked: RwSignal<Option<Looked>, LocalStorage>,
    /// How this person writes.
    own: StoredValue<Reading>,
    file: StoredValue<Arc<Chosen>>,
    known: StoredValue<Remembered, LocalStorage>,
    /// Counts the looks, so that one that was overtaken ends.
    look: StoredValue<Rc<Cell<u64>>, LocalStorage>,
    stopped: StoredValue<Rc<Cell<bool>>, LocalStorage>,
}

impl Importing {
    /// Of nothing yet.
    pub(super) fn new(desk: Desk, schema: &'static Schema, own: Reading) -> Self {
        let importing = Self {
            desk,
            schema: RwSignal::new(schema),
            stage: RwSignal::new(Stage::Choosing),
            trouble: RwSignal::new(None),
            encoding: RwSignal::new(Encoding::guess(&[])),
            columns: RwSignal::new(Vec::new()),
            reading: RwSignal::new(own),
            lenient: RwSignal::new(false),
            with_twins: RwSignal::new(false),
            looked: RwSignal::new_local(None),
            own: StoredValue::new(own),
            file: StoredValue::new(Arc::new(Chosen { name: String::new(), bytes: Vec::new() })),
            known: StoredValue::new_local(None),
            look: StoredValue::new_local(Rc::default()),
            stopped: StoredValue::new_local(Rc::default()),
        };
        effect(move || {
            if let Stage::Mapping(sheet) = importing.stage.get() {
                let (columns, reading) = (importing.columns.get(), importing.reading.get());
                importing.look_at(sheet, Plan::new(importing.schema.get(), columns, reading, importing.lenient.get()));
            }
        });
        importing
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
        self.encoding.set(Encoding::guess(&file.bytes));
        self.file.set_value(Arc::new(file));
        self.read_anew(None);
    }

    /// Takes another one.
    pub(super) fn start_anew(self) {
        self.trouble.set(None);
        self.known.set_value(None);
        self.stage.set(Stage::Choosing);
    }

    /// What the file is called.
    pub(super) fn name(self) -> String {
        self.file.with_value(|file| file.name.clone())
    }

    /// Reads the file again: in another encoding, with another delimiter, for another type.
    pub(super) fn read_anew(self, delimiter: Option<Delimiter>) {
        let (schema, encoding) = (self.schema.get_untracked(), self.encoding.get_untracked());
        let text = self.file.with_value(|file| files::decode(&file.bytes, encoding.label()));
        let Some(text) = text else {
            return self.trouble.set(Some("This browser does not know that encoding.".to_owned()));
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
        self.schema.set(schema);
        if let Stage::Mapping(sheet) = self.stage.get_untracked() {
            match sheet.format() {
                Format::Text(delimiter) => self.read_anew(Some(delimiter)),
                Format::VCard | Format::Json => self.read_anew(None),
            }
        }
    }

    /// Guesses what the columns are for.
    fn map(self, sheet: Sheet) {
        let columns = guess_columns(self.schema.get_untracked(), &sheet);
        self.reading.set(guess_reading(&sheet, &columns, self.own.get_value()));
        self.columns.set(columns);
        self.looked.set(None);
        self.stage.set(Stage::Mapping(Arc::new(sheet)));
    }

    /// Looks at all rows as they would be imported now.
    fn look_at(self, sheet: Arc<Sheet>, plan: Plan) {
        let look = self.look.get_value();
        let mine = look.get() + 1;
        look.set(mine);
        self.looked.set(None);
        spawn_local(async move {
            let known = match self.known(&plan).await {
                Ok(known) => known,
                Err(why) => return drop(self.trouble.try_set(Some(why))),
            };
            let checked = check(&sheet, &plan, &known, || look.get() != mine).await;
            if let Some(checked) = checked.filter(|_| look.get() == mine) {
                // The page may have been left meanwhile; then there is nobody to tell.
                self.looked.try_set(Some(Looked { sheet, checked: Arc::new(checked), plan, known }));
            }
        });
    }

    /// What the device has already: read once, unless another question is asked.
    async fn known(self, plan: &Plan) -> Result<Arc<Known>, String> {
        let question = (plan.schema().kind, plan.related());
        let had = self.known.try_get_value().flatten().filter(|(asked, _)| *asked == question);
        if let Some((_, known)) = had {
            return Ok(known);
        }
        let known = Arc::new(Known::read(self.desk, plan.schema(), &question.1).await?);
        self.known.try_set_value(Some((question, known.clone())));
        Ok(known)
    }

    /// Begins to write.
    pub(super) fn run(self) {
        let Some(Looked { sheet, checked, plan, known }) = self.looked.get_untracked() else { return };
        let rows = checked.chosen(self.with_twins.get_untracked());
        let total = rows.len();
        let stopped = Rc::new(Cell::new(false));
        self.stopped.set_value(stopped.clone());
        self.stage.set(Stage::Running(0, total));
        let job = Job { desk: self.desk, sheet, plan, known, file: self.name(), rows };
        spawn_local(async move {
            let tell = |done| {
                self.stage.try_set(Stage::Running(done, total));
                !stopped.get()
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
        self.stopped.with_value(|stopped| stopped.set(true));
    }
}
