/* Keeps on this device the texts of drafts that the server does not have yet.

   Every staff page loads this script. Its element `text-key` has a key that the server
   made for the signed-in account. Texts of any other key are deleted; an empty key, on
   the page after a sign-out, deletes all. A page without key (the session expired)
   changes nothing. Texts are in `localStorage`: they outlive the tab and the browser. */

const PREFIX = "kb-text:";
const OWNER = "kb-text-owner"; // the key of the account that signed in last
const NEXT_PAGE = "kb-text-next";
const ANSWER_MS = 300;

const element = document.querySelector("meta[name=text-key]");
const key = element?.content;

/* Returns the result of a function; the default if the browser refuses the storage. */
function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

function names(start) {
  return attempt(() => Object.keys(localStorage).filter((name) => name.startsWith(start)), []);
}

function isOwner() {
  return Boolean(key) && localStorage.getItem(OWNER) === key;
}

/* Stores a text; returns whether it is stored. After a sign-out in another tab, or when
   another account signed in there, nothing is stored. */
export function keepText(record, page, text) {
  return attempt(() => {
    if (!isOwner()) return false;
    localStorage.setItem(`${PREFIX}${key}:${record}:${page}`, JSON.stringify(text));
    return true;
  }, false);
}

export function dropText(record, page) {
  attempt(() => localStorage.removeItem(`${PREFIX}${key}:${record}:${page}`));
}

/* Returns the stored texts of this account, those of one record if it is given; the
   newest first. Each names its record, and the page that it was typed in. */
export function keptTexts(record = "") {
  const start = `${PREFIX}${key}:${record && `${record}:`}`;
  const read = (name) => {
    const [recordName, page] = name.slice(`${PREFIX}${key}:`.length).split(":");
    const text = attempt(() => JSON.parse(localStorage.getItem(name)), null);
    return { ...text, record: recordName, page };
  };
  const texts = key && attempt(isOwner, false) ? names(start).map(read) : [];
  return texts.filter((each) => each.fields).sort((one, two) => two.at - one.at);
}

/* Tells the next page of this tab which text it continues. */
export function passOn(page) {
  attempt(() => sessionStorage.setItem(NEXT_PAGE, page));
}

export function passedOn() {
  const page = attempt(() => sessionStorage.getItem(NEXT_PAGE), null);
  attempt(() => sessionStorage.removeItem(NEXT_PAGE));
  return page;
}

/* Returns the form of a text, on the version that the text was made from. */
export function textBody(text) {
  const pairs = text.fields.flatMap(([, json]) => JSON.parse(json));
  const token = document.querySelector("[name=csrf_token]").value;
  return new URLSearchParams([...pairs, ["version", text.version], ["csrf_token", token]]);
}

/* Sends a text as a button would. If the draft changed or is gone, the page that follows
   shows the text, and what can be done. */
export function submitText(text, url) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  form.hidden = true;
  for (const [name, value] of textBody(text)) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  passOn(text.page);
  form.submit();
}

/* Knows which pages are open: their texts are theirs, and offered to no other tab. */
export class OpenPages {
  #channel = new BroadcastChannel("kb-text");
  #open = new Set();

  constructor(page) {
    this.#channel.addEventListener("message", ({ data }) => {
      if (data.isQuestion) this.#channel.postMessage({ page });
      else this.#open.add(data.page);
    });
  }

  async others() {
    this.#channel.postMessage({ isQuestion: true });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return this.#open;
  }
}

/* Writes a time in the language of the page. */
export function timeText(at) {
  const style = { dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, style).format(at);
}

function deleteOtherTexts() {
  const isOwn = (name) => key && name.startsWith(`${PREFIX}${key}:`);
  for (const name of names(PREFIX)) if (!isOwn(name)) localStorage.removeItem(name);
  attempt(() => (key ? localStorage.setItem(OWNER, key) : localStorage.removeItem(OWNER)));
}

/* Links to the drafts whose texts wait on this device; their forms offer them. */
function showWaiting() {
  const texts = new Map(keptTexts().map((each) => [each.record, each]));
  if (!texts.size || document.querySelector("form[data-draft]")) return;
  const note = document.createElement("div");
  note.className = "note warn gap-s";
  const list = document.createElement("ul");
  for (const text of texts.values()) list.append(waitingItem(text, note));
  note.append(element.dataset.waiting, list);
  document.querySelector("main > .wrap")?.prepend(note);
}

function waitingItem(text, note) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = new URL(text.url, location.origin).pathname;
  link.textContent = text.title;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openDraft(link.href, text);
  });
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn plain";
  button.textContent = element.dataset.forget;
  button.setAttribute("aria-label", `${element.dataset.forget} – ${text.title}`);
  button.addEventListener("click", () => {
    for (const each of keptTexts(text.record)) dropText(text.record, each.page);
    item.remove();
    if (!note.querySelector("li")) note.remove();
  });
  item.append(link, " ", button);
  return item;
}

/* Opens a draft. If somebody published or deleted it, the text is sent: the page that
   follows offers to start a new draft with it. */
async function openDraft(url, text) {
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
  if (answer?.status === 404 || answer?.redirected) submitText(text, url);
  else location.assign(url);
}

/* A sign-out deletes the texts: it asks first if there are any. */
function confirmSignOut(event) {
  const isSignOut = event.target.matches("form[action*='/sign-out']");
  if (isSignOut && keptTexts().length && !confirm(element.dataset.signOut)) {
    event.preventDefault();
  }
}

if (key !== undefined) deleteOtherTexts();
if (key) {
  showWaiting();
  document.addEventListener("submit", confirmSignOut);
}
