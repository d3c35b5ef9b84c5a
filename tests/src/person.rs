//! Somebody at a device, who works by pointer or by nothing but keys. Both do the same: what is pressed and filled in is found by
//! its words. By keys each control is walked to with Tab and arrows, and the focus must always be somewhere, in sight and shown.

use std::time::Duration;

use serde_json::json;
use thirtyfour::{Key, TypingData, WebElement};

use crate::{
    browser::{Browser, Engine},
    trouble::{Result, Trouble, check, trouble},
    ui::PERSON,
    wait::{SOON, until},
};

const KEYS: &str = include_str!("keys.js");
/// More presses of one key than anybody bears.
const MOST_PRESSES: usize = 120;

/// By what somebody works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A mouse, or a thumb.
    Pointer,
    /// Key presses alone.
    Keys,
}

/// Somebody at a device.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// The device.
    pub device: &'a Browser,
    by: By,
    /// The time from one letter to the next.
    pause: Duration,
}

impl<'a> Person<'a> {
    /// Somebody who works by this.
    pub fn new(device: &'a Browser, by: By) -> Self {
        Self { device, by, pause: Duration::ZERO }
    }

    /// The same, and types no faster than a quick person: whoever does waits for earlier letters, which is not to be measured.
    pub fn unhurried(self) -> Self {
        Self { pause: Duration::from_millis(100), ..self }
    }

    /// Whether they work by keys alone.
    pub fn has_keys_only(&self) -> bool {
        self.by == By::Keys
    }

    /// Presses the button, link, tab or menu item with these words.
    ///
    /// # Errors
    /// There is none, or it cannot be reached.
    pub async fn press(&self, name: &str) -> Result {
        if self.by == By::Pointer {
            return self.device.press(name).await;
        }
        self.walk_to("press", name).await?;
        // An arrow that comes to a radio button chooses it, and a list takes Enter where its input has the focus.
        let kind = self.ask("return document.activeElement.type ?? ''", vec![]).await?;
        match kind.as_str() {
            Some("radio") => Ok(()),
            Some("checkbox") => self.key(Key::Space).await,
            _ => self.key(Key::Enter).await,
        }
    }

    /// Comes to something without pressing it; whoever has a pointer only looks for it.
    ///
    /// # Errors
    /// It is not there, or cannot be reached.
    pub async fn focus(&self, what: &str, name: &str) -> Result {
        match self.by {
            By::Pointer => self.device.wait_for(what, name).await.map(drop),
            By::Keys => self.walk_to(what, name).await.map(drop),
        }
    }

    /// Ticks the box of that name, or takes the tick away.
    ///
    /// # Errors
    /// There is none, or it cannot be reached.
    pub async fn tick(&self, name: &str) -> Result {
        let before = self.device.wait_for("field", name).await?.is_selected().await?;
        let ticked = until(&format!("the box “{name}” to be ticked"), SOON, || async {
            let tick = self.device.wait_for("field", name).await?;
            if tick.is_selected().await? != before {
                return Ok(Some(()));
            }
            match self.by {
                // What comes in above it moves it away from under the pointer; then it is pressed again.
                By::Pointer => tick.click().await?,
                By::Keys => {
                    self.walk_to("field", name).await?;
                    self.key(Key::Space).await?;
                }
            }
            Ok((tick.is_selected().await? != before).then_some(()))
        })
        .await;
        self.device.explain(ticked).await
    }

    /// Puts this into the field with that label, in place of what is there.
    ///
    /// # Errors
    /// There is none, or it cannot be reached.
    pub async fn fill(&self, label: &str, text: &str) -> Result {
        if self.by == By::Pointer {
            let (first, rest) = match text.char_indices().nth(1) {
                // Dates are not typed letter by letter.
                Some((at, _)) if !self.pause.is_zero() && text.as_bytes().get(10) != Some(&b'T') => text.split_at(at),
                _ => (text, ""),
            };
            self.device.fill(label, first).await?;
            return self.types(rest).await;
        }
        let field = self.walk_to("field", label).await?;
        if field.prop("type").await?.as_deref() == Some("datetime-local") {
            return self.types_moment(&field, text).await;
        }
        if field.prop("value").await?.is_some_and(|value| !value.is_empty()) {
            self.with_ctrl("a").await?;
            self.key(Key::Delete).await?;
        }
        self.types(text).await
    }

    /// Types a moment such as `2026-11-27T14:00` into a field that has the focus. Chromium's has parts in the order of American
    /// dates, and leaves all but the year for the next by itself.
    async fn types_moment(&self, field: &WebElement, moment: &str) -> Result {
        let parts: Vec<&str> = moment.split(['-', 'T', ':']).collect();
        let [year, month, day, hour, minute] = parts[..] else { return trouble(format!("{moment} is no moment")) };
        let hours: u32 = hour.parse().map_err(|_| Trouble::Said(format!("{moment} is no moment")))?;
        let (twelfth, half) = ((hours + 11) % 12 + 1, if hours < 12 { "A" } else { "P" });
        for part in [month, day, year, &format!("{twelfth:02}"), minute, half] {
            self.types(part).await?;
            if part == year || self.device.engine() == Engine::WebKit {
                self.key(Key::Right).await?;
            }
        }
        let typed = field.prop("value").await?.unwrap_or_default();
        check(typed == moment, format!("the keys enter {typed}, not {moment}"))
    }

    /// The same for several.
    ///
    /// # Errors
    /// One is not there or cannot be reached.
    pub async fn fill_in(&self, fields: &[(&str, &str)]) -> Result {
        for (label, text) in fields {
            self.fill(label, text).await?;
        }
        Ok(())
    }

    /// Chooses an answer by its words, in a list with this label.
    ///
    /// # Errors
    /// There is none, or it cannot be reached.
    pub async fn choose(&self, label: &str, answer: &str) -> Result {
        if self.by == By::Pointer {
            return self.device.choose(label, answer).await;
        }
        let list = self.walk_to("select", label).await?;
        let script = "const [list, answer] = arguments;
            const at = Array.from(list.options).findIndex((option) => option.textContent.trim() === answer);
            return at < 0 ? null : at - list.selectedIndex;";
        let steps = self.device.run(script, vec![list.to_json()?, json!(answer)]).await?;
        let Some(steps) = steps.as_i64() else { return trouble(format!("“{label}” has no answer “{answer}”")) };
        let arrow = if steps > 0 { Key::Down } else { Key::Up };
        for _ in 0..steps.unsigned_abs() {
            self.key(arrow.clone()).await?;
        }
        let script = "return arguments[0].selectedOptions[0]?.textContent.trim() ?? ''";
        let chosen = self.device.run(script, vec![list.to_json()?]).await?;
        check(chosen == answer, format!("the arrows choose {chosen} for “{label}”, not “{answer}”"))
    }

    /// Waits until these words are to be seen; by keys, also until the focus is where it can be gone on from.
    ///
    /// # Errors
    /// They are not, or the focus is lost.
    pub async fn sees(&self, words: &str) -> Result {
        self.device.sees(words).await?;
        self.keeps_focus().await
    }

    /// Waits for a page in the same way.
    ///
    /// # Errors
    /// It is another one, or the focus is lost.
    pub async fn is_at(&self, path: &str) -> Result<String> {
        let path = self.device.is_at(path).await?;
        self.keeps_focus().await?;
        Ok(path)
    }

    /// Presses a key, wherever the focus is.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn key(&self, key: Key) -> Result {
        self.device.types(&[key]).await
    }

    /// Types a text, wherever the focus is.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn types(&self, text: &str) -> Result {
        let send =
            async |text: String| -> Result { Ok(self.device.web()?.action_chain().send_keys(text).perform().await?) };
        if self.pause.is_zero() && !text.is_empty() {
            return send(text.to_owned()).await;
        }
        for letter in text.chars() {
            send(letter.to_string()).await?;
            tokio::time::sleep(self.pause).await;
        }
        Ok(())
    }

    /// Presses a key with Ctrl.
    ///
    /// # Errors
    /// The page is gone.
    pub async fn with_ctrl(&self, key: &str) -> Result {
        let keys = self.device.web()?.action_chain().key_down(Key::Control).send_keys(key).key_up(Key::Control);
        Ok(keys.perform().await?)
    }

    /// Waits until the focus is on something that is in sight and shows it; whoever has a pointer needs none.
    ///
    /// # Errors
    /// It is lost.
    pub async fn keeps_focus(&self) -> Result {
        if self.by == By::Pointer {
            return Ok(());
        }
        let kept = until("the focus to be where one can go on from", SOON / 2, || async {
            let wrong = self.ask("return lost()", vec![]).await?;
            match wrong.as_str() {
                Some("") => Ok(Some(())),
                _ => trouble(wrong.to_string()),
            }
        })
        .await;
        self.device.explain(kept).await
    }

    /// Walks to something by Tab, by arrows where it is one of several; returns it, or its control.
    async fn walk_to(&self, what: &str, name: &str) -> Result<WebElement> {
        let walked = until(&format!("the keys to lead to the {what} “{name}”"), SOON, || async {
            let script = "const element = find(arguments[0], arguments[1]); return element && control(element)";
            let found = self.device.element(&script_of(script), vec![json!(what), json!(name)]).await?;
            let Some(element) = found else { return trouble("it is not there") };
            if !element.is_enabled().await? {
                return trouble("it cannot be used yet");
            }
            // A field for a date has several places for the focus.
            for _ in 0..9 {
                if self.step_to(&element).await? {
                    return Ok(Some(element));
                }
            }
            trouble("the focus does not come to it")
        })
        .await;
        let element = self.device.explain(walked).await?;
        self.keeps_focus().await?;
        Ok(element)
    }

    /// Presses what leads to an element; whether it has the focus then.
    async fn step_to(&self, element: &WebElement) -> Result<bool> {
        let script = "const [to] = arguments, here = document.activeElement;
            if (here === to || (to.id && here?.getAttribute('aria-activedescendant') === to.id)) return 'here';
            if (to.matches('[role=menuitem], [role=option]')) return 'arrow';
            if (to.matches('input[type=radio]') && here?.name === to.name && here.matches('input[type=radio]')) return 'arrow';
            return tabs_to(to);";
        for _ in 0..MOST_PRESSES {
            let way = self.ask(script, vec![element.to_json()?]).await?;
            match (way.as_str(), way.as_i64()) {
                (Some("here"), _) => return Ok(true),
                (Some(_), _) => self.key(Key::Down).await?,
                (_, Some(0)) => return Ok(false),
                (_, Some(steps)) => {
                    self.tab(steps).await?;
                    // Once more only where an arrow is to follow.
                    let radio = element.prop("type").await?.is_some_and(|kind| kind == "radio");
                    if !radio {
                        return Ok(self.ask(script, vec![element.to_json()?]).await? == "here");
                    }
                }
                _ => return trouble("Tab does not lead to it"),
            }
        }
        Ok(false)
    }

    async fn tab(&self, steps: i64) -> Result {
        let presses = usize::try_from(steps.unsigned_abs()).unwrap_or(MOST_PRESSES).min(MOST_PRESSES);
        let mut keys = self.device.web()?.action_chain();
        if steps < 0 {
            keys = keys.key_down(Key::Shift);
        }
        for _ in 0..presses {
            keys = keys.send_keys(TypingData::from(Key::Tab));
        }
        if steps < 0 {
            keys = keys.key_up(Key::Shift);
        }
        Ok(keys.perform().await?)
    }

    async fn ask(&self, script: &str, arguments: Vec<serde_json::Value>) -> Result<serde_json::Value> {
        self.device.run(&script_of(script), arguments).await
    }
}

fn script_of(script: &str) -> String {
    format!("{PERSON} {KEYS} {script}")
}
