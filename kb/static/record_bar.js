// Sharing by the device where it can, else by a panel; and printing.
const panel = document.querySelector("details.share");
const summary = panel?.querySelector("summary");

summary?.addEventListener("click", async (event) => {
  if (!navigator.share || panel.open) return;
  event.preventDefault();
  const { value: url } = panel.querySelector("input");
  try {
    await navigator.share({ title: document.title, url });
  } catch {
    panel.open = true; // Nothing was shared: the panel also has files.
  }
});
document.addEventListener("click", (event) => {
  if (panel && !panel.contains(event.target)) panel.open = false;
});
panel?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  panel.open = false;
  summary.focus();
});
document.querySelector("[data-print]")?.addEventListener("click", () => print());
