/* Suggests names under the search box as they are typed.

   The box becomes an editable combobox with list autocomplete, as the ARIA Authoring
   Practices describe it. Without this script it is a plain box of a plain form, and all
   it finds can be found. Every word comes from the page, which has it in its language. */

const MIN_CHARACTERS = 2;
const PAUSE_MS = 120;
const SVG = "http://www.w3.org/2000/svg";

/* A keyboard on a screen composes every word, letter by letter. Elsewhere, what is being
   composed is not a word yet, and has a list of its own under it. */
const composesEveryWord = matchMedia("(pointer: coarse)").matches;

class SuggestionBox {
  #form;
  #input;
  #list = document.createElement("ul");
  #status = document.createElement("div");
  #counts;
  #kinds;
  #options = [];
  #active = -1;
  #timer = 0;
  #request = null;

  constructor(form) {
    this.#form = form;
    this.#input = form.elements.q;
    this.#counts = JSON.parse(form.dataset.counts);
    this.#kinds = JSON.parse(form.dataset.kinds);
    this.#prepare();
    this.#listen();
  }

  #prepare() {
    this.#list.id = `${this.#input.id}-suggestions`;
    this.#list.className = "suggestions bare";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.#form.dataset.label);
    this.#status.className = "vh";
    this.#status.setAttribute("role", "status");
    this.#form.append(this.#list, this.#status);
    this.#input.setAttribute("role", "combobox");
    this.#input.setAttribute("aria-autocomplete", "list");
    this.#input.setAttribute("aria-controls", this.#list.id);
    this.#input.setAttribute("aria-expanded", "false");
  }

  #listen() {
    this.#input.addEventListener("input", (event) => this.#typed(event.isComposing));
    this.#input.addEventListener("compositionend", () => this.#typed(false));
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#input.addEventListener("blur", () => this.#close());
    this.#form.addEventListener("submit", () => this.#close());
    // The box keeps the focus while the list is pressed, dragged or scrolled.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("pointerdown", (event) => {
      if (!this.#form.contains(event.target)) this.#close();
    });
    // A page that is come back to may be as it was left.
    addEventListener("pageshow", () => this.#close());
  }

  get #isOpen() {
    return !this.#list.hidden;
  }

  #typed(isComposing) {
    if (isComposing && !composesEveryWord) return;
    this.#stop();
    this.#activate(-1);
    this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  #pressed(event) {
    // Safari ends composing before it tells of the Enter that ended it, by this code.
    if (event.isComposing || event.keyCode === 229) return;
    const isOption = this.#isOpen && this.#active >= 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#move(event.key === "ArrowDown", event.altKey);
    } else if (event.key === "Enter" && isOption) {
      event.preventDefault();
      this.#choose(this.#active);
    } else if (event.key === "Escape" && this.#isOpen) {
      event.preventDefault();
      this.#close();
    } else if (event.key === "Escape") {
      this.#close();
      this.#input.value = "";
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      this.#activate(-1);
    }
  }

  /* The arrows go round the list; with Alt they only open and close it. */
  async #move(isDown, isAlone) {
    if (isAlone && !isDown) {
      this.#close();
      return;
    }
    if (!this.#isOpen) await this.#ask();
    const count = this.#options.length;
    if (isAlone || !this.#isOpen) return;
    if (this.#active < 0) this.#activate(isDown ? 0 : count - 1);
    else this.#activate((this.#active + (isDown ? 1 : count - 1)) % count);
  }

  async #ask() {
    this.#stop();
    const text = this.#input.value.trim();
    if ([...text].length < MIN_CHARACTERS) {
      this.#close();
      return;
    }
    const request = new AbortController();
    this.#request = request;
    const address = new URL(this.#form.dataset.suggest, location.href);
    address.searchParams.set("q", text);
    try {
      const response = await fetch(address, { signal: request.signal });
      const suggestions = response.ok ? (await response.json()).suggestions : [];
      if (!request.signal.aborted) this.#show(suggestions, text);
    } catch {
      // Without an answer the box goes on as a box.
      if (!request.signal.aborted) this.#close();
    }
  }

  #show(suggestions, text) {
    this.#options = suggestions;
    this.#list.replaceChildren(
      ...suggestions.map((each, number) => this.#option(each, number, text)),
    );
    this.#list.hidden = suggestions.length === 0;
    this.#list.scrollTop = 0;
    this.#input.setAttribute("aria-expanded", String(this.#isOpen));
    this.#activate(-1);
    this.#status.textContent = this.#counts[suggestions.length];
  }

  #option(suggestion, number, text) {
    const [icon, label] = this.#kinds[suggestion.kind];
    const option = document.createElement("li");
    option.id = `${this.#list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const name = this.#words("name", suggestion);
    name.replaceChildren(...marked(suggestion.text, text));
    const kind = document.createElement("span");
    kind.className = `kind k-${icon}`;
    kind.append(this.#icon(icon), label);
    option.append(name, " ", kind);
    if (suggestion.title) option.append(" ", this.#words("other", suggestion.title));
    return option;
  }

  #words(className, { text, locale }) {
    const words = document.createElement("span");
    words.className = className;
    words.textContent = text;
    if (locale !== document.documentElement.lang) words.lang = locale;
    return words;
  }

  #icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${this.#form.dataset.icons}#i-${name}`);
    svg.append(use);
    return svg;
  }

  #activate(number) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = number;
    const option = this.#list.children[number];
    if (option === undefined) {
      this.#input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }

  #clicked(event) {
    const option = event.target.closest("[role=option]");
    if (option === null) return;
    const number = [...this.#list.children].indexOf(option);
    if (event.ctrlKey || event.metaKey) {
      open(this.#options[number].url, "_blank", "noopener");
    } else {
      this.#choose(number);
    }
  }

  #choose(number) {
    const { url } = this.#options[number];
    this.#close();
    location.assign(url);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  #close() {
    this.#stop();
    this.#activate(-1);
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#status.textContent = "";
  }
}

/* Give the pieces of a name, the letters that were typed marked where words begin so.
   A letter alone, an elided article for one, would mark too many. */
function marked(name, typed) {
  const beginnings = (folded(typed).match(/[\p{L}\p{N}]{2,}/gu) ?? [])
    .sort((one, other) => other.length - one.length);
  const pieces = [];
  for (const [piece] of name.matchAll(/[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]+/gu)) {
    const beginning = beginnings.find((each) => folded(piece).startsWith(each));
    const stop = beginning === undefined ? 0 : lengthOf(beginning, piece);
    if (stop > 0) {
      const mark = document.createElement("mark");
      mark.textContent = piece.slice(0, stop);
      pieces.push(mark);
    }
    pieces.push(piece.slice(stop));
  }
  return pieces;
}

/* Give how many characters of a word have, without accents, those of its beginning. */
function lengthOf(beginning, word) {
  let stop = beginning.length;
  while (stop > 1 && folded(word.slice(0, stop - 1)).length >= beginning.length) stop -= 1;
  while (stop < word.length && folded(word.slice(0, stop)).length < beginning.length) stop += 1;
  return stop;
}

function folded(text) {
  return text
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
}

for (const form of document.querySelectorAll("form[data-suggest]")) {
  new SuggestionBox(form);
}
