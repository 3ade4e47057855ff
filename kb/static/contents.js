// Marks, in the list of contents, the part of the page that is in view.
const links = new Map();
for (const link of document.querySelectorAll(".contents a")) {
  const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (part) links.set(part.closest("details") ?? part, link);
}

function mark(current) {
  for (const link of links.values()) {
    if (link === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// The part in view is the last one whose start is above the upper third of the window.
function update() {
  const line = innerHeight / 3;
  const passed = [...links.keys()].filter((part) => part.getBoundingClientRect().top <= line);
  mark(links.get(passed.at(-1) ?? links.keys().next().value));
}

let isPlanned = false;
function plan() {
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(() => {
    isPlanned = false;
    update();
  });
}

if (links.size) {
  addEventListener("scroll", plan, { passive: true });
  addEventListener("resize", plan);
  update();
}
