// Makes choosing files easier: drag and drop, what was chosen, and how far the sending
// is. Without script, the form is sent as any other.

const MEGABYTE = 1e6;

function start(form) {
  const input = form.querySelector("input[type=file]");
  const status = form.querySelector("[data-status]");
  const words = form.dataset;

  const say = (text, isBad = false) => {
    status.textContent = text;
    status.classList.toggle("err", isBad);
    status.classList.toggle("hint", !isBad);
  };

  const fault = () => {
    const files = [...input.files];
    const large = files.find((file) => file.size > Number(words.mostEach));
    if (large) {
      return words.tooLarge.replace("{name}", large.name);
    }
    if (files.length > Number(words.mostFiles)) {
      return words.tooMany;
    }
    const total = files.reduce((sum, file) => sum + file.size, 0);
    return total > Number(words.mostTogether) ? words.tooMuch : "";
  };

  const show = () => {
    const files = [...input.files];
    const total = files.reduce((sum, file) => sum + file.size, 0) / MEGABYTE;
    const size = new Intl.NumberFormat(document.documentElement.lang, {
      maximumFractionDigits: total < 10 ? 1 : 0,
    }).format(total);
    const chosen = words.chosen
      .replace("{count}", String(files.length))
      .replace("{size}", size);
    const wrong = fault();
    say(wrong || (files.length ? chosen : words.drop), Boolean(wrong));
  };

  const area = form.querySelector("section");
  area.classList.add("drop");
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.remove("over");
    });
  }
  area.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
  input.addEventListener("change", show);

  form.addEventListener("submit", (event) => {
    const wrong = fault();
    if (wrong) {
      event.preventDefault();
      say(wrong, true);
      input.focus();
      return;
    }
    if (input.files.length) {
      event.preventDefault();
      send();
    }
  });

  const send = () => {
    const request = new XMLHttpRequest();
    const buttons = form.querySelectorAll("button");
    const release = () => buttons.forEach((each) => each.removeAttribute("aria-disabled"));
    if ([...buttons].some((each) => each.hasAttribute("aria-disabled"))) {
      return; // It is being sent already.
    }
    buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        const percent = Math.round((100 * event.loaded) / event.total);
        say(words.sending.replace("{percent}", String(percent)));
      }
    });
    request.addEventListener("error", () => {
      release();
      say(words.failed, true);
    });
    request.addEventListener("load", () => {
      release();
      if (request.status < 300 && request.responseURL !== form.action) {
        location.assign(request.responseURL); // The task that reads them.
        return;
      }
      // A refusal, or the sign-in: shown as if the form had been sent without script.
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      document.title = page.title;
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.querySelector("main h1")?.scrollIntoView();
    });
    request.send(new FormData(form));
  };

  show();
}

document.querySelectorAll("form[data-upload]").forEach(start);
