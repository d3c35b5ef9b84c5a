//! What a person does in the app: looks for words, presses what bears them, types into what is labelled so.
//!
//! Everything waits until it can be done, as a person would, and gives up with a picture of the page in words.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebElement};

use crate::{
    browser::Browser,
    trouble::{Result, Trouble},
    wait::{SOON, until},
};

pub(crate) const PERSON: &str = include_str!("person.js");

/// What the page shows, and the place where the app stopped, which its last page keeps under "Details".
const SHOWN: &str =
    "return [document.body?.innerText, document.querySelector('#rescue code')?.textContent].join('\\n')";

/// Waits until the page was drawn twice, or would have been if it were seen.
const TWO_FRAMES: &str = "await Promise.race([
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    new Promise((done) => setTimeout(done, 100)),
]);";

/// Notes whether the next click goes to something else than this, or than what has been drawn in its place. The pointer aims first and presses then, and what comes in
/// between may move what it aimed at, for a person as for a driver; a person presses again.
const WATCH_CLICK: &str = "
    const [wanted, name] = arguments;
    window.__missed = false;
    const look = (event) => {
        const path = event.composedPath();
        window.__missed = !path.includes(wanted) && !path.includes(find('press', name));
    };
    window.addEventListener('click', look, { capture: true, once: true });";

impl Browser {
    /// Finds something by what it is and what it is called. `what` is `button`, `press`, `link`, `field`, `heading`,
    /// `dialog`, `group`, or a CSS selector.
    ///
    /// # Errors
    /// The page cannot be asked.
    pub async fn find(&self, what: &str, name: &str) -> Result<Option<WebElement>> {
        self.element(&format!("{PERSON} return find(arguments[0], arguments[1])"), vec![json!(what), json!(name)]).await
    }

    /// What a selector finds, as soon as it does.
    ///
    /// # Errors
    /// It finds nothing.
    pub async fn shown(&self, selector: &str) -> Result<WebElement> {
        let script = "return document.querySelector(arguments[0])";
        let found =
            until(&format!("{selector} to be there"), SOON, || self.element(script, vec![json!(selector)])).await;
        self.explain(found).await
    }

    /// The same, waiting for it.
    ///
    /// # Errors
    /// It does not appear; the text says what the page shows instead.
    pub async fn wait_for(&self, what: &str, name: &str) -> Result<WebElement> {
        let found = until(&format!("the {what} “{name}”"), SOON, || self.find(what, name)).await;
        self.explain(found).await
    }

    /// Presses the button, link, tab or menu item with these words.
    ///
    /// # Errors
    /// There is none, or something covers it.
    pub async fn press(&self, name: &str) -> Result {
        let pressed = until(&format!("“{name}” to be there to be pressed"), SOON, || async {
            match self.find("press", name).await? {
                Some(element) if element.is_enabled().await? => {
                    element.scroll_into_view().await?;
                    // The pointer goes to where it is, and what comes in above it meanwhile would move it away.
                    let before = element.rect().await?;
                    self.run_async(TWO_FRAMES, vec![]).await?;
                    let after = element.rect().await?;
                    if (before.x, before.y) != (after.x, after.y) {
                        return Ok(None);
                    }
                    self.run(&format!("{PERSON} {WATCH_CLICK}"), vec![element.to_json()?, json!(name)]).await?;
                    element.click().await?;
                    // A page that is left, or that a question of the browser's stands before, cannot be asked: it was hit.
                    let missed = self.run("return window.__missed === true", vec![]).await;
                    Ok(if missed.is_ok_and(|missed| missed == true) { None } else { Some(()) })
                }
                _ => Ok(None),
            }
        })
        .await;
        self.explain(pressed).await
    }

    /// From now on presses these by turns, each as soon as it is offered and until the page is gone; `window.__saved()` is
    /// how often the app called something saved since. (Asked for, not observed: a page that is this busy tells observers
    /// nothing.) What is pressed goes away when that is saved; pressed again before, it would be one more write of the same,
    /// and these would pile up before the page's own reads wherever writing takes longer than pressing.
    ///
    /// # Errors
    /// The page cannot be asked.
    pub async fn keeps_pressing(&self, names: &[&str]) -> Result {
        let script = format!(
            "{PERSON} const names_of = arguments[0];
             const saved = () => performance.getEntriesByName('outpost:saved').length;
             const before = saved();
             window.__saved = () => saved() - before;
             let last = null;
             const press = () => {{
                 const next = names_of.find((name) => name !== last && find('press', name));
                 if (next) find('press', last = next).click();
                 setTimeout(press, 2);
             }};
             press();"
        );
        self.run(&script, vec![json!(names)]).await.map(drop)
    }

    /// Puts this into the field with that label, in place of what is there.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn fill(&self, label: &str, text: &str) -> Result {
        let field = self.wait_for("field", label).await?;
        field.scroll_into_view().await?;
        self.replace(&field, text).await
    }

    /// Puts a long text into the field with that label at once, as from the clipboard.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn paste(&self, label: &str, text: &str) -> Result {
        let field = self.wait_for("field", label).await?;
        self.put(&field, text).await
    }

    /// Puts this into a field in place of what is there, by keyboard.
    ///
    /// # Errors
    /// The field is gone or takes no text.
    pub async fn replace(&self, field: &WebElement, text: &str) -> Result {
        if field.prop("type").await?.is_some_and(|kind| ["date", "datetime-local"].contains(&kind.as_str())) {
            return self.put(field, text).await;
        }
        field.focus().await?;
        if field.prop("value").await?.is_some_and(|value| !value.is_empty()) {
            field.send_keys(Key::Control + "a").await?;
            field.send_keys(TypingData::from(Key::Delete)).await?;
        }
        if !text.is_empty() {
            field.send_keys(text).await?;
        }
        Ok(())
    }

    /// The value is put in and told as the browser would. Date fields too: their keyboard differs from browser to browser.
    async fn put(&self, field: &WebElement, text: &str) -> Result {
        let script = "const [field, text] = arguments;
            Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, text);
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        self.run(script, vec![field.to_json()?, json!(text)]).await?;
        Ok(())
    }

    /// Presses keys one after the other, wherever the focus is.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn types(&self, keys: &[Key]) -> Result {
        for key in keys {
            self.web()?.action_chain().send_keys(TypingData::from(key.clone())).perform().await?;
        }
        Ok(())
    }

    /// What the field with this label holds.
    ///
    /// # Errors
    /// There is no such field.
    pub async fn value(&self, label: &str) -> Result<String> {
        let field = self.wait_for("field", label).await?;
        Ok(field.prop("value").await?.unwrap_or_default())
    }

    /// Chooses an answer by its words, in a list with this label.
    ///
    /// # Errors
    /// There is no such list or answer.
    pub async fn choose(&self, label: &str, answer: &str) -> Result {
        let chosen = until(&format!("“{answer}” to choose for “{label}”"), SOON, || async {
            let Some(field) = self.find("select", label).await? else { return Ok(None) };
            let script = "const [field, answer] = arguments;
                const option = Array.from(field.options).find((o) => o.textContent.trim() === answer || o.value === answer);
                if (!option) return false;
                field.focus();
                field.value = option.value;
                field.dispatchEvent(new Event('input', { bubbles: true }));
                field.dispatchEvent(new Event('change', { bubbles: true }));
                return true;";
            let done = self.run(script, vec![field.to_json()?, json!(answer)]).await?;
            Ok((done == true).then_some(()))
        })
        .await;
        self.explain(chosen).await
    }

    /// Waits until these words are to be seen.
    ///
    /// # Errors
    /// They are not, in 20 s.
    pub async fn sees(&self, words: &str) -> Result {
        self.sees_within(words, SOON).await
    }

    /// Waits until these words are to be seen.
    ///
    /// # Errors
    /// They are not, within the limit.
    pub async fn sees_within(&self, words: &str, limit: Duration) -> Result {
        let seen =
            until(&format!("“{words}” to be seen"), limit, || async { Ok(self.shows(words).await?.then_some(())) })
                .await;
        self.explain(seen).await
    }

    /// Waits until these words are no longer to be seen.
    ///
    /// # Errors
    /// They stay.
    pub async fn sees_no(&self, words: &str) -> Result {
        let gone = until(&format!("“{words}” to be gone"), SOON, || async {
            Ok((!self.shows(words).await?).then_some(()))
        })
        .await;
        self.explain(gone).await
    }

    /// Whether these words are to be seen now.
    ///
    /// # Errors
    /// The page cannot be asked.
    pub async fn shows(&self, words: &str) -> Result<bool> {
        let script = "return document.body.innerText.replace(/\\s+/g, ' ').toLowerCase().includes(arguments[0])";
        Ok(self.run(script, vec![json!(words.to_lowercase())]).await? == true)
    }

    /// Waits until the address ends in this path or, with a star at its end, begins with it.
    ///
    /// # Errors
    /// It does not.
    pub async fn is_at(&self, path: &str) -> Result<String> {
        let there = until(&format!("the page {path}"), SOON, || async {
            let at = self.path().await?;
            let fits = match path.strip_suffix('*') {
                Some(start) => at.starts_with(start),
                None => at == path,
            };
            Ok(fits.then_some(at))
        })
        .await;
        self.explain(there).await
    }

    /// The words below the field with this label that say what is wrong with it; waits until there are some.
    ///
    /// # Errors
    /// Nothing is said.
    pub async fn complaint(&self, label: &str) -> Result<String> {
        let said = until(&format!("something to be said at the field “{label}”"), SOON, || async {
            let script = format!(
                "{PERSON} const field = find('field', arguments[0]);
                 if (field?.getAttribute('aria-invalid') !== 'true') return null;
                 const by = (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id));
                 return by.filter(Boolean).map((e) => e.innerText.trim()).join(' ') || null;"
            );
            Ok(self.run(&script, vec![json!(label)]).await?.as_str().map(str::to_owned))
        })
        .await;
        self.explain(said).await
    }

    /// Adds to a failure what the page shows, and where the app stopped, if it did.
    ///
    /// # Errors
    /// The failure.
    pub async fn explain<T>(&self, result: Result<T>) -> Result<T> {
        let Err(error) = result else { return result };
        let path = self.path().await.unwrap_or_default();
        let text = match self.run(SHOWN, vec![]).await {
            Ok(Value::String(text)) => {
                text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
            }
            Ok(_) => "(no page)".to_owned(),
            Err(error) => format!("({error})"),
        };
        let script = format!(
            "{PERSON} return Array.from(document.querySelectorAll(ROLES.press + ',' + ROLES.field)).filter(seen).slice(0, 80).map((e) => (names(e)[0] ?? '?') + (e.value ? ` = ${{e.value}}` : ''))"
        );
        let controls = self.run(&script, vec![]).await.unwrap_or_default();
        let shown: String = text.chars().take(3_000).collect();
        let picture = self.picture(&error).await.unwrap_or_default();
        let said = self.console().await.unwrap_or_default().join("\n    ");
        Err(Trouble::Said(format!(
            "{error}\n  the {:?} page {path} shows: {shown}\n  and offers: {controls}\n  its console: {said}{picture}",
            self.engine()
        )))
    }

    /// A picture of a failure in the folder that `OUTPOST_PICTURES` names, if it names one; returns a line that says where.
    async fn picture(&self, error: &Trouble) -> Result<String> {
        let Some(folder) = std::env::var_os("OUTPOST_PICTURES") else { return Ok(String::new()) };
        let words: String =
            error.to_string().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let name: String = words.chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        let path = std::path::Path::new(&folder).join(format!("{:?}-{name}.png", self.engine()));
        std::fs::write(&path, self.web()?.screenshot_as_png().await?)?;
        Ok(format!("\n  its picture: {}", path.display()))
    }
}
