// What could not be sent waits on this device, for its sender alone, and is sent once and in order: when the
// line is back, and on the next page. form[data-send] is sent so; the template [data-waiting] holds the words.

import { keeps, names, read, reader, remove, write } from "./store.js";

const start = `wait:${reader}:`;
const memory = new Map(); // what storage did not take
const answers = new Map(); // what the server said on this page
const words = document.querySelector("template[data-waiting]");
const bar = words?.content.firstElementChild;
let last = 0, wait = 0, timer = 0, signedOut = false, turn = Promise.resolve();

const all = () => [...new Set([...names(start), ...memory.keys()])].sort();
const item = (name) => memory.get(name) ?? read(name);
const put = (name, value) => write(name, value) ? memory.delete(name) : memory.set(name, value);
const drop = (name) => { memory.delete(name); remove(name); };
const items = () => all().map((name) => ({ name, ...item(name) }));
const alone = (work) => navigator.locks?.request("wait", work) ?? (turn = turn.then(work));

const post = ({ to, body, at }) => fetch(to, {
  method: "POST", body, redirect: "manual", keepalive: true, signal: AbortSignal.timeout?.(30000),
  headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Background": "1", "X-Reader": reader, "X-Waited": String(Math.max(0, Math.round((Date.now() - at) / 1000)) || 0) },
}).catch(() => null);

const tell = () => {
  const shown = items().filter(({ small }) => !small);
  if (!shown.length || !bar) return bar?.remove();
  const refused = shown.find((one) => one.refused);
  const kind = refused ? "refused" : memory.size ? "lost" : "waits";
  const [line, text] = bar.querySelectorAll("p");
  line.textContent = (signedOut ? `${words.dataset.asks} ` : "") + words.dataset[kind].replace("%s", refused?.title ?? shown.length);
  text.textContent = refused ? new URLSearchParams(refused.body).get("body") ?? "" : "";
  const [open, enter, discard] = bar.querySelectorAll("a, button");
  open.hidden = !refused;
  if (refused) open.href = refused.page;
  enter.hidden = !signedOut;
  discard.hidden = !refused;
  document.querySelector(".site-footer").after(bar);
  enter.search = new URLSearchParams({ next: location.pathname }); // in the template it has no address yet
  return null;
};

const flush = () => alone(async () => {
  clearTimeout(timer);
  for (const one of items()) {
    const { name } = one;
    if (one.refused) continue;
    const answer = await post(one);
    const status = answer?.status ?? 0;
    if (answer?.ok) {
      drop(name);
      wait = 0;
      dispatchEvent(new CustomEvent("delivered", { detail: { to: one.to, answer } }));
    } else if (status === 401) {
      signedOut = true;
      answers.set(name, answer);
      break;
    } else if (!status || status === 408 || status === 425 || status === 429 || status > 499) {
      wait = Math.min(60, wait * 2 || 5);
      timer = setTimeout(flush, 1000 * Math.max(wait, Number(answer?.headers.get("Retry-After")) || 0));
      break;
    } else if (one.small) drop(name);
    else put(name, { ...one, refused: status });
    answers.set(name, answer);
  }
  tell();
});

// Send a form; return the server's answer, or nothing if it waits. Of `small` things only the last one counts, and so
// it is of what was typed over the same version: each would keep the next one from being saved.
export const send = async (to, values, small) => {
  if (!reader || !keeps) return null;
  const version = (body) => new URLSearchParams(body).get("version");
  const over = version([...values]);
  for (const one of items()) {
    if (one.to === to && (small || one.refused || (over && version(one.body) === over))) drop(one.name);
  }
  last = Math.max(Date.now(), last + 1);
  const key = `${last.toString(36)}-${[...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16)).join("")}`;
  const body = new URLSearchParams([...values, ["idempotency_key", key]]).toString();
  put(start + key, { to, body, small, at: Date.now(), title: document.title.split(" · ")[0], page: location.pathname });
  await flush();
  return answers.get(start + key);
};

bar?.addEventListener("click", ({ target }) => {
  if (target.tagName !== "BUTTON") return;
  for (const one of items()) if (one.refused) drop(one.name);
  flush();
});

// What waits on this device, in order.
export const waits = items;

// Whether forms may be sent in the background on this page.
export const sends = Boolean(reader && keeps);

// Send a form; what is wrong with it the server shows on a page of its own, and on that page one signs in if the
// session has ended. Return the answer as send() does, or null while the form is on its way already.
export const sendForm = async (form) => {
  if (form.dataset.busy) return null;
  form.dataset.busy = "1";
  const answer = await send(form.action, new FormData(form));
  delete form.dataset.busy;
  if (answer && !answer.ok) {
    for (const one of items()) if ((one.refused || answer.status === 401) && one.to === form.action) drop(one.name);
    form.submit();
  }
  return answer;
};

for (const form of sends ? document.querySelectorAll("form[data-send]") : []) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await sendForm(form);
    if (answer?.ok) location.assign(answer.headers.get("Location"));
  });
}

// Who signs out is told what would be lost.
const leave = document.querySelector("form[data-leave]");
leave?.addEventListener("submit", async (event) => {
  if (!all().length) return;
  event.preventDefault();
  await Promise.race([flush(), new Promise((go) => { setTimeout(go, 5000); })]);
  if (items().some(({ small }) => !small) && !confirm(`${bar.querySelector("p").textContent} ${words.dataset.leave}`)) return;
  all().forEach(drop);
  leave.submit();
});

if (reader && keeps) {
  addEventListener("online", flush);
  if (all().length) {
    const here = location.origin + location.pathname;
    // What waits is shown here, and this page was made before it had come.
    const stale = () => items().some(({ to, page, small }) => to === here || (!small && page === location.pathname));
    const was = stale();
    tell();
    flush().then(() => { if (was && !stale()) location.reload(); });
  }
}
