// "Tick all" in lists of rows; without this script, rows are ticked one by one.
// Once all rows of the page are ticked, the box for all rows of the list is shown.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const box = all.querySelector("input");
  const rows = [...box.form.elements].filter((each) => "row" in each.dataset);
  const whole = all.parentElement.querySelector("[data-whole-list]");
  const wholeBox = whole && whole.querySelector("input");
  const follow = () => {
    const ticked = rows.filter((each) => each.checked).length;
    box.checked = ticked === rows.length;
    box.indeterminate = ticked > 0 && ticked < rows.length;
    if (!whole) return;
    whole.hidden = !box.checked || rows.length === 0;
    if (wholeBox && whole.hidden) wholeBox.checked = false;
  };
  box.addEventListener("change", () => {
    for (const each of rows) each.checked = box.checked;
    follow();
  });
  for (const each of rows) each.addEventListener("change", follow);
  // A box that was ticked before the page was loaded again covers all rows.
  if (wholeBox && wholeBox.checked) for (const each of rows) each.checked = true;
  follow();
  all.hidden = rows.length < 2;
}
