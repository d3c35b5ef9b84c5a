//! Many reminders at once, and of two tabs one that tells.

use super::*;

/// Tasks that were to be reminded of so many minutes ago.
async fn tasks(store: &Store, minutes: &[u64]) -> Vec<RecordId> {
    let task = |ago: &u64| {
        let fields = json!({ "title": format!("{ago} minutes"), "reminder": time::now_ms() - ago * 60_000 });
        (ids::new_record_id(), fields)
    };
    let made: Vec<_> = minutes.iter().map(task).collect();
    let ops = made.iter().map(|(id, fields)| Op::patch("task", *id, patch(fields.clone())));
    store.write_many(vec![ops.collect()]).await.expect("written");
    made.into_iter().map(|(id, _)| id).collect()
}

/// Waits until the tasks say that their reminders were answered; false if that does not come about.
async fn answers_are_noted(store: &Store, tasks: &[RecordId]) -> bool {
    for _ in 0..500 {
        let mut noted = 0;
        for id in tasks {
            let task = store.get(&RecordKey::new("task", *id)).await.expect("read").expect("a task");
            noted += usize::from(task.get("reminded") == task.get("reminder"));
        }
        if noted == tasks.len() {
            return true;
        }
        sleep(10).await;
    }
    false
}

#[wasm_bindgen_test]
async fn many_reminders_at_once_are_one_that_leads_to_all_of_them() {
    let mut app = Opened::at("/leads").await;
    tasks(&app.store, &[1, 2, 3, 4]).await;
    let later = json!({ "title": "Tomorrow", "reminder": time::now_ms() + 86_400_000 });
    app.store.write(vec![Op::patch("task", ids::new_record_id(), patch(later))]).await.expect("written");
    app.again("/leads").await;
    app.sees("4 tasks remind you of themselves").await;
    // Several apps in one page would all follow the press.
    app.again(&crate::app::reminders::list()).await;
    app.until("four rows", || (app.all("[data-index]").len() == 4).then_some(())).await;
}

#[wasm_bindgen_test]
async fn what_was_told_is_told_again_only_at_another_time() {
    let mut app = Opened::at("/leads").await;
    let [one, two] = tasks(&app.store, &[5, 3]).await[..] else { panic!("two") };
    app.again("/leads").await;
    app.sees("Reminder: 5 minutes").await;
    app.sees("Reminder: 3 minutes").await;
    // What nobody answers is told again, what is answered is not.
    app.again("/companies").await;
    app.sees("Reminder: 5 minutes").await;
    app.sees("Reminder: 3 minutes").await;
    for left in [1, 0] {
        app.press(".toast button", "Dismiss").await;
        app.until("one to go", || (app.all(".toast").len() == left).then_some(())).await;
    }
    assert!(answers_are_noted(&app.store, &[one, two]).await, "the answers are noted");
    // One that comes later, though its time was before that of those which were told.
    tasks(&app.store, &[9]).await;
    let again = json!({ "reminder": time::now_ms() - 1 });
    app.store.write(vec![Op::patch("task", two, patch(again))]).await.expect("written");
    app.again("/leads").await;
    app.sees("Reminder: 9 minutes").await;
    app.sees("Reminder: 3 minutes").await;
    app.sees_no("Reminder: 5 minutes").await;
    assert!(app.store.get(&RecordKey::new("task", one)).await.expect("read").is_some());
}

#[wasm_bindgen_test]
async fn a_task_without_a_day_stands_on_that_of_its_reminder() {
    let mut app = Opened::at("/leads").await;
    tasks(&app.store, &[0, 3 * 24 * 60]).await;
    app.again("/today").await;
    let items = app.until("both", || Some(app.all(".today .item")).filter(|items| items.len() == 2)).await;
    let texts: Vec<String> = items.iter().map(HtmlElement::inner_text).collect();
    assert!(texts[0].contains("Overdue") && texts[1].contains("Due today"), "{texts:?}");
    assert!(texts[1].contains(&crate::platform::intl::date(time::today())), "{texts:?}");
    app.again("/today/tomorrow").await;
    app.sees("Nothing planned yet").await;
}

#[wasm_bindgen_test]
async fn what_was_answered_on_another_device_is_not_told_here() {
    let mut app = Opened::at("/leads").await;
    let [one] = tasks(&app.store, &[5]).await[..] else { panic!("one") };
    tasks(&app.store, &[3]).await;
    let task = app.store.get(&RecordKey::new("task", one)).await.expect("read").expect("a task");
    let answered = Patch::from([("reminded".to_owned(), task.get("reminder").expect("a reminder").clone())]);
    app.store.write(vec![Op::patch("task", one, answered)]).await.expect("written");
    app.again("/leads").await;
    app.sees("Reminder: 3 minutes").await;
    app.sees_no("Reminder: 5 minutes").await;
}

#[wasm_bindgen_test]
async fn a_reminder_can_wait_for_an_hour_and_a_task_be_done_at_once() {
    let mut app = Opened::at("/leads").await;
    let [one, two] = tasks(&app.store, &[5, 3]).await[..] else { panic!("two") };
    let now = time::now_ms();
    app.again("/leads").await;
    app.press(".toast:has(.toast-act + .toast-act) button", "Later").await;
    app.sees("Reminds you again at").await;
    app.press(".toast:has(.toast-act + .toast-act) button", "Done").await;
    app.sees("Done: ").await;
    let read = async |id| app.store.get(&RecordKey::new("task", id)).await.expect("read").expect("a task");
    let (one, two) = (read(one).await, read(two).await);
    let (later, done) = if one.text("status") == "done" { (two, one) } else { (one, two) };
    assert_eq!(done.text("status"), "done");
    let at = later.get("reminder").and_then(Value::as_u64).expect("a reminder");
    assert!((now + 3_600_000..=time::now_ms() + 3_600_000).contains(&at), "{at}");
    assert!(later.get("reminded").is_none() && done.get("reminded").is_none(), "both say it by themselves");
}
