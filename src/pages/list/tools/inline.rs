//! Editing a cell of a table where it is. The control lies over the cell, so that nothing moves; meanwhile the rows keep their
//! places, also those whose order it changes, and where the list is read anew all the same the control goes along with its row. What is
//! typed is checked as in a form, kept as a draft as there, and saved when the cell is left.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};
use outpost_core::mutation::Patch;
use outpost_core::record::Record;
use outpost_core::schema::{Field, Kind, is_empty};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use super::bulk;
use super::cells::{Cell, cell_below, cell_of, cells, focus, on_arrow, row_at, row_of};
use crate::components::{InputKind, TextInput, Toast};
use crate::forms::{Entry, FieldInput, FieldState, FormState, Habits, Wrong, draft, offered, say, value};
use crate::markup::{Markup, effect, view};
use crate::pages::deal::{Along, move_deal, tell};
use crate::pages::list::context::ListContext;
use crate::pages::swipe::is_left_to_right;
use crate::pages::types::look;
use crate::pages::undo::{Back, offer};
use crate::platform::events::{Listener, on_document, on_root};
use crate::platform::{Timeout, dirty, media, page, timeout};
use crate::state::{Desk, Live, live, title_in, title_of, use_desk};
use crate::words::{t, tr};

/// How long a click waits for a second one, in milliseconds, over a cell that can be edited; elsewhere a row opens at once.
const SECOND_CLICK_MS: u32 = 220;
/// How long the rows keep their places after a cell was left with the pointer, which may be about to press a second time.
const REST_MS: u32 = 500;
/// The least width of a control, in CSS pixels.
const LEAST_WIDTH: f64 = 230.0;
/// How many frames a cell that was edited is waited for, to give it the focus again.
const FRAMES: u32 = 30;

/// Where the control lies in its layer.
#[derive(Clone, Copy)]
struct Place {
    top: f64,
    left: f64,
    width: f64,
    height: f64,
}

/// A cell that is being edited.
#[derive(Clone)]
struct Editing {
    cell: Cell,
    /// Counts what was edited, so that what ends late ends nothing else.
    number: u32,
}

impl Editing {
    /// Where the draft of what is typed is kept.
    fn route(&self) -> String {
        let Cell { row, field, .. } = &self.cell;
        format!("cell:{}/{}/{}", row.record.kind, row.record.id, field.name)
    }
}

/// Leaves the cell that is being edited, for a reason; says whether nothing speaks against that.
type Leaving = Callback<Leave, bool>;

/// What works on a list's cells.
#[derive(Clone, Copy)]
struct Editor {
    list: ListContext,
    desk: Desk,
    now: RwSignal<Option<Editing>>,
    /// Where its control lies.
    place: RwSignal<Option<Place>>,
    /// What leaves it.
    leaving: StoredValue<Option<Leaving>>,
    number: StoredValue<u32>,
    /// The number of what is being saved, or was.
    saving: StoredValue<u32>,
    layer: NodeRef<html::Div>,
    /// Lets the rows move again.
    rest: StoredValue<Option<Timeout>, LocalStorage>,
}

/// Why the cell is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// By Enter: the focus goes back to the cell.
    Done,
    /// By Tab, to the next cell.
    Next,
    /// By Tab and Shift, to the one before.
    Back,
    /// The focus went elsewhere.
    Away,
    /// Its row is not in the page any more.
    Gone,
}

/// Whether a value can be typed or chosen in a cell.
fn is_editable(list: ListContext, cell: &Cell) -> bool {
    let (schema, field, record) = (list.spec.schema, cell.field, &cell.row.record);
    let is_title = field.name == schema.list.title;
    let is_derived = list.spec.standings.is_some() && field.name == schema.list.facet;
    if look(schema.kind).edit.is_none() || is_derived || !(is_title || bulk::fields(schema).contains(&field)) {
        return false;
    }
    match field.kind {
        Kind::Emails | Kind::Phones => {
            record.get(field.name).and_then(Value::as_array).is_none_or(|all| all.len() <= 1)
        }
        Kind::Choice(_) => offered(schema.kind, field, record.text(field.name)).len() > 1,
        Kind::LongText | Kind::Address => false,
        _ => field.has_line(),
    }
}

impl Editor {
    /// Begins to edit a cell, if that can be. One that holds what cannot be saved is not left for it: its control has the caret again.
    fn begin(self, cell: Cell) -> bool {
        let Some(place) = self.place_over(&cell).filter(|_| is_editable(self.list, &cell)) else { return false };
        let open = self.now.with_untracked(Option::is_some).then(|| self.leaving.get_value()).flatten();
        if open.is_some_and(|leave| !leave.run(Leave::Away)) {
            self.take_caret();
            return true;
        }
        self.rest.set_value(None);
        self.number.update_value(|number| *number += 1);
        self.list.editing.set(true);
        self.place.set(Some(place));
        self.now.set(Some(Editing { cell, number: self.number.get_value() }));
        true
    }

    /// Where a control over a cell lies.
    fn place_over(self, cell: &Cell) -> Option<Place> {
        let layer = self.layer.try_get_untracked().flatten()?;
        let (from, there) = (layer.get_bounding_client_rect(), cell.element.get_bounding_client_rect());
        let width = there.width().max(LEAST_WIDTH);
        let start = if is_left_to_right() { there.left() } else { there.right() - width };
        let left = start.min(from.right() - width).max(from.left());
        Some(Place { top: there.top() - from.top(), left: left - from.left(), width, height: there.height() })
    }

    /// The list was read anew: the control goes to where its row is now. Where another row is in its place, and its own is not in the
    /// page, the cell is left; what cannot be saved names its record then.
    fn follow(self) {
        let Some(editing) = self.now.try_get_untracked().flatten() else { return };
        let Cell { row, field, .. } = &editing.cell;
        let own = row_of(self.list, row);
        let over = own.and_then(|own| cells(self.list, &own).into_iter().find(|cell| cell.field.name == field.name));
        match over.and_then(|cell| self.place_over(&cell)) {
            Some(place) => drop(self.place.try_set(Some(place))),
            None if row_at(row.index).is_some() => {
                if let Some(leave) = self.leaving.try_get_value().flatten() {
                    leave.run(Leave::Gone);
                }
            }
            // It is scrolled away, and comes back.
            None => {}
        }
    }

    /// Puts the caret into the control that is open.
    fn take_caret(self) {
        let control = self.layer.get_untracked().and_then(|layer| layer.query_selector(".cell-edit").ok().flatten());
        if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
            request_animation_frame(move || take_caret(&control));
        }
    }

    /// Whether this is what is being edited.
    fn is_now(self, number: u32) -> bool {
        self.now.try_with_untracked(|now| now.as_ref().is_some_and(|now| now.number == number)).unwrap_or_default()
    }

    /// Whether this is being saved.
    fn saves(self, number: u32) -> bool {
        self.saving.try_get_value() == Some(number)
    }

    /// Ends editing; the rows may move now, or soon if the pointer has left the cell.
    fn end(self, editing: &Editing, leave: Leave) {
        if !self.is_now(editing.number) {
            return;
        }
        self.now.set(None);
        let move_on = move || {
            self.list.editing.try_set(false);
        };
        match leave {
            Leave::Away | Leave::Gone => self.rest.set_value(Some(timeout(REST_MS, move_on))),
            _ => {
                move_on();
                focus_again(self.list, editing.cell.clone(), FRAMES);
            }
        }
    }

    /// Forgets the draft of a cell: it was saved, or is given up.
    fn forget(self, editing: &Editing) {
        let (desk, route) = (self.desk, editing.route());
        spawn_local(async move { draft::forget(desk, &route).await });
    }

    /// Leaves a cell: saves what stands in it, or says at the cell why that cannot be; then it is `false`.
    fn leave(self, editing: Editing, state: FieldState, habits: Habits, leave: Leave) -> bool {
        // It is being left already.
        if self.saves(editing.number) {
            return true;
        }
        let changed = state.changed();
        state.look();
        let new = match state.entry.with_untracked(|entry| value(state.field, entry, habits)) {
            Ok(new) => Some(new),
            // What was only looked at is nobody's mistake.
            Err(_) if !changed => None,
            Err(wrong) => {
                if leave == Leave::Gone {
                    let says = [&title_of(&editing.cell.row.record), ": ", &wrong.says].concat();
                    state.wrong.set(Some(Wrong { says, ..wrong }));
                }
                return false;
            }
        };
        let old = shown(&editing.cell.row.record, state.field);
        let new = new.filter(|new| changed && *new != old);
        if new.is_some() {
            // Whatever becomes of the write, it is not lost with the control.
            draft::put(self.desk, editing.route(), state);
            self.saving.set_value(editing.number);
        }
        let next = match leave {
            Leave::Next | Leave::Back => next(self.list, &editing.cell, leave == Leave::Back),
            Leave::Done | Leave::Away | Leave::Gone => None,
        };
        let moved_on = next.is_some_and(|next| self.begin(next));
        let Some(new) = new else {
            self.forget(&editing);
            self.end(&editing, leave);
            return true;
        };
        spawn_local(async move {
            let record = &editing.cell.row.record;
            match save(self.desk, record, state.field, new).await {
                Ok(saved) => {
                    self.forget(&editing);
                    if !moved_on {
                        self.end(&editing, leave);
                    }
                    self.list.feed.put(&saved);
                }
                // At the cell while it is there.
                Err(why) if self.is_now(editing.number) => {
                    self.saving.set_value(0);
                    state.wrong.set(Some(Wrong { at: 0, says: why }));
                }
                Err(why) => {
                    let says = [&title_of(record), " · ", tr(state.field.label), ": ", &why].concat();
                    self.desk.toasts.show(Toast::bad(says));
                }
            }
        });
        true
    }

    /// Keeps what was typed when the page goes with the cell open; what cannot be kept is said.
    fn keep(self, editing: &Editing, state: FieldState, habits: Habits) {
        if self.saves(editing.number) || !self.is_now(editing.number) || !state.changed() {
            return;
        }
        let (desk, record, route) = (self.desk, editing.cell.row.record.clone(), editing.route());
        let new = state.entry.with_untracked(|entry| value(state.field, entry, habits));
        spawn_local(async move {
            let kept = match new {
                Ok(new) => save(desk, &record, state.field, new).await.map(drop),
                Err(wrong) => Err(wrong.says),
            };
            match kept {
                Ok(()) => draft::forget(desk, &route).await,
                Err(why) => drop(desk.toasts.show(Toast::bad([tr(state.field.label), ": ", &why].concat()))),
            }
        });
    }
}

/// What a record shows in a field; nothing if that is empty.
fn shown(record: &Record, field: &Field) -> Value {
    record.get(field.name).filter(|value| !is_empty(value)).cloned().unwrap_or_default()
}

/// Writes a value, and offers to take it back. Returns the record as it is now.
async fn save(desk: Desk, record: &Record, field: &'static Field, new: Value) -> Result<Record, String> {
    // Others may have changed it since it was shown.
    let now = desk.store().get(&record.key()).await.map_err(say)?.unwrap_or_else(|| record.clone());
    if shown(&now, field) != shown(record, field) {
        return Err(t!("Somebody changed this meanwhile. Press Escape to see it.").to_owned());
    }
    if bulk::is_move(&now.kind, field) {
        let to = new.as_str().unwrap_or_default().to_owned();
        let moved = move_deal(desk, now.id, to, None, Along::default()).await?;
        moved.into_iter().for_each(|moved| tell(desk, moved));
        return Ok(desk.store().get(&now.key()).await.map_err(say)?.unwrap_or(now));
    }
    let written = desk.write(bulk::change(&now, field, &new)?).await?;
    let saved = desk.store().get(&now.key()).await.map_err(say)?.unwrap_or(now);
    let title = title_of(&saved);
    let said = t!("Changed {title}: {}", tr(field.label));
    offer(desk, said, Back::of(written));
    Ok(saved)
}

/// The next cell of a row that can be edited, or the one before.
fn next(list: ListContext, cell: &Cell, back: bool) -> Option<Cell> {
    // Rows may have been read anew since the first of it was edited.
    let mut cells = cells(list, &row_of(list, &cell.row)?);
    if back {
        cells.reverse();
    }
    let others = cells.into_iter().skip_while(|each| each.field.name != cell.field.name).skip(1);
    others.into_iter().find(|cell| is_editable(list, cell))
}

/// Gives the cell of a record the focus again. Its row is made anew when the record is another, and may stand elsewhere; if that
/// is not on the glass, the row that is in its place now has the focus.
fn focus_again(list: ListContext, cell: Cell, frames: u32) {
    let idle = document().active_element().is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body"));
    if idle {
        let on_glass = |row: &Element| {
            let there = row.get_bounding_client_rect();
            there.top() > 40.0 && there.bottom() < media::height()
        };
        let row = row_of(list, &cell.row).filter(on_glass).or_else(|| row_at(cell.row.index));
        let same = row.and_then(|row| cells(list, &row).into_iter().find(|each| each.field.name == cell.field.name));
        if let Some(same) = same {
            focus(&same.element);
        }
    }
    if frames > 0 && list.editing.try_get_untracked() == Some(false) {
        request_animation_frame(move || focus_again(list, cell, frames - 1));
    }
}

/// Listens to the table, and shows the control over the cell that is being edited.
#[component]
pub(super) fn InlineEdit(list: ListContext) -> Markup {
    let desk = use_desk();
    let editor = Editor {
        list,
        desk,
        now: RwSignal::new(None),
        place: RwSignal::new(None),
        leaving: StoredValue::new(None),
        number: StoredValue::new(0),
        saving: StoredValue::new(0),
        layer: NodeRef::new(),
        rest: StoredValue::new_local(None),
    };
    list.editing.set(false);
    effect(move || {
        // Whatever was read anew is in the page by the next frame.
        list.feed.total();
        request_animation_frame(move || editor.follow());
    });
    let habits: Live<Habits> = live(|| (), move |()| async move { Ok(desk.habits().await) });
    let listeners = StoredValue::new_local(Some(listen(editor)));
    on_cleanup(move || drop(listeners.try_update_value(Option::take)));
    let control = move || {
        let habits = habits.value()?;
        editor.now.get().map(|editing| control(editor, editing, habits))
    };
    view! {
        <div class="cell-layer" node_ref=editor.layer>
            {control}
        </div>
    }
}

fn listen(editor: Editor) -> [Listener; 2] {
    let Editor { list, desk, .. } = editor;
    let is_away = move || editor.layer.get_untracked().is_none_or(|layer| !layer.is_connected());
    let idle = move || desk.compact.get_untracked() || list.picking.get_untracked() || is_away();
    let opening = StoredValue::new_local(None::<Timeout>);
    let link_of = |event: &ev::MouseEvent| {
        let target = event.target()?.dyn_into::<Element>().ok()?;
        target.closest("a.cover").ok()?
    };
    let click = on_root("click", move |event| {
        let Ok(event) = event.dyn_into::<ev::MouseEvent>() else { return };
        let plain =
            event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        // What is pressed by keyboard or by a script counts no clicks.
        if !plain || event.detail() == 0 || event.default_prevented() || idle() {
            return;
        }
        let Some(link) = link_of(&event) else { return };
        let cell = cell_below(list, &link, event.client_x().into());
        let waits = |cell: &Cell| cell.field.name != list.spec.schema.list.title && is_editable(list, cell);
        if cell.as_ref().is_some_and(waits) {
            event.prevent_default();
            // By its address: the row may be made anew until then.
            let address = link.get_attribute("href").unwrap_or_default();
            let open = move || page::follow(&address);
            opening.set_value((event.detail() == 1).then(|| timeout(SECOND_CLICK_MS, open)));
            // Not by `dblclick`: of four quick clicks that tells only the first two.
            if let Some(cell) = cell.filter(|_| event.detail() > 1) {
                editor.begin(cell);
            }
        }
    });
    let key = on_document("keydown", move |event| {
        let Ok(event) = event.dyn_into::<ev::KeyboardEvent>() else { return };
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if modified || event.default_prevented() || page::is_typing() || idle() {
            return;
        }
        let Some(active) = document().active_element() else { return };
        let done = match event.key().as_str() {
            "F2" => cell_of(list, &active).is_some_and(|cell| editor.begin(cell)),
            "Enter" => {
                let own = cell_of(list, &active).filter(|cell| cell.element.is_same_node(Some(&active)));
                own.is_some_and(|cell| editor.begin(cell))
            }
            _ => on_arrow(list, &event),
        };
        if done {
            event.prevent_default();
            // The list itself listens at the window.
            event.stop_propagation();
        }
    });
    [click, key]
}

/// The control over a cell.
fn control(editor: Editor, editing: Editing, habits: Habits) -> Markup {
    let Editor { list, desk, place, .. } = editor;
    let (Editing { cell, number }, route) = (&editing, editing.route());
    let number = *number;
    let schema = list.spec.schema;
    let form = FormState::new(schema, &[], Some(&cell.row.record), &Patch::new(), habits);
    let Some(state) = form.field(cell.field.name) else { return Markup::Empty };
    let node = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(node) = node.get() {
            request_animation_frame(move || take_caret(&node));
        }
    });
    let held = dirty::form();
    let held = StoredValue::new_local(Some(held));
    draft::keep(desk, form, route.clone(), move || editor.is_now(number) && !editor.saves(number));
    spawn_local(async move {
        if let Some(draft) = draft::load(desk, &route).await
            && editor.is_now(number)
            && !state.changed()
            && form.restore(&draft)
        {
            desk.toasts.show(Toast::new(t!("What you typed here before was kept. Escape gives it up.").to_owned()));
        }
    });
    let left = editing.clone();
    on_cleanup(move || {
        editor.keep(&left, state, habits);
        drop(held.try_update_value(Option::take));
    });
    let input = match state.entry.get_untracked() {
        Entry::List(_) => single(state),
        _ => view! { <FieldInput form state /> },
    };
    let leaving = editing.clone();
    let leave = Leaving::new(move |why: Leave| editor.leave(leaving.clone(), state, habits, why));
    editor.leaving.set_value(Some(leave));
    let cancelled = editing.clone();
    let on_key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" if !event.is_composing() => {
                leave.run(Leave::Done);
            }
            "Tab" => {
                leave.run(if event.shift_key() { Leave::Back } else { Leave::Next });
            }
            "Escape" => {
                editor.end(&cancelled, Leave::Done);
                editor.forget(&cancelled);
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_out = move |event: ev::FocusEvent| {
        // A control that is taken away with the caret in it says so, when it is gone already; and whoever looks at another window
        // comes back.
        let stays = !editor.is_now(number) || !document().has_focus().unwrap_or(true);
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let is_inside = move || node.try_get_untracked().flatten().is_some_and(|node| node.contains(to.as_ref()));
        if !stays && !is_inside() {
            leave.run(Leave::Away);
        }
    };
    let px = move |of: fn(&Place) -> f64| move || format!("{}px", place.get().as_ref().map_or(0.0, of).round());
    view! {
        <div
            class="cell-edit"
            role="group"
            aria-label=title_in(schema, &cell.row.record)
            node_ref=node
            style:top=px(|place| place.top)
            style:left=px(|place| place.left)
            style:width=px(|place| place.width)
            style:height=px(|place| place.height)
            on:keydown=on_key
            on:focusout=on_out
        >
            {input}
        </div>
    }
}

/// The one text of a field that can have several.
fn single(state: FieldState) -> Markup {
    let kind = if state.field.kind == Kind::Phones { InputKind::Phone } else { InputKind::Email };
    let text = Signal::derive(move || {
        state.entry.with(|entry| match entry {
            Entry::List(items) => items.first().cloned().unwrap_or_default(),
            _ => String::new(),
        })
    });
    let on_input = move |text: String| state.enter(Entry::List(vec![text]));
    view! {
        <TextInput label=tr(state.field.label) value=text on_input kind error=MaybeProp::from(state.error()) />
    }
}

/// Puts the caret into the control, with all that is in it selected.
fn take_caret(node: &HtmlElement) {
    let input = node.query_selector(".input").ok().flatten();
    if let Some(text) = input.as_ref().and_then(|input| input.dyn_ref::<HtmlInputElement>()) {
        text.select();
    }
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
        input.focus().unwrap_or_default();
    }
}
