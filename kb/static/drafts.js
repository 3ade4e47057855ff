/* Saves a draft while it is typed, and lets no word be lost.

   Every few seconds, what was typed is sent with the version that it was made from, as
   the button "Save" would send it. Until the server has it, it is kept in this tab, and
   offered again when the page is opened anew. Without this script, the button does it.
   Every word that is shown comes from the page, which has it in its language. */

const EVERY_MS = 3000;
const LONGEST_MS = 10_000;
const MAX_LEAVING_BYTES = 60_000; // browsers send no more from a page that closes
const NOT_WORDS = new Set(["csrf_token", "version", "act"]);
const ENDED = new Set([400, 401, 403]);
const TOO_LONG = 413;
const MEANWHILE = new Set([404, 409, 410]);

class DraftForm {
  #form;
  #state;
  #key;
  #saved;
  #refused = ""; // words that are too long: they are sent again once they changed
  #sending = null;
  #isStopped = false;

  constructor(form) {
    this.#form = form;
    this.#state = document.getElementById("draft-state");
    this.#key = `draft:${form.dataset.draft}`;
    this.#saved = this.#words();
    // What somebody else saved meanwhile is taken over by a person, not by itself.
    this.#isStopped = "conflict" in form.dataset;
    this.#offerKept();
    form.addEventListener("input", () => this.#keep(false));
    form.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#send(true);
    });
    setInterval(() => this.#send(false), EVERY_MS);
  }

  /* A button waits for what is being sent by itself, and takes the version that comes
     of it: a person is never told that she saved meanwhile. */
  #submit(event) {
    if (this.#sending !== null) {
      event.preventDefault();
      const { submitter } = event;
      this.#sending.then(() => this.#form.requestSubmit(this.#current(submitter)));
      return;
    }
    this.#isStopped = true;
    this.#keep(true);
  }

  /* The answer may have replaced the button that was pressed; without one, "Save". */
  #current(button) {
    if (button === null || button.isConnected) return button;
    const { name, value } = button;
    const all = [...this.#form.elements];
    return all.find((each) => each.name === name && each.value === value) ?? null;
  }

  #body() {
    return new URLSearchParams(new FormData(this.#form));
  }

  #words() {
    const fields = [...this.#body()].filter(([name]) => !NOT_WORDS.has(name));
    return new URLSearchParams(fields).toString();
  }

  #keep(isSubmitted) {
    const kept = { words: this.#words(), version: this.#version.value, isSubmitted };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // No room, or not allowed: the words are still in the page.
    }
  }

  get #version() {
    return this.#form.elements.version;
  }

  #send(isLeaving) {
    const words = this.#words();
    if (this.#sending !== null || this.#isStopped) return;
    if (words === this.#saved || words === this.#refused) return;
    const body = this.#body();
    if (isLeaving && body.toString().length > MAX_LEAVING_BYTES) return;
    this.#sending = this.#sent(body, words, isLeaving);
  }

  async #sent(body, words, isLeaving) {
    this.#say(this.#form.dataset.saving);
    try {
      const answer = await fetch(this.#form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: isLeaving,
        redirect: "error",
        signal: AbortSignal.timeout(LONGEST_MS),
      });
      await this.#answered(answer, words);
    } catch {
      this.#say(this.#form.dataset.unsent);
    } finally {
      this.#sending = null;
    }
  }

  async #answered(answer, words) {
    if (answer.ok) {
      const told = await answer.json();
      this.#saved = words;
      this.#version.value = told.version;
      this.#say(told.message);
      showCheck(this.#form, told.check);
      if (this.#words() === words) sessionStorage.removeItem(this.#key);
      else this.#keep(false);
    } else if (answer.status === TOO_LONG) {
      this.#refused = words;
      this.#say((await answer.json()).error.message);
    } else if (ENDED.has(answer.status)) {
      this.#stop(this.#form.dataset.ended);
    } else if (MEANWHILE.has(answer.status)) {
      this.#stop(this.#form.dataset.meanwhile);
    } else {
      this.#say(this.#form.dataset.unsent);
    }
  }

  #stop(text) {
    this.#isStopped = true;
    this.#keep(false);
    this.#say(text);
  }

  #say(text) {
    if (this.#state.textContent !== text) this.#state.textContent = text;
  }

  #offerKept() {
    const kept = this.#kept();
    if (kept === null) return;
    const isSaved = kept.isSubmitted && kept.version !== this.#version.value;
    if (isSaved || kept.words === this.#saved) {
      sessionStorage.removeItem(this.#key);
      return;
    }
    this.#isStopped = true;
    const note = document.createElement("div");
    note.className = "note warn stack gap-s";
    note.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = this.#form.dataset.kept;
    const acts = document.createElement("p");
    acts.className = "acts";
    acts.append(
      this.#button(this.#form.dataset.restore, "btn", () => this.#restore(kept)),
      this.#button(this.#form.dataset.forget, "btn plain", () => {
        sessionStorage.removeItem(this.#key);
        this.#isStopped = false;
        note.remove();
      }),
    );
    note.append(text, acts);
    this.#form.closest(".record").before(note);
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key));
    } catch {
      return null;
    }
  }

  #button(text, style, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = style;
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  /* They are saved upon the version that they were made from: if somebody saved another
     since, the server shows both. */
  #restore(kept) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = this.#form.action;
    const token = this.#form.elements.csrf_token.value;
    const fields = [...new URLSearchParams(kept.words)];
    for (const [name, value] of [...fields, ["version", kept.version], ["csrf_token", token]]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      form.append(field);
    }
    form.hidden = true;
    document.body.append(form);
    try {
      kept.isSubmitted = true;
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } finally {
      form.submit();
    }
  }
}

/* What the server found in the saved draft: the list of what lacks, the button, and the
   error beside each field. Only what differs is replaced, for those who listen to it. */
function showCheck(form, { summary, publish, lacks, errors, invalid }) {
  showPart("draft-check", summary);
  showPart("draft-publish", publish);
  const state = document.getElementById("draft-lacks");
  if (state.textContent !== lacks) state.textContent = lacks;
  for (const field of form.querySelectorAll("[data-field]")) {
    showError(field, errors[field.dataset.field] ?? "");
  }
  for (const part of form.querySelectorAll("[data-part]")) {
    const isInvalid = invalid.includes(part.id);
    if (part.matches("fieldset")) part.classList.toggle("wrong", isInvalid);
    else setOrRemove(part, "aria-invalid", isInvalid ? "true" : "");
  }
}

function showPart(id, html) {
  const part = document.getElementById(id);
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  if (fresh.innerHTML.trim() === part.innerHTML.trim()) return;
  const place = [...part.querySelectorAll("a, button")].indexOf(document.activeElement);
  part.replaceChildren(...fresh.childNodes);
  if (place < 0) return;
  const all = [...part.querySelectorAll("a, button")];
  (all[place] ?? all.at(-1) ?? part).focus();
}

function showError(field, text) {
  const id = `${field.dataset.field}-error`;
  const old = document.getElementById(id);
  if ((old?.textContent.trim() ?? "") === text) return;
  old?.remove();
  field.classList.toggle("wrong", text !== "");
  const control = field.matches("fieldset") ? field : document.getElementById(field.dataset.field);
  const described = new Set((control.getAttribute("aria-describedby") ?? "").split(" "));
  described.delete("");
  described.delete(id);
  if (text !== "") {
    const note = document.getElementById("draft-error").content.firstElementChild.cloneNode(true);
    note.id = id;
    note.querySelector("span").textContent = text;
    [...field.children].findLast((each) => each.matches("label, legend, .hint")).after(note);
    described.add(id);
  }
  setOrRemove(control, "aria-describedby", [...described].join(" "));
  if (control !== field) setOrRemove(control, "aria-invalid", text === "" ? "" : "true");
}

function setOrRemove(element, name, value) {
  if (value === "") element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/* What was sent and then published is not offered again as a text that was not saved,
   when the record is brought back to where it was and changed once more. */
function forgetPublished(name) {
  const key = `draft:${name}`;
  try {
    if (JSON.parse(sessionStorage.getItem(key))?.isSubmitted) sessionStorage.removeItem(key);
  } catch {
    // Nothing is kept, or nothing that can be read.
  }
}

const form = document.querySelector("form[data-draft]");
if (form) new DraftForm(form);
const published = document.querySelector("[data-published]");
if (published) forgetPublished(published.dataset.published);
