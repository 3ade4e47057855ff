// Sends the forms of the dossier without leaving the page, by a script loaded then.
// Without an answer, the form is sent as without script. Forms of the dossier's own
// page have no `back`: they reload it.

const link = document.querySelector("[data-change]");
let isPlain = false;

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const isSentHere =
    link?.getAttribute("href") === form.getAttribute("action") &&
    form.querySelector("[name=back]");
  if (isPlain || !submitter || !isSentHere) return;
  event.preventDefault();
  try {
    await (await import(link.dataset.change)).send(form, submitter);
  } catch {
    isPlain = true;
    form.requestSubmit(submitter);
  }
});
