// Folded groups of a long form: a link to a field in one opens it, also in browsers that
// do not do so themselves; what a person has opened stays open after a save.
// On a wide screen, whole sections are open; on a phone, each is opened when it is needed.
const folds = [...document.querySelectorAll("details:is([data-fold], [data-section])")];
const nameOf = (each) => each.dataset.fold ?? each.dataset.section;
const key = `folds ${document.querySelector("form[data-draft]")?.dataset.draft}`;

function open(place) {
  for (let each = place; each; each = each.parentElement?.closest("details")) {
    if (each.matches("details")) each.open = true;
  }
}

function openTarget(hash) {
  const place = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (place?.closest("details")) {
    open(place.closest("details"));
    place.scrollIntoView();
    place.focus();
  }
}

let opened = [];
try {
  opened = JSON.parse(sessionStorage.getItem(key) ?? "[]");
} catch {
  // without storage, groups are folded again
}
for (const each of folds) {
  const isWide = "section" in each.dataset && matchMedia("(min-width:48rem)").matches;
  if (isWide || opened.includes(nameOf(each))) each.open = true;
  each.addEventListener("toggle", () => {
    const names = folds.filter((fold) => fold.open).map(nameOf);
    try {
      sessionStorage.setItem(key, JSON.stringify(names));
    } catch {
      // as above
    }
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link) openTarget(link.hash);
});
if (location.hash) openTarget(location.hash);
