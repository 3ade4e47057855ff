/* Shows the earlier text of the slider while it moves; without this script, a button does. */

const form = document.querySelector("form[data-slider]");
let asked = 0;

async function show() {
  const turn = (asked += 1);
  const url = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(url).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  const page = new DOMParser().parseFromString(html, "text/html");
  const part = page.getElementById(form.dataset.slider);
  if (turn !== asked || !part) return;
  document.getElementById(form.dataset.slider).replaceWith(document.adoptNode(part));
  history.replaceState(null, "", url);
}

if (form) {
  form.elements.n.addEventListener("input", show);
}
