// The review of a file by keyboard, and the one set of buttons of its paragraphs.
// A key acts on the field or passage that has the focus, never on what is typed in it.
const items = [...document.querySelectorAll("[data-item]")];
const hint = document.getElementById("review-keys");
const typed = "input, textarea, select, summary, a, button";

function go(item) {
  if (!item) return;
  item.focus();
  item.scrollIntoView({ block: "nearest" });
}

// The place of a value on the picture is marked, and in view, while its field has the focus.
function showPlace(item) {
  for (const mark of document.querySelectorAll(".sheets .now")) mark.classList.remove("now");
  const mark = document.getElementById(`on-${item.id}`);
  const sheets = mark?.closest(".sheets");
  if (!sheets || getComputedStyle(sheets).position !== "sticky") return;
  mark.classList.add("now");
  const offset = mark.getBoundingClientRect().top - sheets.getBoundingClientRect().top;
  sheets.scrollTop += offset - sheets.clientHeight / 3;
}

function press(item, event) {
  if (event.key === "ArrowDown") go(items[items.indexOf(item) + 1]);
  else if (event.key === "ArrowUp") go(items[items.indexOf(item) - 1]);
  else if (event.key.toUpperCase() === hint.dataset.change) {
    item.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  } else {
    const buttons = [...item.querySelectorAll("[aria-keyshortcuts]")];
    const button = buttons.find((each) => each.ariaKeyShortcuts === event.key.toUpperCase());
    if (!button) return;
    button.click();
  }
  event.preventDefault();
}

hint.hidden = items.length === 0;
for (const item of items) {
  item.tabIndex = 0;
  item.addEventListener("focusin", () => showPlace(item));
  item.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") go(item);
    else if (event.target === item || !event.target.matches(typed)) press(item, event);
  });
}
// After a decision, the next item that waits for one has the focus: once the browser has
// shown the place that the address names.
addEventListener("load", () => {
  const place = items.findIndex((item) => `#${item.id}` === location.hash);
  if (place < 0) return;
  const isOpen = (item) => item.dataset.item === "open";
  setTimeout(() => go(items.slice(place).find(isOpen) ?? items[place]));
});

const make = document.getElementById("make")?.content.firstElementChild.cloneNode(true);

function moveTo(row) {
  if (!row || make.parentElement === row) return;
  const box = row.querySelector("[name=passage]");
  const words = row.querySelector(".mark-text").firstElementChild.textContent.trim();
  for (const button of make.querySelectorAll("button")) {
    button.value = `${button.value.split(":")[0]}:${box.value}`;
    button.querySelector(".vh").textContent = ` – ${words.slice(0, 60)}`;
  }
  row.append(make);
}

if (make) {
  for (const name of ["pointerover", "focusin", "click"]) {
    document.querySelector("form.marks").addEventListener(name, (event) => {
      moveTo(event.target.closest(".mark-row"));
    });
  }
  moveTo(document.querySelector(".mark-row:target"));
}
