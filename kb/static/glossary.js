/* Filters the glossary as one types: a word stays when its titles or its definition
   contain what is typed. Without this script, the box searches the list when sent. */

const wide = matchMedia("(min-width: 41.01rem)");

function plain(text) {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().trim();
}

function message(status, count) {
  if (count === 0) return status.dataset.none;
  const text = count === 1 ? status.dataset.one : status.dataset.many;
  return text.replace("#", count);
}

function filter(sought) {
  let count = 0;
  for (const group of document.querySelectorAll("#results .group")) {
    let here = 0;
    for (const entry of group.querySelectorAll(".wordlist > div")) {
      entry.hidden = !plain(entry.textContent).includes(sought);
      here += entry.hidden ? 0 : 1;
    }
    group.hidden = here === 0;
    group.querySelector(".letter").open = sought !== "" || wide.matches;
    const leap = document.querySelector(`.leaps a[href="#${CSS.escape(group.id)}"]`);
    if (leap) leap.parentElement.hidden = group.hidden;
    count += here;
  }
  const status = document.querySelector(".wordcount");
  status.textContent = sought ? message(status, count) : "";
}

// On a phone the letters are folded; styles show them unfolded on wide screens.
function unfold() {
  for (const letter of document.querySelectorAll(".letter")) letter.open = wide.matches;
}

wide.addEventListener("change", unfold);
if (wide.matches) unfold();

// A link of the bar of letters also unfolds its letter.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".leaps a");
  const letter = link && document.querySelector(`${link.hash} .letter`);
  if (letter) letter.open = true;
});

// The filters of the page replace the box: the document hears it.
document.addEventListener("input", (event) => {
  if (event.target.id === "word") filter(plain(event.target.value));
});
