// Finds what a person would: by what it is called and what it is, among what can be seen.
// find(what, name, {within, index}) → the element or null. Names match as a whole first, then by their beginning, then anywhere.
const ROLES = {
  button: 'button, [role=button], input[type=submit], input[type=button], [role=menuitem], [role=tab], summary',
  press: 'button, a[href], [role=button], [role=menuitem], [role=option], [role=tab], [role=radio], [role=link], input[type=submit], summary, label:has(input[type=radio]), label:has(input[type=checkbox])',
  link: 'a[href], [role=link]',
  field: 'input:not([type=hidden]), textarea, select, [role=textbox], [role=combobox], [contenteditable=true]',
  heading: 'h1, h2, h3, [role=heading]',
  dialog: 'dialog[open], [role=dialog], [role=alertdialog]',
  group: 'fieldset, [role=group], [role=region], section, li, article',
};
const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const seen = (element) => {
  const style = getComputedStyle(element);
  if (style.visibility === 'hidden' || style.display === 'none' || element.closest('[inert]')) return false;
  return element.getClientRects().length > 0 && !(element.closest('dialog') && !element.closest('dialog').open);
};
const told = (element) =>
  squeeze(Array.from(element.childNodes, function text(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches('[aria-hidden=true], .field-optional, svg, input, select, textarea')) return '';
    const inside = Array.from(node.childNodes, text).join('');
    return getComputedStyle(node).display === 'inline' ? inside : ` ${inside} `;
  }).join(''));
const names = (element) => {
  const given = [];
  const by = element.getAttribute('aria-labelledby');
  if (by) given.push(by.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean).map(told).join(' '));
  if (element.getAttribute('aria-label')) given.push(squeeze(element.getAttribute('aria-label')));
  for (const label of element.labels ?? []) given.push(told(label));
  if (element.matches('fieldset')) given.push(told(element.querySelector('legend') ?? document.createElement('i')));
  if (!element.matches('input, textarea, select')) given.push(told(element));
  if (element.matches('input[type=submit]')) given.push(element.value);
  for (const hint of ['title', 'placeholder']) if (element.getAttribute(hint)) given.push(squeeze(element.getAttribute(hint)));
  return given.filter(Boolean);
};
function find(what, name, { within = null, index = 0 } = {}) {
  // What a modal dialog covers cannot be reached.
  const modal = Array.from(document.querySelectorAll('dialog:modal, [aria-modal=true]:popover-open')).pop();
  const root = within ?? modal ?? document;
  const all = Array.from(root.querySelectorAll(ROLES[what] ?? what)).filter(seen);
  const low = (text) => text.toLowerCase();
  const wanted = low(squeeze(name));
  const tests = [(n) => n === wanted, (n) => n.startsWith(wanted), (n) => n.includes(wanted)];
  for (const test of tests) {
    const found = all.filter((element) => names(element).some((n) => test(low(n))));
    // The innermost: a list item that holds the button is not the button.
    const inner = found.filter((one) => !found.some((other) => other !== one && one.contains(other)));
    if (inner.length > index) return inner[index];
  }
  return null;
}
