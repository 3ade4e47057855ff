// Follows a task: asks for its page again, and puts what changed in its place.
// Without script, the page does so by itself.

const EVERY_MS = 1500;
const LATER_MS = 8000;

async function follow(region) {
  let pause = EVERY_MS;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.redirected) {
      // The session has ended: the page asks to sign in, and leads back here.
      location.assign(answer.url);
      return;
    }
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      region = replace(region, page);
      if (!region || region.dataset.done === "yes") {
        return;
      }
    } else {
      pause = LATER_MS;
    }
  } catch {
    pause = LATER_MS; // The connection is lost for now: the task goes on without us.
  }
  setTimeout(follow, pause, region);
}

function replace(region, page) {
  const next = page.getElementById("progress");
  if (!next) {
    return null;
  }
  document.title = page.title;
  const label = region.querySelector("[role=status]");
  const words = next.querySelector("[role=status]");
  const isSame = region.innerHTML === next.innerHTML;
  if (isSame || region.contains(document.activeElement)) {
    // Nobody's place is taken away; the words of the progress are renewed all the same.
    if (label && words && label.innerHTML !== words.innerHTML) {
      label.innerHTML = words.innerHTML;
    }
    if (isSame || next.dataset.done !== "yes") {
      return region;
    }
  }
  region.replaceWith(next);
  return next;
}

const found = document.getElementById("progress");
if (found && found.dataset.done === "no") {
  setTimeout(follow, EVERY_MS, found);
}
