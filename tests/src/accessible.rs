//! What axe-core finds on a page (`tests/data/axe.min.js`, unchanged): the rules of WCAG 2.2 AA that a program can check.

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Engine, Options},
    trouble::Result,
};

/// axe itself. Where it cannot be loaded before a page's own scripts it is run in the page once that is there.
const SOURCE: &str = include_str!("../data/axe.min.js");

/// What axe finds: a line each, with the rule, the element, and why.
const AXE: &str = "const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // What is half there has half its contrast.
    await Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished));
    const rules = Object.fromEntries(arguments[0].map((rule) => [rule, { enabled: false }]));
    const { violations } = await axe.run(document, { runOnly: tags, rules });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) =>
        `${id}: ${node.html.slice(0, 160)} (${[...node.any, ...node.all].map((one) => one.message).join(' ').slice(0, 200)})`));";

impl Options {
    /// A browser whose pages axe can look at.
    pub fn for_axe(size: (u32, u32)) -> Self {
        Self {
            size,
            // Colours are looked at when they are what they are to be.
            arguments: vec!["--force-prefers-reduced-motion".to_owned()],
            before_pages: Some(SOURCE.to_owned()),
            ..Self::default()
        }
    }
}

impl Browser {
    /// What axe finds on what is shown, each line with what that is.
    ///
    /// # Errors
    /// The browser was not started [for it](Options::for_axe).
    pub async fn violations(&self, page: &str) -> Result<Vec<String>> {
        self.violations_but(page, &[]).await
    }

    /// The same without some rules.
    ///
    /// # Errors
    /// The browser was not started [for it](Options::for_axe).
    pub async fn violations_but(&self, page: &str, rules: &[&str]) -> Result<Vec<String>> {
        if self.engine() == Engine::WebKit && self.run("return typeof axe", vec![]).await? == "undefined" {
            self.run(SOURCE, vec![]).await?;
        }
        let found: Vec<Value> = serde_json::from_value(self.run_async(AXE, vec![json!(rules)]).await?)?;
        Ok(found.iter().map(|line| format!("{page}: {}", line.as_str().unwrap_or_default())).collect())
    }
}
