// What is typed survives a closed page on this device: for its writer alone, until it is sent or they leave.
// It attaches to textarea[data-draft]; an older text is offered as the template beside it says, never put in.

import { keeps, names, read, reader, remove, sweep, write } from "./store.js";

const typed = document.querySelector("[data-focus]"); // a refused form shows what was typed, not what is stored
const sent = /(?:^|; )sent=(\w+)/.exec(document.cookie)?.[1];

if (keeps) sweep((name) => /^draft:/.test(name) && !(reader && name.startsWith(`draft:${reader}:`)));
if (sent) {
  sweep((name) => /^draft:/.test(name) && name.endsWith(`:${sent}`));
  document.cookie = "sent=; Max-Age=0; Path=/";
}

const when = (moment) => {
  const today = new Date(moment).toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", dateStyle: today ? undefined : "long" }).format(moment);
};

// Keep what is typed in a field; return what forgets it, once it is saved on this page.
export const attach = (field) => {
  if (!reader || !keeps) return () => {};
  const own = Math.random().toString(36).slice(2, 12);
  const { form } = field;
  const { version } = form.elements;
  const offer = field.nextElementSibling.content.firstElementChild;
  const start = `draft:${reader}:${new URL(form.action).pathname.slice(3)}:${field.name}:`;
  const base = () => version?.value ?? "";
  const keep = () => write(start + own, { text: field.value, base: base(), at: Date.now() });

  const older = names(start).map((name) => ({ name, ...read(name) })).sort((a, b) => b.at - a.at);
  const waiting = older.filter(({ name, text, base: over }) => {
    if (text !== field.value) return !typed;
    remove(name);
    if (typed || !version || over === base()) keep();
    return false;
  });
  const show = () => {
    const [draft] = waiting;
    if (!draft) return offer.remove();
    field.after(offer);
    const [line, changed, text] = offer.querySelectorAll("p");
    line.textContent = offer.dataset.offer.replace("%s", when(draft.at));
    changed.hidden = draft.base === base();
    text.textContent = draft.text;
  };
  offer.addEventListener("click", ({ target }) => {
    if (target.tagName !== "BUTTON") return;
    const { name, text, base: over } = waiting.shift();
    remove(name);
    if (target.value) {
      field.value = text;
      if (version) version.value = over; // saved over something newer, both are shown
      keep();
    }
    show();
    field.focus();
  });
  field.addEventListener("input", keep);
  form.addEventListener("formdata", ({ formData }) => formData.set("draft", own));
  show();
  return () => remove(start + own);
};

document.querySelectorAll("textarea[data-draft]").forEach(attach);
