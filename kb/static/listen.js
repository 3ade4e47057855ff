// Offers to read the page aloud where the device has a voice for its language. Voices of a
// server are not used: they would send the text to another host.

const box = document.querySelector(".listen");

function voiceFor(lang) {
  const voices = speechSynthesis.getVoices().filter((voice) => voice.localService);
  const found = voices.filter((voice) => voice.lang.toLowerCase().startsWith(lang));
  return found.find((voice) => voice.default) ?? found[0];
}

function offer() {
  const lang = document.querySelector("main h1")?.closest("[lang]").lang.slice(0, 2);
  box.classList.toggle("ready", Boolean(lang && voiceFor(lang)));
}

if ("speechSynthesis" in window) {
  // Many browsers load the voices after the page.
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  let reader; // Kept: a later press must stop the voice before its next sentence.
  box.firstElementChild.addEventListener("click", async () => {
    reader ??= await import(box.dataset.script);
    reader.press(voiceFor);
  });
  offer();
}
