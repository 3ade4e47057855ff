// The page on reading without a network: pages that were seen, and a search over the data
// that the browser keeps. The worker also shows it in place of a page that is not there.
const root = document.getElementById("offline");
const { dataset } = root;
const locale = document.documentElement.lang;
const isMissing = location.pathname !== dataset.own;
const part = (name) => root.querySelector(`[data-part="${name}"]`);

function element(name, content = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = content;
  for (const [key, value] of Object.entries(attributes)) {
    if (value) made.setAttribute(key, value);
  }
  return made;
}

// The text of a kept header, which is escaped as in the page.
function plain(headers, name) {
  const text = decodeURIComponent(headers.get(name) ?? "");
  return new DOMParser().parseFromString(text, "text/html").body.textContent;
}

async function keptPages() {
  const pages = await caches.open("kb-pages");
  const found = [];
  for (const { url } of await pages.keys()) {
    const { headers } = await pages.match(url, { ignoreVary: true });
    const at = Number(headers.get("X-Kept-At"));
    const bytes = Number(headers.get("X-Kept-Bytes"));
    const [title, summary] = ["X-Kept-Title", "X-Kept-Summary"].map((each) => plain(headers, each));
    found.push({ path: new URL(url).pathname, at, bytes, title, summary });
  }
  return found.sort((one, other) => other.at - one.at);
}

function day(at) {
  const name = { fr: "fr-FR", en: "en-GB" }[locale];
  const text = new Date(at).toLocaleDateString(name, { dateStyle: "long" });
  return locale === "fr" ? text.replace(/^1 /, "1er ") : text;
}

function item({ path, at, title, summary }) {
  const lang = path.slice(dataset.root.length, dataset.root.length + 2);
  const made = element("li", "", { lang: lang === locale ? "" : lang });
  const heading = element("h3", "", { class: "t" });
  heading.append(element("a", title || path, { href: path }));
  const seen = element("p", dataset.day.replace("#", day(at)), { class: "small soft", lang: locale });
  made.append(heading, element("p", summary), seen);
  return made;
}

function megabytes(bytes) {
  const number = bytes / 1e6;
  const options = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return number.toLocaleString(locale, options);
}

function showPages(pages) {
  part("pages").replaceChildren(...pages.map(item));
  part("none").hidden = pages.length > 0;
  part("count").textContent = pages.length || "";
  const bytes = pages.reduce((total, each) => total + each.bytes, 0);
  part("size").textContent = dataset.size.replace("#", megabytes(bytes));
}

const script = (src) =>
  new Promise((resolve, reject) => {
    const made = element("script", "", { src });
    made.addEventListener("load", resolve);
    made.addEventListener("error", reject);
    document.head.append(made);
  });

// The data is half a megabyte: it is read only when somebody searches.
async function search() {
  const shell = await caches.open("kb-shell");
  const isKept = dataset.search && (await shell.match(dataset.search, { ignoreVary: true }));
  part("no-search").hidden = Boolean(isKept);
  part("search").hidden = !isKept;
  if (!isKept || !new URLSearchParams(location.search).get("q")) return;
  for (const src of [dataset.search, dataset.script, dataset.results]) await script(src);
}

async function erase() {
  await caches.delete("kb-pages");
  const shell = await caches.open("kb-shell");
  await shell.delete(dataset.search, { ignoreVary: true });
  showPages([]);
  part("status").textContent = dataset.erased;
  await search();
}

async function begin() {
  if (isMissing) {
    document.getElementById("heading").textContent = dataset.missing;
    part("lead").textContent = dataset.missingLead;
    part("again").hidden = false;
    part("again").querySelector("a").href = location.href;
    document.title = `${dataset.missing} – ${document.title}`;
  }
  const isOn = document.querySelector("script[data-worker]");
  if (!isOn || !("serviceWorker" in navigator) || !window.caches) return;
  for (const each of root.querySelectorAll(".kept")) each.hidden = false;
  part("without").hidden = true;
  part("erase").addEventListener("click", erase);
  const pages = await keptPages();
  showPages(pages);
  window.KbKept = new Set(pages.map(({ path }) => path));
  await search();
}

begin();
