// Keeps what a reader needs without a network: the shell (sheets, scripts, fonts, icons),
// the public pages that were seen, and the data of the small search. The network comes
// first: a kept page is shown only when it fails or does not answer, and says its day.
// The server writes `KB` before this text: what to keep, with versions in the addresses.
"use strict";

const SHELL = "kb-shell";
const PAGES = "kb-pages";
const MAX_PAGES = 100;
const MAX_BYTES = 8_000_000;
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;
const SLOW_MS = 5000;
const DOSSIER_MS = 1500;
const KEPT = new RegExp(KB.kept);
const OTHER = new RegExp(KB.other);
const FROM_SEARCH = "from"; // the parameter of a record that a search led to
const ANY = { ignoreVary: true };

const absolute = (url) => new URL(url, location.href).href;

addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  const shell = await caches.open(SHELL);
  const here = new Set((await shell.keys()).map(({ url }) => url));
  await shell.addAll(KB.shell.filter((url) => !here.has(absolute(url))));
  for (const url of Object.values(KB.offline)) {
    // Without cookies: the page must not count the records of a dossier.
    const answer = await fetch(url, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    await shell.put(url, answer);
  }
  await skipWaiting();
}

addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
  const urls = [KB.shell, KB.offline, KB.search].flatMap(Object.values).map(absolute);
  const shell = await caches.open(SHELL);
  for (const request of await shell.keys()) {
    if (!urls.includes(request.url)) await shell.delete(request);
  }
  await trim(await caches.open(PAGES));
  await clients.claim();
}

// A page that has loaded asks for the search of its language.
addEventListener("message", (event) => {
  const url = KB.search[event.data.search];
  if (url) event.waitUntil(keepSearch(url));
});

async function keepSearch(url) {
  const shell = await caches.open(SHELL);
  if (!(await shell.match(url, ANY))) await shell.add(url);
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || !url.pathname.startsWith(KB.root)) return;
  const path = url.pathname.slice(KB.root.length);
  if (request.method === "POST" && path.endsWith("/dossier")) {
    event.waitUntil(renewDossier(url.pathname));
  } else if (request.method !== "GET") {
    return;
  } else if (path.startsWith("static/") || path.startsWith("offline/search-")) {
    event.respondWith(shellFile(request));
  } else if (request.mode === "navigate" && (!path || KEPT.test(path) || OTHER.test(path))) {
    event.respondWith(page(event, url, path));
  }
});

// The address of a file of the shell has its digest: the kept one is the right one.
async function shellFile(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request, ANY);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    // A page of an earlier release.
    const other = await shell.match(request, { ...ANY, ignoreSearch: true });
    if (other) return other;
    throw error;
  }
}

// The address that a page is kept under; "" for one that is not kept.
function keyOf(url, path) {
  const others = [...url.searchParams.keys()].filter((name) => name !== FROM_SEARCH);
  return KEPT.test(path) && !others.length ? url.origin + url.pathname : "";
}

async function page(event, url, path) {
  const key = keyOf(url, path);
  const network = fetch(event.request);
  network.catch(() => {});
  const kept = key && (await (await caches.open(PAGES)).match(key, ANY));
  let state = "offline";
  try {
    const answer = await (kept ? Promise.race([network, wait(SLOW_MS)]) : network);
    if (answer && !(kept && [502, 503, 504].includes(answer.status))) {
      if (key) event.waitUntil(keep(key, answer.clone()));
      return answer;
    }
    state = "slow";
  } catch {
    // No network.
  }
  const locale = path.slice(0, 2);
  if (kept) return marked(kept, locale, state);
  if (!path) return Response.redirect(KB.root + (isFrench() ? "fr/" : "en/"));
  const missing = await (await caches.open(SHELL)).match(KB.offline[locale], ANY);
  return missing ? marked(missing, locale, "missing") : Response.error();
}

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
const isFrench = () => navigator.language.toLowerCase().startsWith("fr");

async function keep(key, answer) {
  const pages = await caches.open(PAGES);
  if ([404, 410].includes(answer.status)) return pages.delete(key);
  const headers = new Headers(answer.headers);
  const isPage = (headers.get("Content-Type") ?? "").startsWith("text/html");
  const isPrivate = (headers.get("Cache-Control") ?? "").includes("no-store");
  if (answer.status !== 200 || answer.redirected || !isPage || isPrivate) return false;
  const text = await answer.text();
  const found = (pattern) => encodeURIComponent(pattern.exec(text)?.[1].trim() ?? "");
  headers.delete("Content-Encoding");
  headers.set("X-Kept-At", Date.now());
  headers.set("X-Kept-Bytes", new Blob([text]).size);
  headers.set("X-Kept-Title", found(/<title>([^<]*?)(?: – [^<–]*)?<\/title>/));
  headers.set("X-Kept-Summary", found(/<meta name="description"\s+content="([^"]*)"/));
  await pages.put(key, new Response(text, { headers }));
  return trim(pages);
}

// Deletes the pages seen longest ago, beyond the limits.
async function trim(pages) {
  const all = [];
  for (const request of await pages.keys()) {
    const { headers } = await pages.match(request, ANY);
    const of = (name) => Number(headers.get(name));
    all.push({ request, at: of("X-Kept-At"), bytes: of("X-Kept-Bytes") });
  }
  all.sort((one, other) => other.at - one.at);
  let bytes = 0;
  for (const [index, one] of all.entries()) {
    bytes += one.bytes;
    const isOld = Date.now() - one.at > MAX_AGE_MS;
    if (index >= MAX_PAGES || bytes > MAX_BYTES || isOld) await pages.delete(one.request);
  }
}

// The page on reading offline has the bars, in templates of its language.
async function marked(answer, locale, state) {
  const shell = await caches.open(SHELL);
  const words = await (await shell.match(KB.offline[locale], ANY))?.text();
  const bar = new RegExp(`<template data-bar="${state}">([^]*?)</template>`).exec(words ?? "");
  const at = new Date(Number(answer.headers.get("X-Kept-At")));
  const [name, first] = locale === "fr" ? ["fr-FR", "1er "] : ["en-GB", "1 "];
  const day = at.toLocaleDateString(name, { dateStyle: "long" }).replace(/^1 /, first);
  const shown = bar ? bar[1].replace("{day}", day) : "";
  const text = await answer.text();
  const noted = text.replace('<main id="content">', (main) => main + shown);
  return new Response(noted, { headers: answer.headers });
}

// Keeps the dossier as it is after a change; that in the other language is old then.
async function renewDossier(pathname) {
  const pages = await caches.open(PAGES);
  for (const url of Object.values(KB.offline)) {
    await pages.delete(absolute(url.replace(/offline$/, "dossier")));
  }
  await wait(DOSSIER_MS);
  const key = absolute(pathname);
  await keep(key, await fetch(key));
}
