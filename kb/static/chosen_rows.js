// "Tick all" in lists of drafts; without this script, rows are ticked one by one.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const box = all.querySelector("input");
  const rows = [...box.form.elements].filter((each) => "row" in each.dataset);
  const follow = () => {
    const ticked = rows.filter((each) => each.checked).length;
    box.checked = ticked === rows.length;
    box.indeterminate = ticked > 0 && ticked < rows.length;
  };
  box.addEventListener("change", () => {
    for (const each of rows) each.checked = box.checked;
  });
  for (const each of rows) each.addEventListener("change", follow);
  follow();
  all.hidden = rows.length < 2;
}
