// Searches the number that a form needs, from when the visitor first writes in it.
// Robots that run no script can't; a person does not notice it.

const BATCH = 4000;
const form = document.querySelector("form[data-work-bits]");

const K = new Uint32Array(64);
const START = new Uint32Array(8);

// The constants of SHA-256 are the fractions of roots of the first primes.
function fillConstants() {
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
  let count = 0;
  for (let n = 2; count < 64; n += 1) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d += 1) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (count < 8) START[count] = fraction(Math.sqrt(n));
    K[count] = fraction(Math.cbrt(n));
    count += 1;
  }
}

const words = new Uint32Array(64);
const turned = (x, by) => (x >>> by) | (x << (32 - by));

function compress(state, block) {
  for (let i = 0; i < 16; i += 1) words[i] = block.getUint32(4 * i);
  for (let i = 16; i < 64; i += 1) {
    const a = words[i - 15];
    const b = words[i - 2];
    const s0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
    const s1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
    words[i] = words[i - 16] + s0 + words[i - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i += 1) state[i] += sums[i];
}

// Returns the first 32 bits of the SHA-256 of an ASCII text.
function firstWord(text) {
  const size = 64 * Math.ceil((text.length + 9) / 64);
  const bytes = new Uint8Array(size);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  new DataView(bytes.buffer).setUint32(size - 4, 8 * text.length);
  const state = Uint32Array.from(START);
  for (let at = 0; at < size; at += 64) {
    compress(state, new DataView(bytes.buffer, at, 64));
  }
  return state[0];
}

function searchNumber(token, bits) {
  let number = 0;
  return new Promise((resolve) => {
    function search() {
      for (let i = 0; i < BATCH; i += 1, number += 1) {
        if (firstWord(`${token}.${number}`) >>> (32 - bits) === 0) {
          resolve(String(number));
          return;
        }
      }
      setTimeout(search);
    }
    search();
  });
}

function prepare() {
  fillConstants();
  const work = form.elements.namedItem("work");
  const token = form.elements.namedItem("token").value;
  const files = form.elements.namedItem("files");
  let search = null;
  const begin = () => {
    search ??= searchNumber(token, Number(form.dataset.workBits)).then((number) => {
      work.value = number;
    });
    return search;
  };
  form.addEventListener("input", begin, { once: true });
  files?.addEventListener("change", () => {
    const sizes = Array.from(files.files, (each) => each.size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const isTooMuch = total > Number(files.dataset.most);
    files.setCustomValidity(isTooMuch ? files.dataset.tooLarge : "");
    files.reportValidity();
  });
  form.addEventListener("submit", async (event) => {
    if (work.value) return;
    event.preventDefault();
    await begin();
    form.requestSubmit(event.submitter);
  });
}

if (form) prepare();
