/* Shows what the server answers to a form of the dossier: place, scroll and focus stay. */

const link = document.querySelector("[data-change]");
const style = document.createElement("link");
style.rel = "stylesheet";
style.href = link.dataset.style;
const isStyled = new Promise((done) => {
  style.onload = style.onerror = done;
});
document.head.append(style);

const status = document.createElement("div");
status.setAttribute("role", "status");
document.body.append(status);

let isPending = false;

/* The bar and the tint go with the next act, whatever it is. */
document.addEventListener(
  "click",
  (event) => {
    if (!status.contains(event.target)) clear();
  },
  true,
);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear();
});

/* Sends a form with its button; throws if there is no answer to show. */
export async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  fields.append(button.name, button.value);
  await change(fields, button);
}

async function change(fields, button) {
  if (isPending) return;
  isPending = true;
  try {
    const response = await fetch(link.href, {
      method: "POST",
      body: fields,
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!response.ok) throw new Error(response.statusText);
    const answer = await response.json();
    await isStyled;
    show(answer, button);
  } finally {
    isPending = false;
  }
}

function clear() {
  status.replaceChildren();
  for (const item of document.querySelectorAll(".just")) item.classList.remove("just");
}

function show(answer, button) {
  clear();
  const ids = new Set(answer.ids);
  for (const other of document.querySelectorAll(".add[form=dossier-form]")) {
    mark(other, ids.has(other.value), answer.labels);
  }
  const record = button.form?.querySelector("[name=id]")?.value;
  if (record !== undefined) label(button, ids.has(record), answer.labels);
  count(answer);
  status.append(bar(answer, button));
}

/* The button of an item, whose line is tinted when it was added. */
function mark(button, isOn, labels) {
  if (button.classList.contains("on") === isOn) return;
  const title = isOn ? labels.remove.title : labels.add.title;
  button.ariaLabel = button.ariaLabel.replace(button.title, title);
  button.title = title;
  button.name = isOn ? "remove" : "add";
  button.classList.toggle("on", isOn);
  draw(button, isOn);
  if (isOn) button.closest("li")?.classList.add("just");
}

/* The button of a record's own page, which has its words. */
function label(button, isOn, labels) {
  const { long, short } = isOn ? labels.remove : labels.add;
  const words = button.querySelector(".long") ?? button.lastChild;
  words.textContent = long;
  const shorter = button.querySelector(".short");
  if (shorter !== null) shorter.textContent = short;
  button.value = isOn ? "remove" : "add";
  draw(button, isOn);
}

function draw(button, isOn) {
  const use = button.querySelector("use");
  const [sprite] = use.getAttribute("href").split("#");
  use.setAttribute("href", `${sprite}#i-${isOn ? "check" : "plus"}`);
}

function count({ total, unit }) {
  link.querySelector(".count")?.remove();
  if (total === 0) return;
  const number = element("span", "count num", `${total}`);
  number.append(element("span", "vh", ` ${unit}`));
  link.append(number);
}

function bar(answer, button) {
  const line = element("div", "status-line");
  const wrap = element("div", "wrap");
  const message = element("p", "", answer.message);
  const sign = button.querySelector("svg").cloneNode(true);
  message.prepend(sign);
  wrap.append(message);
  draw(message, true);
  if (answer.undo) wrap.append(undo(answer, button));
  const see = element("a", "", answer.see);
  see.href = link.href;
  wrap.append(see);
  line.append(wrap);
  return line;
}

function undo(answer, button) {
  const undoing = element("button", "", answer.undo.label);
  undoing.type = "button";
  undoing.addEventListener("click", () => {
    button.focus();
    const fields = new URLSearchParams(answer.undo.fields);
    change(fields, button).catch(() => location.assign(link.href));
  });
  return undoing;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
