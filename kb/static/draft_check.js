/* Shows what the server found in a draft that was saved by itself. */

/* What the server found in the saved draft: the list of what lacks, the button, and the
   error beside each field. Only what differs is replaced, for those who listen to it. */
export function showCheck(form, check) {
  const { summary, publish, lacks, errors, invalid, counts, problems, behind, earlier } = check;
  showPart("draft-check", summary);
  showPart("draft-publish", publish);
  const state = document.getElementById("draft-lacks");
  if (state.textContent !== lacks) state.textContent = lacks;
  for (const count of document.querySelectorAll("[data-count]")) {
    count.textContent = counts[count.dataset.count] ?? "";
  }
  for (const mark of document.querySelectorAll("[data-problems]")) {
    const number = problems[mark.dataset.problems] ?? 0;
    mark.hidden = number === 0;
    mark.querySelector("span").textContent = number;
  }
  for (const acts of form.querySelectorAll("[data-earlier]")) {
    acts.hidden = !earlier.includes(acts.dataset.earlier);
  }
  for (const field of form.querySelectorAll("[data-field]")) {
    showError(field, errors[field.dataset.field] ?? "");
    field.classList.toggle("late", field.dataset.field in behind);
  }
  for (const notes of form.querySelectorAll("[data-notes]")) {
    showPart(notes.id, behind[notes.dataset.notes] ?? "");
  }
  for (const part of form.querySelectorAll("[data-part]")) {
    const isInvalid = invalid.includes(part.id);
    if (part.matches("fieldset")) part.classList.toggle("wrong", isInvalid);
    else setOrRemove(part, "aria-invalid", isInvalid ? "true" : "");
  }
}

function showPart(id, html) {
  const part = document.getElementById(id);
  if (!part) return; // the review of a file has no summary
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
    for (let each = field.closest("details"); each; each = each.parentElement.closest("details")) {
      each.open = true; // an error must be seen
    }
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
