/* Keeps in this browser what a visitor types into a form, until it is sent.

   Nothing reaches the server before the form is sent. The name, the e-mail address, the
   consent and the files are not kept: others may use this browser. A text is dropped when
   the page that follows the sending is shown, when the visitor asks so, or after a month.
   Without storage, as in some private windows, the form is as it is without this script. */

const PREFIX = "kb-form:";
const SENT = "kb-form-sent"; // the form that this tab has sent, until the next page
const SENT_MS = 3_600_000;
const KEPT_MS = 30 * 24 * 3_600_000;
const PAUSE_MS = 400;
const NOT_KEPT = new Set(["token", "work", "website", "name", "email", "consent", "files"]);

/* Returns the result of a function; the default if the browser refuses the storage. */
function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

function drop(key) {
  attempt(() => localStorage.removeItem(key));
}

function dropExpired() {
  const names = attempt(() => Object.keys(localStorage), []);
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    if (!(read(name)?.at > Date.now() - KEPT_MS)) drop(name);
  }
}

function read(key) {
  const text = attempt(() => JSON.parse(localStorage.getItem(key)), null);
  return text?.fields instanceof Array ? text : null;
}

class KeptForm {
  #form;
  #key;
  #note;
  #words;
  #kept;
  #clear;
  #undo;
  #timer = 0;
  #cleared = [];

  constructor(form, note) {
    this.#form = form;
    this.#key = `${PREFIX}${form.dataset.keep}`;
    this.#note = note;
    this.#words = note.querySelector("[role=status]");
    this.#kept = this.#words.textContent;
    [this.#clear, this.#undo] = note.querySelectorAll("button");
    if (!this.#isAllowed()) return;
    note.hidden = false;
    this.#forgetSending();
    const kept = read(this.#key);
    if ("refused" in form.dataset) this.#keep();
    else if (kept) this.#restore(kept);
    else this.#say(this.#kept, false);
    form.addEventListener("input", () => this.#keepSoon());
    form.addEventListener("change", () => this.#keepSoon());
    form.addEventListener("submit", () => this.#sending());
    addEventListener("pagehide", () => this.#keepNow());
    addEventListener("pageshow", () => this.#forgetSending());
    this.#clear.addEventListener("click", () => this.#clearAll());
    this.#undo.addEventListener("click", () => this.#putBack());
  }

  #isAllowed() {
    return attempt(() => {
      localStorage.setItem(`${PREFIX}?`, "");
      localStorage.removeItem(`${PREFIX}?`);
      return true;
    }, false);
  }

  get #fields() {
    return [...new FormData(this.#form)].filter(
      ([name, value]) => !NOT_KEPT.has(name) && typeof value === "string" && value.trim(),
    );
  }

  #keepSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), PAUSE_MS);
  }

  #keepNow() {
    if (this.#timer) this.#keep();
  }

  #keep() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const fields = this.#fields;
    if (!fields.length) {
      drop(this.#key);
      this.#say(this.#kept, false);
      return;
    }
    const text = JSON.stringify({ at: Date.now(), fields });
    const isKept = attempt(() => {
      localStorage.setItem(this.#key, text);
      return true;
    }, false);
    this.#say(isKept ? this.#kept : this.#note.dataset.full, isKept);
  }

  #restore(kept) {
    this.#fill(kept.fields);
    const language = document.documentElement.lang;
    const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
    const time = format.format(new Date(kept.at));
    this.#say(this.#note.dataset.restored.replace("{time}", time), true);
  }

  #fill(fields) {
    for (const [name, value] of fields) {
      const control = NOT_KEPT.has(name) ? null : this.#form.elements.namedItem(name);
      if (control) control.value = value; // of radio buttons too: their list has a value
    }
  }

  #clearAll() {
    this.#cleared = this.#fields;
    for (const [name] of this.#cleared) {
      const control = this.#form.elements.namedItem(name);
      if (control instanceof RadioNodeList) for (const each of control) each.checked = false;
      else control.value = "";
    }
    this.#keep();
    this.#say(this.#note.dataset.cleared, false);
    this.#undo.hidden = false;
    this.#undo.focus();
  }

  #putBack() {
    this.#fill(this.#cleared);
    this.#keep();
    this.#clear.focus();
  }

  #say(text, canClear) {
    if (this.#words.textContent !== text) this.#words.textContent = text;
    this.#clear.disabled = !canClear; // not hidden: the form below would move
    this.#undo.hidden = true;
  }

  #sending() {
    this.#keep();
    const text = JSON.stringify({ key: this.#key, at: Date.now() });
    attempt(() => sessionStorage.setItem(SENT, text));
  }

  /* The form is shown again: it was not sent, or this is a new one. */
  #forgetSending() {
    attempt(() => sessionStorage.removeItem(SENT));
  }
}

/* On the page that follows the sending: the server has the text now. */
function dropSent() {
  const sent = attempt(() => JSON.parse(sessionStorage.getItem(SENT)), null);
  if (sent?.key?.startsWith(PREFIX) && sent.at > Date.now() - SENT_MS) drop(sent.key);
  attempt(() => sessionStorage.removeItem(SENT));
}

dropExpired();
const form = document.querySelector("form[data-keep]");
const note = document.getElementById("kept-text");
if (form && note) new KeptForm(form, note);
else if (document.querySelector("[data-sent]")) dropSent();
