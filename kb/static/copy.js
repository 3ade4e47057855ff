// Adds a button that copies the text of a read-only field or of an element. Without
// script, the text can be selected and copied by hand.

const SVG = "http://www.w3.org/2000/svg";

function icon(sprite, name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#i-${name}`);
  svg.append(use);
  return svg;
}

function select(field) {
  if (field instanceof HTMLInputElement) {
    field.select();
  } else {
    getSelection().selectAllChildren(field);
  }
}

// A word processor takes the italics of a reference from the HTML.
function formats(field) {
  const blob = (text, type) => new Blob([text], { type });
  const plain = blob(field.value ?? field.textContent, "text/plain");
  return field instanceof HTMLInputElement
    ? { "text/plain": plain }
    : { "text/plain": plain, "text/html": blob(field.innerHTML, "text/html") };
}

async function copy(field) {
  select(field);
  try {
    await navigator.clipboard.write([new ClipboardItem(formats(field))]);
    return true;
  } catch {
    // Without TLS there is no clipboard: the text stays selected.
    return document.execCommand("copy");
  }
}

for (const field of document.querySelectorAll("[data-copy]")) {
  const { copy: label, copied, icons } = field.dataset;
  const button = document.createElement("button");
  const status = document.createElement("span");
  const show = (name, text) => button.replaceChildren(icon(icons, name), text);
  button.type = "button";
  button.className = field instanceof HTMLInputElement ? "btn" : "btn plain";
  status.className = "vh";
  status.role = "status";
  show("copy", label);
  button.addEventListener("click", async () => {
    if (await copy(field)) {
      show("check", copied);
      status.textContent = copied;
    }
  });
  field.after(button, status);
}
