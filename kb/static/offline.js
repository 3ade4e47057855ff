// Registers the service worker once the page has loaded, and has it keep the search of
// the page's language, unless the reader saves data.
const { worker } = document.querySelector("script[data-worker]").dataset;

async function register() {
  await navigator.serviceWorker.register(worker, { updateViaCache: "none" });
  if (navigator.connection?.saveData) return;
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ search: document.documentElement.lang });
}

// Without TLS, or where a browser allows no storage, there is nothing to keep.
const start = () => setTimeout(() => register().catch(() => {}), 1000);
if ("serviceWorker" in navigator) {
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}
