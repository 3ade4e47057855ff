// Reads a page aloud, sentence by sentence, and marks the sentence. `listen.js` imports it
// at the first press.

const box = document.querySelector(".listen");
const [toggle, stop, place] = box.children;
const label = toggle.querySelector("span");
const idle = label.textContent;
const ROOTS = `main h1, main .lead, .in-plain, .to-do .flow, .prose .flow,
  .prose section:has(> .flow) > :is(h2, h3), article .cols > section`;
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, td, th, dt, dd, blockquote, section";
const LEFT_OUT = ".vh, .small, .lab, sup, script, button, details:not([open]) > :not(summary)";
let voiceFor = null;
let sentences = [];
let next = 0;
let spoken = null;

function languageOf(element) {
  return element.closest("[lang]").lang.slice(0, 2);
}

function split(text, lang) {
  if (!Intl.Segmenter) return [{ index: 0, segment: text }];
  return new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text);
}

// Where a character of the joined text nodes of a block is.
function position(nodes, offset) {
  for (const node of nodes) {
    if (offset <= node.length) return [node, offset];
    offset -= node.length;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}

function* sentencesOf(block, nodes) {
  const lang = languageOf(block);
  const voice = voiceFor(lang);
  if (!voice) return;
  for (const { index, segment } of split(nodes.map((node) => node.data).join(""), lang)) {
    const text = segment.replace(/\s+/g, " ").trim();
    if (!text) continue;
    const range = new Range();
    range.setStart(...position(nodes, index));
    range.setEnd(...position(nodes, index + segment.length));
    yield { text, range, block, lang, voice };
  }
}

function readable() {
  const blocks = new Map();
  for (const root of document.querySelectorAll(ROOTS)) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const parent = node.parentElement;
      if (parent.closest(LEFT_OUT)) continue;
      const block = parent.closest(BLOCKS) ?? root;
      blocks.set(block, (blocks.get(block) ?? new Set()).add(node));
    }
  }
  return [...blocks].flatMap(([block, nodes]) => [...sentencesOf(block, [...nodes])]);
}

function isInView(range) {
  const { top, bottom } = range.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

function mark(sentence, before) {
  if (CSS.highlights) {
    CSS.highlights.delete("listen");
    if (sentence) CSS.highlights.set("listen", new Highlight(sentence.range));
  }
  // Who has scrolled elsewhere is not brought back.
  if (sentence && before && isInView(before.range) && !isInView(sentence.range)) {
    sentence.block.scrollIntoView({ block: "center" });
  }
}

function show(text, isStopped) {
  label.textContent = text;
  stop.hidden = isStopped;
  if (isStopped) place.textContent = "";
}

function silence() {
  spoken = null;
  speechSynthesis.cancel();
}

function end() {
  silence();
  mark(null);
  next = 0;
  show(idle, true);
}

function speak() {
  const sentence = sentences[next];
  if (!sentence) return end();
  mark(sentence, sentences[next - 1]);
  place.textContent = box.dataset.place
    .replace("{number}", next + 1)
    .replace("{total}", sentences.length);
  const utterance = new SpeechSynthesisUtterance(sentence.text);
  utterance.lang = sentence.lang;
  utterance.voice = sentence.voice;
  utterance.onend = () => {
    if (spoken !== utterance) return;
    next += 1;
    speak();
  };
  utterance.onerror = () => spoken === utterance && end();
  spoken = utterance;
  speechSynthesis.speak(utterance);
}

// Begins, or pauses and resumes; `findVoice` returns the voice for a language.
export function press(findVoice) {
  voiceFor = findVoice;
  if (spoken) {
    // Each sentence is one utterance: to resume, the sentence is read again.
    silence();
    show(box.dataset.resume, false);
    return;
  }
  if (next === 0) sentences = readable();
  show(box.dataset.pause, false);
  speak();
}

stop.addEventListener("click", () => {
  end();
  toggle.focus();
});
addEventListener("pagehide", end);
