/* Saves a draft while it is typed, and lets no word be lost.

   Every few seconds, the form is sent with the version that it was made from, as the
   button "Save" would send it. Until the server has confirmed the save, the changed
   fields are kept on this device (unsaved_texts.js), and the page offers them when it
   is opened again. A button saves in the same way first, and then does what it does
   without this script. Every sentence comes from the page, in its language. */

import { showCheck } from "./draft_check.js";
import {
  OpenPages,
  dropText,
  keepText,
  keptTexts,
  passOn,
  passedOn,
  submitText,
  textBody,
  timeText,
} from "./unsaved_texts.js";

const EVERY_MS = 3000;
const TIMEOUT_MS = 10_000;
const LONGEST_MS = 60_000; // both double after each failure: a slow line needs time
const MAX_LEAVING_BYTES = 60_000; // browsers send no more from a page that closes
const NO_FIELDS = new Set(["", "csrf_token", "version", "act", "chosen-need"]);
const ENDED = new Set([400, 401, 403]);
const TOO_LONG = 413;
const MEANWHILE = new Set([404, 409, 410]);

class DraftForm {
  #form;
  #state;
  #record;
  #lists;
  #page = `${Date.now()}-${Math.random()}`;
  #saved; // the fields that the server has; on a page of unsaved text, without that text
  #base; // the version that the unsaved text was made from
  #isKept = true;
  #savedText;
  #refused = ""; // fields that are too long: they are sent again once they changed
  #sending = null;
  #failures = 0;
  #nextTry = 0;
  #stopped = ""; // why nothing is sent by itself: "conflict", "ended", "meanwhile"
  #isLeaving = false;
  #mustReload = false;

  constructor(form) {
    this.#form = form;
    this.#state = document.getElementById("draft-state");
    this.#savedText = this.#state.textContent;
    this.#record = form.dataset.draft;
    this.#lists = [...form.querySelectorAll("[name$='-is-there']")].map((each) =>
      each.name.slice(0, -"-is-there".length),
    );
    const sent = form.cloneNode(true);
    sent.reset(); // what was typed before this script ran is not saved
    this.#saved = this.#fields(sent);
    this.#base = this.#version.value;
    const continued = passedOn();
    if ("unsaved" in form.dataset) this.#continue(continued);
    const pages = new OpenPages(this.#page);
    if (!("unsaved" in form.dataset)) this.#offerKept(pages);
    form.addEventListener("input", () => this.#typed());
    form.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#sendLeaving();
    });
    addEventListener("beforeunload", (event) => this.#warn(event));
    addEventListener("pageshow", () => (this.#isLeaving = false));
    addEventListener("online", () => {
      this.#nextTry = 0;
      this.#tick();
    });
    document.querySelector("a[data-forget]")?.addEventListener("click", () => {
      dropText(this.#record, this.#page);
      this.#isLeaving = true;
    });
    setInterval(() => this.#tick(), EVERY_MS);
  }

  get #version() {
    return this.#form.elements.version;
  }

  get #isDirty() {
    return this.#changed().length > 0;
  }

  get #isRejected() {
    return this.#stopped === "ended" || this.#stopped === "meanwhile";
  }

  /* The name of a field; a list, with all its rows, is one field. */
  #fieldOf(name) {
    return this.#lists.find((each) => name === each || name.startsWith(`${each}-`)) ?? name;
  }

  /* The names and values of each field of a form, as JSON. */
  #fields(form = this.#form) {
    const fields = new Map();
    for (const [name, value] of new FormData(form)) {
      if (NO_FIELDS.has(name)) continue;
      const field = this.#fieldOf(name);
      if (!fields.has(field)) fields.set(field, []);
      fields.get(field).push([name, value]);
    }
    return new Map([...fields].map(([field, pairs]) => [field, JSON.stringify(pairs)]));
  }

  #changed() {
    return [...this.#fields()].filter(([field, json]) => this.#saved.get(field) !== json);
  }

  #typed() {
    if (!this.#keep()) this.#say(this.#savedText);
    else if (!this.#failures && !this.#isRejected) this.#sayFate("typed");
  }

  /* Stores the changed fields, or deletes the text if there are none; returns whether
     there are any. */
  #keep() {
    const fields = this.#changed();
    if (!fields.length) {
      dropText(this.#record, this.#page);
      return false;
    }
    this.#isKept = keepText(this.#record, this.#page, {
      version: this.#base,
      at: Date.now(),
      title: document.querySelector("h1").textContent,
      url: this.#form.action,
      fields,
    });
    return true;
  }

  /* On the page of a conflict, or of a save that failed: the form has unsaved text. */
  #continue(page) {
    const text = keptTexts(this.#record).find((each) => each.page === page);
    if (text) this.#page = page;
    const unsaved = text ? text.fields.map(([field]) => field) : [...this.#saved.keys()];
    for (const field of unsaved) this.#saved.delete(field);
    if (!text) this.#keep();
    if (!("conflict" in this.#form.dataset)) return;
    // A person chooses between both texts first. The text stays with its own version,
    // so that it never replaces the other by itself.
    this.#stopped = "conflict";
    this.#base = text?.version ?? "";
  }

  #tick() {
    if (this.#stopped || this.#sending !== null || Date.now() < this.#nextTry) return;
    if (this.#isDirty && this.#json() !== this.#refused) this.#send();
  }

  #sendLeaving() {
    if (this.#stopped || this.#sending !== null || this.#isLeaving || !this.#isDirty) return;
    if (this.#body().toString().length <= MAX_LEAVING_BYTES) this.#send(true);
  }

  #json() {
    return JSON.stringify([...this.#fields()]);
  }

  #body() {
    return new URLSearchParams(new FormData(this.#form));
  }

  /* Sends the form; returns "saved", or why it is not. */
  #send(isLeaving = false) {
    this.#sending ??= this.#sent(isLeaving).finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #sent(isLeaving) {
    this.#say(this.#form.dataset.saving);
    try {
      const fields = this.#fields();
      return await this.#answered(await this.#post(this.#body(), isLeaving), fields);
    } catch {
      this.#retryLater();
      this.#sayFate(navigator.onLine ? "unreached" : "offline");
      return "unreached";
    }
  }

  #post(body, keepalive = false) {
    return fetch(this.#form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      keepalive,
      redirect: "error",
      signal: AbortSignal.timeout(Math.min(TIMEOUT_MS * 2 ** this.#failures, LONGEST_MS)),
    });
  }

  async #answered(answer, fields) {
    if (ENDED.has(answer.status)) return this.#stop("ended");
    if (MEANWHILE.has(answer.status)) return this.#stop("meanwhile");
    const told = await answer.json();
    if (answer.ok) return this.#confirmed(told, fields);
    if (answer.status === TOO_LONG) this.#refused = JSON.stringify([...fields]);
    else this.#retryLater();
    this.#say(`${told.error.message} ${this.#fate("typed")}`);
    return "refused";
  }

  #confirmed(told, fields) {
    this.#saved = fields;
    this.#version.value = told.version;
    this.#base = told.version;
    this.#failures = 0;
    this.#savedText = told.message;
    showCheck(this.#form, told.check);
    this.#typed();
    if (this.#mustReload && !this.#isDirty) location.replace(this.#form.action);
    return "saved";
  }

  #stop(reason) {
    this.#stopped = reason;
    this.#sayFate(reason);
    return reason;
  }

  #retryLater() {
    this.#failures += 1;
    this.#nextTry = Date.now() + Math.min(EVERY_MS * 2 ** this.#failures, LONGEST_MS);
  }

  /* A button does what it does without script, once the server has the text. */
  async #submit(event) {
    if (this.#isLeaving) return;
    event.preventDefault();
    const { submitter } = event;
    await this.#sending;
    const result = await this.#sentFor(submitter);
    if (this.#isLeaving) return;
    switch (result) {
      case "ended":
        // The page asks to sign in, and then offers the text that is kept.
        this.#isLeaving = true;
        if (this.#isKept) location.assign(this.#form.action);
        else this.#form.requestSubmit(this.#current(submitter));
        break;
      case "saved":
      case "meanwhile":
      case "reachable":
        this.#isLeaving = true;
        passOn(this.#page);
        this.#form.requestSubmit(this.#current(submitter));
    }
  }

  /* The page may have replaced the button that was pressed; without one, "Save". */
  #current(button) {
    if (button === null || button.isConnected) return button;
    const { name, value } = button;
    const all = [...this.#form.elements];
    return all.find((each) => each.name === name && each.value === value) ?? null;
  }

  /* Sends the form for a button. The page of a conflict comes from the server: for it,
     the script only checks that the server can be reached. */
  async #sentFor(submitter) {
    if (this.#stopped === "ended") return "ended";
    const isChoice = submitter?.value.startsWith("theirs:");
    if (!isChoice && this.#stopped !== "meanwhile") {
      this.#stopped = ""; // on the page of a conflict: the person has chosen
      this.#base = this.#version.value;
      return this.#send();
    }
    try {
      await fetch(import.meta.url, { method: "HEAD", cache: "no-store" });
      return "reachable";
    } catch {
      this.#sayFate(navigator.onLine ? "unreached" : "offline");
      return "unreached";
    }
  }

  #warn(event) {
    if (this.#isLeaving || !this.#isDirty) return;
    event.preventDefault();
    event.returnValue = true; // for browsers before 2024
  }

  #say(text) {
    if (this.#state.textContent !== text) this.#state.textContent = text;
  }

  /* Returns what happened to the text, and whether it is kept on this device. */
  #fate(what) {
    return this.#form.dataset[this.#isKept ? what : `${what}Lone`];
  }

  #sayFate(what) {
    this.#say(this.#fate(what));
  }

  async #offerKept(pages) {
    if (!keptTexts(this.#record).length) return;
    const open = await pages.others();
    for (const text of keptTexts(this.#record)) {
      if (text.page === this.#page) continue;
      if (open.has(text.page)) this.#note(this.#form.dataset.elsewhere, text);
      else await this.#offer(text);
    }
  }

  /* Puts a text back into the form if the draft is as it was; otherwise asks. */
  async #offer(text) {
    const isSame = text.version === this.#version.value;
    if (isSame && !this.#isDirty) this.#restore(text);
    else if (!isSame && (await this.#isSaved(text))) dropText(text.record, text.page);
    else this.#ask(text);
  }

  #restore(text) {
    const before = text.fields.map(([field]) => [field, this.#saved.get(field) ?? "[]"]);
    this.#fill(text.fields);
    this.#typed();
    if (this.#isKept) dropText(text.record, text.page);
    if (!this.#isDirty) return;
    const undo = () => {
      this.#fill(before);
      this.#typed();
    };
    this.#note(this.#form.dataset.restored, text, [this.#form.dataset.undo, undo]);
  }

  /* The server compares, once: it has the text if only its answer was lost. */
  #isSaved(text) {
    if (text.isCompared) return false;
    keepText(this.#record, text.page, { ...text, isCompared: true });
    return this.#post(textBody(text)).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  #ask(text) {
    const { offered, compare, forget } = this.#form.dataset;
    this.#note(
      offered,
      text,
      [compare, () => submitText(text, this.#form.action)],
      [forget, () => dropText(text.record, text.page)],
    );
  }

  #fill(fields) {
    const controls = [...this.#form.elements].filter((each) => !NO_FIELDS.has(each.name));
    for (const [field, json] of fields) {
      const pairs = JSON.parse(json);
      for (const each of controls) {
        if (each.name && this.#fieldOf(each.name) === field) fillControl(each, pairs);
      }
      for (const [name, value] of pairs) this.#append(name, value);
    }
  }

  /* A row that the page does not show is sent too, and shown after the save. */
  #append(name, value) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    this.#form.append(input);
    this.#mustReload = true;
  }

  #note(sentence, text, ...buttons) {
    const note = document.createElement("div");
    note.className = "note warn stack gap-s";
    note.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = sentence.replace("{time}", timeText(text.at));
    const acts = document.createElement("p");
    acts.className = "acts";
    for (const [label, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn line";
      button.textContent = label;
      button.addEventListener("click", () => {
        note.remove();
        act();
      });
      acts.append(button);
    }
    note.append(words);
    if (buttons.length) note.append(acts);
    this.#form.closest(".record").before(note);
  }
}

/* Fills a control from the names and values of its field, and removes what it took. */
function fillControl(control, pairs) {
  const isChoice = control.type === "checkbox";
  const index = pairs.findIndex(
    ([name, value]) => name === control.name && (!isChoice || value === control.value),
  );
  const [pair] = index < 0 ? [] : pairs.splice(index, 1);
  if (isChoice) control.checked = pair !== undefined;
  else control.value = pair?.[1] ?? "";
}

const form = document.querySelector("form[data-draft]");
if (form) new DraftForm(form);
