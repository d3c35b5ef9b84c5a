//! Somebody who has the system choose few colours of high contrast still sees what can be pressed, what is chosen, where the focus
//! is, and what bars and tags say. Only of Chromium can a test say that the system does.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    server::Server,
    trouble::{Result, check},
    workspace::{EMAIL, fill},
};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Pages on which there is one of everything.
const PAGES: [&str; 9] = [
    "/today",
    "/leads",
    "/leads/new",
    "/deals",
    "/calendar/week",
    "/calendar/month",
    "/reports",
    "/tasks",
    "/settings",
];
/// How many places of a page Tab is pressed through.
const STOPS: usize = 32;

/// Colours as they are seen, and whether one is seen on what is behind it.
const COLOURS: &str = "const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const is_clear = (colour) => colour === 'transparent' || parts(colour)[3] === 0;
    const behind = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const { backgroundColor } = getComputedStyle(one);
            // What hardly tints what is behind it is not what is seen.
            if ((parts(backgroundColor)[3] ?? 1) > 0.5) return backgroundColor;
        }
        return getComputedStyle(document.documentElement).backgroundColor;
    };
    const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255)
        .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    // What a control is made of must stand out by 3 to 1, a text by 4.5 to 1 (WCAG 2.2, 1.4.11 and 1.4.3).
    const differ = (one, other, by = 3) => {
        if (is_clear(one)) return false;
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05) >= by;
    };
    const around = (element) => behind(element.parentElement ?? element);
    const line = (element, what) => {
        const style = getComputedStyle(element);
        return style[`${what}Style`] !== 'none' && parseFloat(style[`${what}Width`]) > 0 && differ(style[`${what}Color`], around(element));
    };
    const edged = (element) => line(element, 'borderBottom') || line(element, 'outline')
        || differ(getComputedStyle(element).backgroundColor, around(element));
    const said = (element) => `${element.tagName.toLowerCase()}.${element.className} “${(element.ariaLabel ?? element.innerText ?? '').replace(/\\s+/g, ' ').trim().slice(0, 40)}”`;
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0);";

/// What has no edge that is seen, what is chosen and looks like what is not, and what cannot be read. What stands in a line of a month
/// is words, as links are.
const INVISIBLE: &str = "const found = [];
    // Quiet buttons are words or icons, as links are; what is off is allowed to fade.
    const boxes = seen('.btn:not(.quiet, :disabled, [aria-disabled=true]), .chip, .tag, .card, .cal-block:not(.in-line), .menu, dialog[open], .panel');
    for (const one of boxes) if (!edged(one)) found.push(`no edge: ${said(one)}`);
    const fields = seen('main :is(input:not([type=checkbox], [type=radio], [type=file], [type=hidden]), select, textarea)');
    for (const one of fields) {
        const box = one.closest('.input-box, .field') ?? one;
        if (![one, one.parentElement, box].some(edged)) found.push(`no edge: field ${said(one)}`);
    }
    const looks = (element) => {
        const style = getComputedStyle(element);
        const outline = style.outlineStyle === 'none' ? '' : style.outlineColor;
        const border = ['Top', 'Right', 'Bottom', 'Left'].map((side) => style[`border${side}Style`] === 'none' ? '' : style[`border${side}Width`] + style[`border${side}Color`]);
        return [style.backgroundColor, outline, style.textDecorationLine, ...border].join(' ');
    };
    const chosen = seen('[aria-current]:not([aria-current=false]), [aria-pressed=true], [aria-selected=true]');
    for (const one of chosen) {
        const first = one.classList[0];
        const others = first && seen(`.${first}:not([aria-current], [aria-pressed=true], [aria-selected=true])`).filter((other) => other.parentElement === one.parentElement);
        if (others && others.length && others.every((other) => looks(other) === looks(one))) found.push(`chosen like the others: ${said(one)}`);
    }
    for (const radio of seen('label:has(input[type=radio]:checked)')) {
        const shown = (label) => label.querySelector('input + span') ?? label;
        const other = seen('label:has(input[type=radio]:not(:checked))').find((other) => other.parentElement === radio.parentElement);
        if (other && looks(shown(other)) === looks(shown(radio))) found.push(`chosen like the others: ${said(radio)}`);
    }
    // Bars say how much by their length.
    for (const bar of seen('.bars-bar rect')) {
        if (!differ(getComputedStyle(bar).fill, behind(bar))) found.push(`a bar that is not seen: ${bar.getAttribute('class')} ${getComputedStyle(bar).fill}`);
    }
    for (const bar of seen('main progress')) if (!edged(bar) && getComputedStyle(bar).appearance === 'none') found.push(`a bar that is not seen: ${said(bar)}`);
    const is_off = (one) => one.closest(':disabled, [aria-disabled=true], .vh, [aria-hidden=true]') !== null;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const one = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || is_off(one) || !one.checkVisibility({ visibilityProperty: true })) continue;
        const { color } = getComputedStyle(one);
        if (!differ(color, behind(one), 4.5)) found.push(`hard to read, ${color} on ${behind(one)}: ${said(one)}`);
    }
    return [...new Set(found)];";

/// Whether the ring of what has the focus is seen on what is behind it; in words if it is not.
const RING: &str = "const here = document.activeElement;
    if (!here || here.matches('body, h1, main')) return '';
    const stands = here.matches('input:is([type=radio], [type=file])') ? here.closest('label') ?? here : here;
    const rings = [[here], [here, '::after'], [here.nextElementSibling], [stands], [here.closest('.input-box')],
        ...here.matches('summary') ? [...here.children].map((one) => [one]) : []].filter(([one]) => one);
    const is_seen = ([one, part]) => {
        const style = getComputedStyle(one, part);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && differ(style.outlineColor, around(one));
    };
    return rings.some(is_seen) ? '' : `no ring: ${said(here)}`;";

async fn found_on(browser: &Browser, script: &str) -> Result<Value> {
    browser.run(&format!("{COLOURS} {script}"), vec![]).await
}

async fn forces_colours(browser: &Browser, scheme: &str) -> Result {
    let features = [("forced-colors", "active"), ("prefers-contrast", "more"), ("prefers-color-scheme", scheme)];
    let features: Vec<Value> = features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    browser.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await.map(drop)
}

#[tokio::test]
async fn what_can_be_pressed_what_is_chosen_and_where_the_focus_is_are_seen_in_forced_colours() -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let workspace = fill(&url).await?;
    let browser = Browser::with(Engine::Chromium, Options::for_axe((1440, 900))).await?;
    let browser = browser.signed_in(&url, EMAIL).await?;
    workspace.comes_to(&browser).await?;
    server.kill();
    let records = [("/leads", "lead"), ("/deals", "deal"), ("/invoices", "invoice")]
        .map(|(list, kind)| format!("{list}/{}", workspace.shown[kind]));
    let mut wrong: Vec<String> = Vec::new();
    for scheme in ["light", "dark"] {
        forces_colours(&browser, scheme).await?;
        for path in PAGES.into_iter().chain(records.iter().map(String::as_str)) {
            browser.enter(&url, path).await?;
            let forced = browser.run("return matchMedia('(forced-colors: active)').matches", vec![]).await?;
            check(forced == true, "the browser does not force colours")?;
            browser.calm().await?;
            let page = format!("{path}, {scheme}");
            let invisible: Vec<String> = serde_json::from_value(found_on(&browser, INVISIBLE).await?)?;
            wrong.extend(invisible.into_iter().map(|one| format!("{page}: {one}")));
            // Of texts it looks at a colour that the browser does not force (`-webkit-text-fill-color`); those are looked at here.
            wrong.extend(browser.violations_but(&page, &["color-contrast"]).await?);
            for _ in 0..STOPS {
                browser.types(&[Key::Tab]).await?;
                let ring = found_on(&browser, RING).await?;
                wrong.extend(ring.as_str().filter(|said| !said.is_empty()).map(|said| format!("{page}: {said}")));
            }
        }
    }
    wrong.dedup();
    check(wrong.is_empty(), format!("in forced colours:\n{}", wrong.join("\n")))
}
