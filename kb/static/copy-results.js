// Shows the results of the search of the copy: the address holds words and filters.
// Offline, on the site, `KbKept` has the paths of the pages that the browser keeps.
"use strict";

(() => {
  const root = document.getElementById("copy-search");
  if (!root) return;
  const { data, search } = KbSearch;
  const { dataset } = root;
  const locale = dataset.locale;
  const PAGE = 20;

  const parameters = new URLSearchParams(location.search);
  const text = (parameters.get("q") ?? "").trim();
  const filters = {};
  for (const [name, value] of parameters) {
    if (data.facets[name] && value) (filters[name] ??= []).push(value);
  }

  function element(name, content = "", attributes = {}) {
    const made = document.createElement(name);
    made.textContent = content;
    for (const [key, value] of Object.entries(attributes)) {
      if (value) made.setAttribute(key, value);
    }
    return made;
  }

  function chip(name, value) {
    const facet = data.facets[name];
    const rest = new URLSearchParams(parameters);
    rest.delete(name);
    for (const each of filters[name]) if (each !== value) rest.append(name, each);
    const label = facet.labels[locale][value] ?? value;
    return element("a", `${facet.name[locale]} : ${label} ×`, {
      href: `search.html?${rest}`,
      class: "btn line",
      "aria-label": `${dataset.remove} ${facet.name[locale]} : ${label}`,
    });
  }

  function item(id) {
    const record = data.records[id];
    const edition = record[locale];
    const lang = edition.lang === locale ? "" : edition.lang;
    const made = element("li");
    const kind = element("p", data.kinds[record.kind][locale], { class: "small soft" });
    const title = element("h3");
    title.append(link(id, "title"));
    made.append(kind, title, element("p", edition.summary, { lang }));
    if (result.partial.has(id)) {
      made.append(element("p", dataset.partial, { class: "small soft" }));
    }
    if (window.KbKept) {
      const isKept = KbKept.has(`${dataset.base}${record.id}`);
      made.append(element("p", isKept ? dataset.kept : dataset.away, { class: "small soft" }));
    }
    return made;
  }

  function link(id, field) {
    const edition = data.records[id][locale];
    const lang = edition.lang === locale ? "" : edition.lang;
    const href = dataset.base ? `${dataset.base}${data.records[id].id}` : `../${edition.file}`;
    return element("a", edition[field], { href, lang });
  }

  function answerPart(name, ids) {
    const made = element("section", "", { class: "answer-part" });
    const items = element("ul", "", { class: "says" });
    for (const id of ids) {
      const line = element("li");
      line.append(link(id, "title"));
      items.append(line);
    }
    made.append(element("h3", name), items);
    return ids.length ? [made] : [];
  }

  // The answer of the site in short: the page of the need, in the copy, has all of it.
  function answerBox({ need, closest, practices, recommendations }) {
    const made = element("section", "", { class: "answer", "aria-labelledby": "answer" });
    const header = element("header");
    const title = element("h2", data.records[closest][locale].summary, { id: "answer" });
    const whole = element("p", `${dataset.whole} `, { class: "by" });
    whole.append(link(need, "title"));
    header.append(element("p", dataset.answer, { class: "what" }), title, whole);
    made.append(
      header,
      ...answerPart(dataset.exists, practices),
      ...answerPart(dataset.recommended, recommendations),
    );
    return made;
  }

  function list(ids) {
    if (!ids.length) return;
    const made = element("ol", "", { class: "bare copy-results" });
    const more = element("button", dataset.more, { type: "button", class: "btn line" });
    let shown = 0;
    const show = () => {
      made.append(...ids.slice(shown, shown + PAGE).map(item));
      shown += PAGE;
      more.hidden = shown >= ids.length;
    };
    more.addEventListener("click", show);
    show();
    root.append(made, more);
  }

  for (const box of document.querySelectorAll("form input[name=q]")) box.value = text;
  for (const other of document.querySelectorAll(".tools a[hreflang]")) {
    other.search = location.search;
  }
  if (text) {
    document.getElementById("heading").textContent = text;
    document.title = `${text} – ${document.title}`;
  }
  const result = search(text, locale, filters);
  const total = result.ids.length;
  const chips = element("p", "", { class: "copy-chips" });
  for (const [name, values] of Object.entries(filters)) {
    chips.append(...values.map((value) => chip(name, value)));
  }
  const count = total ? dataset.count.replace("#", total) : dataset.none;
  if (result.answer) root.append(answerBox(result.answer));
  root.append(chips, element("p", count, { role: "status", id: "count" }));
  if (result.corrected) {
    root.append(element("p", dataset.corrected.replace("#", result.corrected)));
  }
  list(result.ids);
})();
