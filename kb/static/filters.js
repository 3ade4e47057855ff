/* Applies the filters of a list as they are chosen, in place.

   The form works without this script: its button sends it. With it, a desk shows the
   new results at once, and the focus stays on the filter that changed; on a phone the
   sheet stays open, and its button counts the results. Each state is the page that the
   server renders for the address of the form: this script only replaces parts of it.
   The order is applied when it is chosen, too; style sheets hide its button. */

const PAUSE_MS = 150;
const PARTS = ["list-head", "tabs", "results"];

class Filters {
  #form;
  #status = document.createElement("p");
  #timer = 0;
  #request = null;
  #wasOpen = new WeakMap();
  #shown = location.search;

  constructor(form) {
    this.#form = form;
    this.#status.className = "vh";
    this.#status.setAttribute("role", "status");
    document.body.append(this.#status);
    form.addEventListener("change", (event) => this.#changed(event));
    form.addEventListener("input", (event) => this.#searched(event.target));
    form.addEventListener("keydown", (event) => this.#pressed(event));
    // A link inside the page changes only the fragment.
    addEventListener("popstate", () => {
      if (location.search !== this.#shown) location.reload();
    });
    this.#showBoxes();
  }

  /* The sheet of a phone has the same choice. */
  sort(value) {
    this.#form.elements.sort.value = value;
    this.#apply();
  }

  get #isSheet() {
    return this.#form.matches(":popover-open");
  }

  get #address() {
    const parameters = new URLSearchParams();
    for (const [name, value] of new FormData(this.#form)) {
      if (value !== "") parameters.append(name, value);
    }
    const text = parameters.toString();
    const path = this.#form.getAttribute("action");
    return text ? `${path}?${text}` : path;
  }

  #changed(event) {
    if (event.target.matches(".among")) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#apply(), PAUSE_MS);
  }

  /* Enter in the box of a long list must not send the form. */
  #pressed(event) {
    if (event.key === "Enter" && event.target.matches(".among")) event.preventDefault();
  }

  async #apply() {
    this.#request?.abort();
    this.#request = new AbortController();
    const address = this.#address;
    try {
      const response = await fetch(address, { signal: this.#request.signal });
      if (!response.ok) throw new Error(response.statusText);
      const text = await response.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      this.#show(page, address);
    } catch (error) {
      // The plain form shows what is wrong.
      if (error.name !== "AbortError" && !this.#isSheet) this.#form.submit();
    }
  }

  #show(page, address) {
    this.#status.textContent = page.querySelector("#count")?.textContent ?? "";
    this.#showCounts(page);
    if (this.#isSheet) return;
    const focused = document.activeElement?.id;
    for (const id of PARTS) {
      const [old, now] = [document.getElementById(id), page.getElementById(id)];
      if (old && now) old.replaceWith(document.adoptNode(now));
    }
    if (focused === "sort") document.getElementById(focused)?.focus();
    const back = page.querySelector("#dossier-form [name=back]");
    const field = document.querySelector("#dossier-form [name=back]");
    if (back && field) field.value = back.value;
    document.title = page.title;
    history.pushState(null, "", address);
    this.#shown = location.search;
  }

  /* Puts the new options into the form. A checkbox that was there stays, so that the
     focus does too, and so does what the visitor opened. */
  #showCounts(page) {
    const next = page.getElementById(this.#form.id);
    if (!next) return;
    const button = next.querySelector(".go button");
    this.#form.querySelector(".go button").textContent = button.textContent;
    const boxes = new Map();
    for (const each of next.querySelectorAll("[type=checkbox]")) {
      boxes.set(`${each.name}=${each.value}`, each);
    }
    for (const box of this.#form.querySelectorAll("[type=checkbox]")) {
      const counted = boxes.get(`${box.name}=${box.value}`);
      const number = box.parentElement.querySelector(".num");
      number.textContent = counted
        ? counted.parentElement.querySelector(".num").textContent
        : "0";
      boxes.delete(`${box.name}=${box.value}`);
    }
    for (const added of boxes.values()) this.#add(added);
  }

  /* Adds an option that the first page did not count, at the end of its list. */
  #add(box) {
    const list = this.#form.querySelector(
      `[data-facet="${box.name}"] fieldset > ul:last-of-type`,
    );
    if (!list) return;
    const item = document.createElement("li");
    item.append(document.adoptNode(box.closest("label")));
    list.append(item);
  }

  #showBoxes() {
    for (const box of this.#form.querySelectorAll(".among")) box.hidden = false;
  }

  /* Shows the options whose label contains what is typed, and opens what folds them. */
  #searched(box) {
    if (!box.matches(".among")) return;
    const sought = plain(box.value);
    const fieldset = box.closest("fieldset");
    for (const item of [...fieldset.querySelectorAll("li")].reverse()) {
      const isFound = plain(item.querySelector("label").textContent).includes(sought);
      item.hidden = !isFound && !item.querySelector("li:not([hidden])");
    }
    for (const fold of fieldset.querySelectorAll("details")) {
      if (!this.#wasOpen.has(fold)) this.#wasOpen.set(fold, fold.open);
      fold.hidden = sought !== "" && !fold.querySelector("li:not([hidden])");
      fold.open = sought !== "" || this.#wasOpen.get(fold);
    }
    if (sought === "") this.#wasOpen = new WeakMap();
  }
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().trim();
}

const form = document.getElementById("filters");
const filters = form ? new Filters(form) : null;
document.addEventListener("change", ({ target }) => {
  if (target.id !== "sort") return;
  if (filters) filters.sort(target.value);
  else target.form.submit();
});
