/* Puts a term of the glossary into the field beside it, at the cursor.

   The buttons are hidden without this script. */

const CONTROLS = "input:not([type=hidden]), textarea";
const LETTER_BEFORE = /[\p{L}\p{N}]$/u;
const LETTER_AFTER = /^[\p{L}\p{N}]/u;

let last = null; // the control that had the cursor before the button was pressed

function note(element) {
  if (element?.matches(CONTROLS)) last = element;
}

note(document.activeElement); // whoever types before this script has run
document.addEventListener("focusin", ({ target }) => note(target));

for (const button of document.querySelectorAll("button[data-insert]")) {
  button.hidden = false;
  button.addEventListener("click", () => insert(button.dataset));
}

function insert({ insert: term, into }) {
  const field = document.querySelector(`[data-field="${CSS.escape(into)}"]`);
  const controls = [...field.querySelectorAll(CONTROLS)];
  const control = controls.includes(last) ? last : controls.at(-1);
  const isUntouched = control !== last;
  control.focus();
  if (isUntouched) control.setSelectionRange(control.value.length, control.value.length);
  const { value, selectionStart: start, selectionEnd: end } = control;
  const space = (isNeeded) => (isNeeded ? " " : "");
  const text = `${space(LETTER_BEFORE.test(value.slice(0, start)))}${term}${space(LETTER_AFTER.test(value.slice(end)))}`;
  // Deprecated, but the only way that "undo" of the browser takes it back.
  if (document.execCommand("insertText", false, text)) return;
  control.setRangeText(text, start, end, "end");
  control.dispatchEvent(new Event("input", { bubbles: true }));
}
