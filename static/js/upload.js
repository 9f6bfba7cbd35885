// A file is sent in pieces, so that a broken line costs seconds. Without this the form sends it whole.
// It attaches to input[type=file][data-upload][data-purpose]; the words are in data-sending, -done, -failed and -offline.

const PIECE = 128 * 1024, LARGE = 2_000_000, LONGEST = 2000, QUALITY = 0.8;
const PAUSES = [1, 2, 4, 8, 15, 30, 30, 30, 60, 60, 60, 60]; // seconds; after the last it is given up

class Rejection extends Error {} // trying again will not help; the message is the server's, or empty

const quietly = (signal, seconds) => new Promise((resolve) => {
  const go = () => { clearTimeout(timer); removeEventListener("online", go); signal.removeEventListener("abort", go); resolve(); };
  const timer = setTimeout(go, seconds * 1000);
  addEventListener("online", go);
  signal.addEventListener("abort", go);
});

// A photo of a page need not be larger than a page; the server makes a picture anew in any case.
const smaller = async (file) => {
  if (!file.type.startsWith("image/") || file.size <= LARGE) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
  } catch { return file; }
};

// Return what the server says; a wrong offset is an answer too, a fault of the line or the server is not.
const ask = async (address, options) => {
  const response = await fetch(address, { redirect: "manual", cache: "no-store", ...options });
  if (response.status >= 500) throw new Error(String(response.status));
  const json = response.headers.get("Content-Type")?.startsWith("application/json");
  if (!json) throw new Rejection();
  const answer = await response.json();
  if (answer.error) throw new Rejection(answer.error);
  return answer;
};

// Do something until it succeeds, with growing pauses, and at once when the line is back; `waits` says that it waits.
const insist = async (signal, waits, work) => {
  for (let failures = 0; ; failures += 1) {
    try { return await work(failures); } catch (error) {
      if (error instanceof Rejection || signal.aborted || failures === PAUSES.length) throw error;
    }
    waits();
    await quietly(signal, PAUSES[failures]);
    signal.throwIfAborted();
  }
};

const send = async (address, purpose, file, signal, tell, waits) => {
  const promise = new URLSearchParams({ purpose, name: file.name, size: file.size });
  const begun = await insist(signal, waits, () => ask(address, { method: "POST", body: promise, signal }));
  const mine = `${address}/${begun.upload}`;
  for (let answer = begun; ;) {
    if (answer.file) return answer;
    tell(answer.offset / file.size);
    answer = await insist(signal, waits, async (failures) => {
      if (failures) answer = await ask(mine, { signal }); // part of the piece may have come
      if (answer.file) return answer;
      const body = file.slice(answer.offset, answer.offset + PIECE);
      const headers = { "Content-Type": "application/octet-stream" };
      return ask(`${mine}?offset=${answer.offset}`, { method: "POST", body, headers, signal });
    });
  }
};

for (const input of document.querySelectorAll("input[type=file][data-upload]")) {
  const { form, required } = input;
  const shown = input.parentElement.querySelector("output");
  const slug = form.elements[input.dataset.into];
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  const bar = input.parentElement.querySelector("progress"), again = input.parentElement.querySelector("[data-again]");
  // `state` colours the words: sending, done, failed or offline.
  const say = (words, state, share) => {
    if (shown) { shown.textContent = words; shown.dataset.state = state; }
    if (bar) { bar.hidden = share === undefined; bar.value = share ?? 0; }
    if (again) again.hidden = !(input.hidden = state === "done");
  };
  let sending = null, held = null; // what is under way, and the button that waits for it

  const stop = () => { sending?.abort(); sending = null; };
  const release = () => {
    sending = null;
    if (!held) return;
    const { button } = held;
    held = null;
    form.requestSubmit(button);
  };

  input.addEventListener("change", async () => {
    stop();
    slug.value = "";
    input.required = required;
    const [chosen] = input.files;
    if (!chosen) { say("", ""); return; }
    const own = new AbortController();
    sending = own;
    try {
      const file = await smaller(chosen);
      let sent = 0;
      const tell = (share) => { sent = share; if (sending === own) say(input.dataset.sending.replace("%s", percent.format(share)), "sending", share); };
      const waits = () => { if (sending === own && input.dataset.offline) say(input.dataset.offline, "offline", sent); };
      const kept = await send(input.dataset.upload, input.dataset.purpose, file, own.signal, tell, waits);
      if (sending !== own) return;
      slug.value = kept.file;
      input.required = false;
      input.value = "";
      say(`${input.dataset.done} ${kept.name}`, "done");
    } catch (error) {
      if (sending !== own) return;
      say(error instanceof Rejection && error.message ? error.message : input.dataset.failed, "failed");
      if (error instanceof Rejection && error.message) held = null;
    }
    release();
  });

  again?.addEventListener("click", () => { say("", ""); slug.value = ""; input.required = required; input.click(); });

  // Who sends the form too early sends it as soon as the file is there.
  form.addEventListener("submit", (event) => {
    if (!sending) return;
    event.preventDefault();
    held = { button: event.submitter };
  });
}
