//! The mutants: small changes that a tired person could make, each of which breaks a promise.

use super::notice::Noticed;

/// One change.
#[derive(Debug)]
pub(crate) struct Mutant {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// What it takes away.
    pub(crate) what: &'static str,
    /// Which file it is in.
    pub(crate) file: &'static str,
    /// The code that it replaces, which is there just once.
    pub(crate) from: &'static str,
    /// What it puts there.
    pub(crate) to: &'static str,
    /// What is to notice it.
    pub(crate) by: Noticed,
}

/// What most of them show with.
const USUAL: &str = "clock,lose-answer,quota";
/// What those show with that need months.
const LONG: &str = "clock,lose-answer,quota,horizon";

/// What those show with that need new devices.
const NEW: &str = "crash,delay,newcomer";
/// What those show with that need copies of devices.
const COPIED: &str = "clock,copy,lose-answer";

/// Noticed by the simulation, on the store in memory.
const fn memory(often: &'static str) -> Noticed {
    Noticed::Simulation { store: "memory", often }
}

/// On SQLite.
const fn sqlite(often: &'static str) -> Noticed {
    Noticed::Simulation { store: "sqlite", often }
}

/// On both, which are held against each other.
const fn both(often: &'static str) -> Noticed {
    Noticed::Simulation { store: "both", often }
}

/// Noticed by a story of `simulation/src/stories.rs`: what the simulation itself shows too seldom, or not at all, since no server's clock
/// is set back in it.
const fn story(filter: &'static str) -> Noticed {
    Noticed::Native { package: "outpost-simulation", filter }
}

/// What notices segments that are not those of the snapshot.
const CUT_SHORT: &str = "a_fetch_that_is_cut_short_goes_on_where_it_was";

/// All of them. The simulation has a disk of its own and no PostgreSQL, so what breaks those is for tests to notice.
pub(crate) static MUTANTS: &[Mutant] = &[
    Mutant {
        name: "no head lock",
        what: "pushes number their rows side by side, and commit in any order",
        file: "server/src/store/memory.rs",
        from: "let _turn = self.turn.lock().await;\n        let (device, head",
        to: "let (device, head",
        by: memory(USUAL),
    },
    Mutant {
        name: "no head lock, SQLite",
        what: "the sequence is numbered from a head that the transaction does not advance",
        file: "server/src/store/sqlite/push.rs",
        from: "UPDATE workspaces SET head = head + ?2 WHERE workspace = ?1 RETURNING head",
        to: "SELECT head + ?2 FROM workspaces WHERE workspace = ?1",
        by: sqlite(USUAL),
    },
    Mutant {
        name: "no skew bound",
        what: "a stamp is taken as it is, however far ahead",
        file: "server/src/sync/stamps.rs",
        from: "if stamp.ms <= self.latest_ms() { stamp } else { self.rewrite(stamp, changed()) }",
        to: "if self.now_ms > 0 { stamp } else { self.rewrite(stamp, changed()) }",
        by: memory(USUAL),
    },
    Mutant {
        name: "no order of rewriting",
        what: "rewritten stamps do not come after those that were accepted before",
        file: "server/src/sync/stamps.rs",
        from: "self.last = self.last.max(accepted);",
        to: "",
        by: memory(USUAL),
    },
    Mutant {
        name: "no receipts",
        what: "a mutation that comes again is applied again",
        file: "server/src/store/memory.rs",
        from: "push.mutations.partition_point(|mutation| mutation.n < device.next_n);",
        to: "0;",
        by: memory(USUAL),
    },
    Mutant {
        name: "no receipts, SQLite",
        what: "a mutation that comes again is applied again",
        file: "server/src/store/pushing.rs",
        from: "push.mutations.partition_point(|mutation| mutation.n < device.next_n);",
        to: "0;",
        by: sqlite(USUAL),
    },
    Mutant {
        name: "receipts before rows",
        what: "the device's number is advanced before the push's one transaction, and a server may die in between",
        file: "server/src/store/memory.rs",
        from: "let plan = plan::apply(&mut seen, fresh, push.role, &mut stamps);",
        to: "let plan = plan::apply(&mut seen, fresh, push.role, &mut stamps);
            if let Some(device) = self.data().workspace(push.workspace)?.devices.get_mut(&push.device) {
                device.next_n = last.n + 1;
            }",
        by: memory("restart,delay"),
    },
    Mutant {
        name: "cursor before rows",
        what: "a device stores its cursor in one transaction and rows and receipts in another",
        file: "simulation/src/disk/commit.rs",
        from: "for (mutation, receipt) in outcome.rejected {",
        to: "self.end(tx)?; let mut tx = self.begin(); for (mutation, receipt) in outcome.rejected {",
        by: memory(USUAL),
    },
    Mutant {
        name: "word before segment",
        what: "a device notes that a segment is here in one transaction, and stores its records in another",
        file: "simulation/src/disk/fetch.rs",
        from: "let mut delta = Delta::default();",
        to: "let mut delta = Delta::default();
        let mut noted = self.begin();
        noted.put_state(state.clone());
        self.end(noted)?;",
        by: memory("crash-in-store,quota"),
    },
    Mutant {
        name: "edit before mutation",
        what: "a device stores an edit in one transaction and its mutation in another",
        file: "simulation/src/disk/write.rs",
        from: "working.records.into_values().for_each(|record| tx.put_record(record));",
        to: "let records = working.records; let mut tx = { let mut rows = self.begin();
            records.into_values().for_each(|record| rows.put_record(record));
            self.end(rows).map_err(NotWritten::Lost)?; tx };",
        by: memory(USUAL),
    },
    Mutant {
        name: "no restamp",
        what: "a device ignores that the server has rewritten a stamp",
        file: "core/src/sync/commit.rs",
        from: "restamp(record, mutation.hlc, stamp);",
        to: "if stamp == mutation.hlc { restamp(record, mutation.hlc, stamp); }",
        by: memory(USUAL),
    },
    Mutant {
        name: "no taking back",
        what: "a refused mutation stays on the device that made it",
        file: "core/src/sync/commit.rs",
        from: "&& !revert(record, op, receipt.stamp.unwrap_or(mutation.hlc), theirs)",
        to: "&& theirs.is_some() && !revert(record, op, receipt.stamp.unwrap_or(mutation.hlc), theirs)",
        by: memory(USUAL),
    },
    Mutant {
        name: "no refusal shown",
        what: "a refused mutation is dropped without a word",
        file: "core/src/sync/commit.rs",
        from: "outcome.rejected.push((mutation.clone(), receipt.clone()));",
        to: "",
        by: memory(USUAL),
    },
    Mutant {
        name: "ties by nobody",
        what: "of equal times the device does not break the tie, but what came last",
        file: "core/src/record.rs",
        from: "match self.1.cmp(&other.1) {",
        to: "match (self.1.ms, self.1.counter).cmp(&(other.1.ms, other.1.counter)) {",
        by: memory(USUAL),
    },
    Mutant {
        name: "counter wraps round",
        what: "a clock whose counter is full begins it anew within the same millisecond",
        file: "core/src/hlc.rs",
        from: "(self.last.ms + 1, 0)",
        to: "(self.last.ms, 0)",
        by: memory("clock,counter"),
    },
    Mutant {
        name: "since at each page",
        what: "a round of pulls forgets where it began",
        file: "server/src/sync.rs",
        from: "since: if pulled.has_more { request.since } else { pulled.cursor },",
        to: "since: pulled.cursor,",
        by: memory(USUAL),
    },
    Mutant {
        name: "has_more never",
        what: "the first page is taken for all there is",
        file: "server/src/sync.rs",
        from: "has_more: pulled.has_more,",
        to: "has_more: false,",
        by: memory(USUAL),
    },
    Mutant {
        name: "own rows unseen",
        what: "a device is not sent what it overwrote without having seen it",
        file: "server/src/store/memory/rows.rs",
        from: "if before.seq > cursor || before.aging.age > Age::Recent {",
        to: "if before.seq > cursor && cursor > u64::MAX - 1 {",
        by: memory(USUAL),
    },
    Mutant {
        name: "registers stand still",
        what: "a register keeps its place in the sequence when it changes, in SQLite",
        file: "server/src/store/document.rs",
        from: "if touched.fields.contains(name) {",
        to: "if touched.fields.contains(name) && seqs.is_none() {",
        by: both(USUAL),
    },
    Mutant {
        name: "news at any time",
        what: "a device asks for news while it holds mutations back",
        file: "core/src/sync/machine.rs",
        from: "limit: if is_all { ROWS } else { 0 },",
        to: "limit: if is_all { ROWS } else { ROWS - 1 },",
        by: memory(USUAL),
    },
    Mutant {
        name: "an edit resurrects",
        what: "an edit of a deleted record brings it back",
        file: "core/src/mutation.rs",
        from: "    let mut winners = Record::empty(op.key());\n",
        to: "    let mut winners = Record::empty(op.key());\n    if op.patched().is_some() { record.deleted = None; }\n",
        by: memory(USUAL),
    },
    Mutant {
        name: "what lives is compacted",
        what: "what was deleted and restored long ago loses what it says",
        file: "core/src/horizon.rs",
        from: ".filter(|_| record.is_deleted())",
        to: ".filter(|_| !record.fields.is_empty())",
        by: memory(LONG),
    },
    Mutant {
        name: "what is issued is compacted",
        what: "payments and lines that were deleted lose what they say, though their invoice is issued",
        file: "core/src/horizon.rs",
        from: ".filter(|_| is_beyond(record, now_ms) && !is_frozen)",
        to: ".filter(|_| is_beyond(record, now_ms) && (!is_frozen || now_ms > 0))",
        by: memory(LONG),
    },
    Mutant {
        name: "the past is new",
        what: "a deletion that came today is old because its stamp is",
        file: "server/src/store/memory.rs",
        from: "**noted_ms <= before_ms",
        to: "**noted_ms <= now_ms.max(before_ms)",
        by: memory(LONG),
    },
    Mutant {
        name: "the past is new, SQLite",
        what: "a deletion that came today is old because its stamp is",
        file: "server/src/store/compacting.rs",
        from: "horizon::taken_before(now_ms)",
        to: "horizon::taken_before(now_ms).max(now_ms)",
        by: sqlite(LONG),
    },
    Mutant {
        name: "what comes back is cut short",
        what: "of a record that comes back from the archive only what changed is sent",
        file: "server/src/store/memory/rows.rs",
        from: "let is_back = row.aging.entered > pull.since;",
        to: "let is_back = row.aging.entered > pull.since && limit == 0;",
        by: memory(LONG),
    },
    Mutant {
        name: "parts stay behind",
        what: "what changes in the archive comes back without what belongs to it",
        file: "server/src/store/memory/archive.rs",
        from: "back.extend(self.keys_of_group(&head));",
        to: "back.insert(head);",
        by: memory(LONG),
    },
    Mutant {
        name: "unsent is forgotten",
        what: "a device drops what went to the archive, though something of it is unsent",
        file: "core/src/sync/commit.rs",
        from: "self.forget.retain(|key| key.kind != op.kind || key.id != op.id);",
        to: "",
        by: memory(LONG),
    },
    Mutant {
        name: "own clashes lost",
        what: "what loses in a field of people's own is not kept",
        file: "server/src/sync/clash.rs",
        from: "Some(schema) => is_own(field) || schema",
        to: "Some(schema) => schema",
        by: memory(USUAL),
    },
    Mutant {
        name: "a snapshot of its end",
        what: "a snapshot is said to hold what was written while it was made",
        file: "server/src/snapshot.rs",
        from: "    made.segments.sort_by_key(",
        to: "    made.head = store.newest(workspace, scope, 0).await?.head;\n    made.segments.sort_by_key(",
        by: memory(NEW),
    },
    Mutant {
        name: "another's segments",
        what: "segments of a snapshot that is gone count as those of the one in its place",
        file: "simulation/src/disk/fetch.rs",
        from: "name: snapshot.name.clone(), done: BTreeSet::new() }",
        to: "name: snapshot.name.clone(), done: self.tables.state.fetch.clone().map(|it| it.done).unwrap_or_default() }",
        by: memory(NEW),
    },
    Mutant {
        name: "a copy is not noticed",
        what: "a mutation that came before is one of this number, whatever it is",
        file: "server/src/sync/push.rs",
        from: "self.stamp == mutation.hlc && (mutation.ops.is_empty() || is_same())",
        to: "self.stamp.device == mutation.hlc.device || is_same()",
        by: memory(COPIED),
    },
    Mutant {
        name: "a copy of one stamp",
        what: "a mutation that came before is one of this number and stamp, whatever it does",
        file: "server/src/sync/push.rs",
        from: "self.ops.is_none_or(|ops| ops == digest(mutation))",
        to: "self.ops.is_none_or(|ops| ops == digest(mutation) || ops > 0)",
        by: memory(COPIED),
    },
    Mutant {
        name: "a copy says it twice",
        what: "what two copies both had unsent is sent again by the one that becomes another device",
        file: "core/src/sync/machine.rs",
        from: "Failure::TooLarge | Failure::Malformed(_) | Failure::Forked if sent > 1 => {",
        to: "Failure::TooLarge | Failure::Malformed(_) if sent > 1 => {",
        by: memory(COPIED),
    },
    Mutant {
        name: "a copy tries once",
        what: "a copy that could not become another device at once does not try again",
        file: "core/src/sync/machine/upkeep.rs",
        from: "        self.suspect = None;\n        effects.push(Effect::Enrol);",
        to: "        self.suspect = None;\n        self.check.enrolled = true;\n        effects.push(Effect::Enrol);",
        by: memory(COPIED),
    },
    Mutant {
        name: "a copy keeps its series",
        what: "a copy that has become another device goes on with the number series of the other",
        file: "simulation/src/disk/upkeep.rs",
        from: "(state.series, state.next_number) = (series, 1);",
        to: "state.next_number += u64::from(series.is_empty());",
        by: memory(COPIED),
    },
    Mutant {
        name: "what won is ignored",
        what: "a device whose mutation lost does not take what won against it",
        file: "core/src/sync/commit.rs",
        from: "take(&mut state, winner, &mut outcome);",
        to: "outcome.seen = outcome.seen.max(Some(winner.latest()));",
        by: story("an_edit_whose_stamp_was_rewritten_below_what_it_overwrote"),
    },
    Mutant {
        name: "rewritten beneath",
        what: "a stamp that is rewritten comes before what it changes",
        file: "server/src/sync/plan.rs",
        from: "let is_bounded = |stamp: &Hlc| stamp.ms <= latest_ms;",
        to: "let is_bounded = |stamp: &Hlc| stamp.ms < latest_ms.min(1);",
        by: story("an_edit_whose_stamp_is_rewritten_stands_over"),
    },
    Mutant {
        name: "issued and a draft again",
        what: "that an invoice is issued loses to a later word of a draft",
        file: "server/src/sync/plan.rs",
        from: "held.hlc() > said.hlc() && held.merge(",
        to: "held.hlc() < said.hlc() && held.merge(",
        by: story("what_is_issued_stands_though_somebody_said_later"),
    },
    Mutant {
        name: "no head lock, PostgreSQL",
        what: "pushes to one workspace read and write side by side",
        file: "server/src/store/postgres/push.rs",
        from: "    lock(&mut transaction, first.workspace).await?;\n    let mut outcomes",
        to: "    let mut outcomes",
        by: Noticed::Postgres("sixteen_pushers_at_two_processes_whose_commits_are_late"),
    },
    Mutant {
        name: "series side by side, PostgreSQL",
        what: "two devices that enrol at once choose the same series of numbers",
        file: "server/src/store/postgres/accounts.rs",
        from: "would choose the same series.\n    lock(conn, workspace).await?;",
        to: "would choose the same series.",
        by: Noticed::Postgres("devices_that_enrol_at_once_at_two_processes"),
    },
    Mutant {
        name: "an old snapshot, PostgreSQL",
        what: "a push that has waited for the lock sees what was there before",
        file: "server/src/store/postgres/push.rs",
        from: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        to: "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE",
        by: Noticed::Postgres("a_push_is_on_the_disk_and_sees_what_is_committed"),
    },
    Mutant {
        name: "not on the disk, PostgreSQL",
        what: "a push is acknowledged before it is on the disk, if the database is set up so",
        file: "server/src/store/postgres/connect.rs",
        from: "('synchronous_commit', 'on'), ",
        to: "",
        by: Noticed::Postgres("a_push_is_on_the_disk_and_sees_what_is_committed"),
    },
    Mutant {
        name: "two moments, PostgreSQL",
        what: "a pull reads the head at one moment and the rows at another",
        file: "server/src/store/postgres/pull.rs",
        from: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        to: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
        by: Noticed::Postgres("a_pull_sees_the_head_and_the_rows_of_one_moment"),
    },
    Mutant {
        name: "nobody is told, PostgreSQL",
        what: "a process does not tell the others what is new",
        file: "server/src/store/postgres/poke.rs",
        from: "self.waiting.words().add(workspace, word);",
        to: "drop((workspace, word));",
        by: Noticed::Postgres("what_is_pushed_through_one_process_is_heard_through_the_other"),
    },
    Mutant {
        name: "unheard, PostgreSQL",
        what: "what was said while a process was cut off stays unheard",
        file: "server/src/store/postgres/listen.rs",
        from: "live.say(row.try_get(0)?, Word::Head(unsigned(row.try_get(1)?)));",
        to: "if row.len() > 2 { live.say(row.try_get(0)?, Word::Head(unsigned(row.try_get(1)?))) }",
        by: Noticed::Postgres("a_process_that_was_cut_off_hears_again_and_learns_what_it_missed"),
    },
    Mutant {
        name: "never said, PostgreSQL",
        what: "what a process that died did not say is not looked for",
        file: "server/src/store/postgres/listen.rs",
        from: "() = sleep_until(due) => {",
        to: "() = sleep_until(due + again * 1_000) => {",
        by: Noticed::Postgres("a_word_that_its_process_never_said_is_made_up_for"),
    },
    Mutant {
        name: "cursor before rows, IndexedDB",
        what: "a device stores its cursor in one transaction and rows and receipts in another",
        file: "src/store/commit.rs",
        from: "let change = store.writing(&stores, async |tx| store.settle(",
        to: "let cursor = async |tx: &WriteTx| {
                let mut state = State::read(tx).await?;
                store.fenced(&state, device)?;
                state.position = commit.position.clone();
                state.write(tx)
            };
            store.writing(&[META], cursor).await?;
            let change = store.writing(&stores, async |tx| store.settle(",
        by: Noticed::Wasm("an_answer_that_fails_at_any_step"),
    },
    Mutant {
        name: "edit before mutation, IndexedDB",
        what: "a device stores an edit in one transaction and its mutation in another",
        file: "src/store/write.rs",
        from: "tx.put(OUTBOX, &row::unsent(&mutation, &inverse)?, None)?;",
        to: "let own = self.db().await?.write(&[OUTBOX])?;
                own.put(OUTBOX, &row::unsent(&mutation, &inverse)?, None)?;
                platform::spawn(async move { drop(own.done().await); });",
        by: Noticed::Wasm("a_write_that_fails_at_any_step"),
    },
    Mutant {
        name: "saved too early, IndexedDB",
        what: "an edit is reported as saved before its transaction is done",
        file: "src/store/write.rs",
        from: "        tx.done().await?;\n        if !packed",
        to: "        platform::spawn(async move { drop(tx.done().await); });\n        if !packed",
        by: Noticed::Wasm("nothing_is_reported_as_saved_before_the_transaction_is_done"),
    },
    Mutant {
        name: "purged but for what came first, IndexedDB",
        what: "of whoever was removed what a first sync brought stays on the device",
        file: "src/store/purge.rs",
        from: "for name in [RECORDS, BLOCKS, LINKS, CHUNKS, JOURNAL, BLOBS] {",
        to: "for name in [RECORDS, LINKS, CHUNKS, JOURNAL, BLOBS] {",
        by: Noticed::Wasm("whoever_is_removed_keeps_what_they_wrote_and_nothing_else"),
    },
    Mutant {
        name: "blocks that lead nowhere, IndexedDB",
        what: "what a first sync brought is stored without what it points at: no record shows its deals",
        file: "src/store/blocks.rs",
        from: "self.links.iter().try_for_each(|links| tx.put(LINKS, links, None))",
        to: "Ok(())",
        by: Noticed::Wasm("what_points_at_a_record_is_found_in_blocks_whichever_tab_stored_them"),
    },
    Mutant {
        name: "not on the disk, IndexedDB",
        what: "what is saved may be with the operating system only",
        file: "src/store/tx.rs",
        from: "\"strict\"",
        to: "\"relaxed\"",
        by: Noticed::Wasm("what_is_saved_is_asked_to_be_on_the_disk"),
    },
    Mutant {
        name: "two leaders, IndexedDB",
        what: "a tab that another has replaced commits answers still",
        file: "src/store/upkeep.rs",
        from: "if state.fence != self.0.fence.get() {",
        to: "if state.fence < self.0.fence.get() {",
        by: Noticed::Wasm("a_tab_that_was_replaced_commits_nothing_any_more"),
    },
    Mutant {
        name: "of the account before, IndexedDB",
        what: "an answer to the device that this was before a sign-out is stored",
        file: "src/store/upkeep.rs",
        from: "-> Result<(), StoreError> {\n        if state.clock.device != device {",
        to: "-> Result<(), StoreError> {\n        if state.clock.device > device.max(state.clock.device) {",
        by: Noticed::Wasm("an_answer_to_the_device_before_a_sign_out_is_not_stored"),
    },
    Mutant {
        name: "no refusal shown, IndexedDB",
        what: "a refused mutation is dropped without a word",
        file: "src/store/commit.rs",
        from: "outbox::keep_refused(tx, rejected).await?;",
        to: "drop(rejected);",
        by: Noticed::Wasm("a_refused_mutation_is_put_back_kept"),
    },
    Mutant {
        name: "unsent is forgotten, IndexedDB",
        what: "a device drops what went to the archive, though something of it is unsent",
        file: "src/store/commit.rs",
        from: "let commit = &still_true(tx, commit).await?;",
        to: "drop(still_true(tx, commit).await?);",
        by: Noticed::Wasm("what_is_unsent_keeps_its_record_from_being_forgotten"),
    },
    Mutant {
        name: "sums stand still, IndexedDB",
        what: "what comes from the server is not summed up",
        file: "src/store/commit.rs",
        from: "sums::apply(tx, sums, &outcome.delta)?;",
        to: "drop(sums);",
        by: Noticed::Wasm("sums_follow_every_write_and_every_answer"),
    },
    Mutant {
        name: "unsealed, IndexedDB",
        what: "what is about to be sent can be discarded still",
        file: "src/store/outbox.rs",
        from: "state.sealed = last;",
        to: "state.sealed = state.sealed.min(last);",
        by: Noticed::Wasm("what_may_have_been_sent_is_never_discarded"),
    },
    Mutant {
        name: "a segment twice, IndexedDB",
        what: "a segment that comes again is stored and summed up again",
        file: "src/store/fetch.rs",
        from: "if !fetch.done.insert(segment.number) {",
        to: "if !fetch.done.insert(segment.number) && records.is_empty() {",
        by: Noticed::Wasm(CUT_SHORT),
    },
    Mutant {
        name: "another's segments, IndexedDB",
        what: "segments of a snapshot that is gone count as those of the one in its place",
        file: "src/store/fetch.rs",
        from: "name: snapshot.name.clone(), done: BTreeSet::new() }",
        to: "name: snapshot.name.clone(), done: state.fetch.map(|it| it.done).unwrap_or_default() }",
        by: Noticed::Wasm(CUT_SHORT),
    },
    Mutant {
        name: "a copy keeps its series, IndexedDB",
        what: "a copy that has become another device goes on with the number series of the other",
        file: "src/store/upkeep.rs",
        from: "series.clone_into(&mut state.series);",
        to: "",
        by: Noticed::Wasm("a_copied_device_becomes_another_and_keeps_what_is_here"),
    },
    Mutant {
        name: "a viewer writes",
        what: "what somebody writes who may only look is taken",
        file: "server/src/sync/plan.rs",
        from: "if role == Role::Member {",
        to: "if role != Role::Removed {",
        by: memory("role"),
    },
    Mutant {
        name: "removed and let in",
        what: "whoever was removed is answered like a member",
        file: "server/src/accounts/session.rs",
        from: "if role == Role::Removed { Err",
        to: "if role == Role::Unknown { Err",
        by: memory("role"),
    },
    Mutant {
        name: "let in to half of it",
        what: "a device whose person is let in again goes on from where it had read before it dropped everything",
        file: "simulation/src/disk/upkeep.rs",
        from: "state.position = Position::default();",
        to: "",
        by: memory("role"),
    },
];
