// Where the keys lead, for somebody who has no pointer. Needs person.js before it.
// What takes the focus in place of a label.
const control = (element) => (element.matches('label') ? (element.control ?? element) : element);
// Where it is seen that this has the focus: a control that is itself not seen shows it on what stands for it.
const stands = (element) => (element.matches('input:is([type=radio], [type=file])') ? (element.closest('label') ?? element) : element);
const modal = () => Array.from(document.querySelectorAll('dialog:modal, [aria-modal=true]:popover-open')).pop() ?? null;
const reachable = (element) =>
  element.tabIndex >= 0 && !element.disabled && !element.closest('[inert]') && element.checkVisibility({ visibilityProperty: true });
// Of radio buttons of one name Tab reaches the chosen one, or the first if none is.
const stop = (element) => {
  if (!element.matches('input[type=radio]')) return element;
  const group = Array.from(document.querySelectorAll('input[type=radio]')).filter((one) => one.name === element.name && one.form === element.form);
  return group.find((one) => one.checked) ?? group[0];
};
// How many times Tab has to be pressed to get from where the focus is to this; less than nothing with Shift; null if it is no use.
function tabs_to(element) {
  const all = Array.from((modal() ?? document).querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]'));
  const order = all.filter((one) => reachable(one) && stop(one) === one);
  const to = order.indexOf(stop(element));
  if (to < 0) return null;
  const here = document.activeElement;
  const at = order.indexOf(here);
  if (at >= 0) return to - at;
  // From a title, which Tab does not reach, to the next.
  const before = order.filter((one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING).length;
  return to >= before ? to - before + 1 : to - before;
}
// What is wrong with where the focus is, in words; empty if nothing is.
function lost() {
  const here = document.activeElement;
  if (!here || here === document.body || here === document.documentElement) return 'nothing has the focus';
  const what = `${here.tagName.toLowerCase()} “${names(here)[0] ?? squeeze(here.innerText).slice(0, 40)}”`;
  const over = modal();
  if (over && !over.contains(here)) return `the focus is on the ${what} behind a dialog`;
  const shown = stands(here);
  if (!shown.checkVisibility({ visibilityProperty: true })) return `the focus is on the ${what}, which is not seen`;
  const at = shown.getBoundingClientRect();
  if (at.bottom <= 0 || at.top >= innerHeight || at.right <= 0 || at.left >= innerWidth) return `the focus is on the ${what} beside the glass`;
  const left = Math.max(at.left, 0) + 2, right = Math.min(at.right, innerWidth) - 2;
  const top = Math.max(at.top, 0) + 2, bottom = Math.min(at.bottom, innerHeight) - 2;
  const spots = [left, (left + right) / 2, right].flatMap((x) => [top, (top + bottom) / 2, bottom].map((y) => document.elementFromPoint(x, y)));
  // A link that covers its row is where its row is, and a field may have its label or its icon before it.
  if (!spots.some((spot) => spot && (shown.contains(spot) || spot.contains(shown)))) return `the focus is on the ${what}, and something covers it`;
  // The title of a page that was come to is read from, not pressed.
  if (here.matches('h1, main')) return '';
  const ring = (element, part) => {
    const style = element && getComputedStyle(element, part);
    return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  };
  const field = here.matches('input, textarea, select') && [here, here.closest('.input-box')];
  const glow = field && field.some((one) => one && getComputedStyle(one).boxShadow !== 'none');
  // A list whose input keeps the focus shows it on what would be chosen.
  if (document.getElementById(here.getAttribute('aria-activedescendant'))?.getAttribute('aria-selected') === 'true') return '';
  const rings = ring(here) || ring(here, '::after') || ring(here.nextElementSibling) || ring(stands(here)) || glow;
  return rings ? '' : `nothing shows that the ${what} has the focus`;
}
