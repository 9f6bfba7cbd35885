// An answer of a quiz is saved when it is given, and waits on this device if it cannot be sent. The page says what is
// saved, where and since when; without this, its buttons save and go on.

import { send, sends, waits } from "./queue.js";

const quiz = document.querySelector("[data-quiz]");
const words = quiz.dataset;
const language = document.documentElement.lang;
const zone = { timeZone: words.zone };
const skew = Date.parse(words.now) - Date.now(); // the clock of a phone may be wrong
const now = () => Date.now() + skew;
const clock = (moment) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zone }).format(moment);
const path = (address) => new URL(address, location.origin).pathname.replace(/^\/\w+/, ""); // the same in every language
const sections = new Map([...document.querySelectorAll("[data-question]")].map((section) => [path(section.dataset.to), section]));
const own = (section) => section.querySelectorAll(`[name="q${section.dataset.question}"]`);

// The numbers of the questions, of which some are on other pages.
const base = sections.size ? [...sections.keys()][0].replace(/\d+$/, "") : null;
const item = (to) => (base && path(to).startsWith(base) ? document.querySelector(`[data-item="${/\d+$/.exec(to)[0]}"]`) : null);
const labels = document.querySelector("[data-words]")?.dataset ?? {};
const count = document.querySelector("[data-count]"), last = document.querySelector("[data-last]");

const mark = (to, state) => {
  const button = item(to);
  if (!button) return;
  button.dataset.state = state;
  const flagged = "flagged" in button.dataset ? `, ${labels.flagWord}` : "";
  button.setAttribute("aria-label", `${labels.label.replace("%s", button.dataset.item)}, ${labels[state]}${flagged}`);
  count.textContent = count.dataset.count.replace("%s", document.querySelectorAll('[data-item][data-state="saved"]').length);
};

// The number that the server read in what was typed; without a text, what stood there is taken away.
const showRead = (section, text, state) => {
  const line = section.querySelector("[data-read]");
  if (!line) return;
  line.textContent = text;
  line.hidden = !text;
  own(section)[0].setAttribute("aria-invalid", state === "part");
};

const say = (section, state, moment) => {
  const line = section.querySelector("[data-state]");
  const [title, detail] = [document.createElement("b"), document.createElement("span")];
  title.textContent = { saved: words.saved, part: words.savedPart, here: words.here, empty: words.empty, saving: words.saving }[state];
  detail.textContent = moment ? ` ${(state === "here" ? words.since : words.at).replace("%s", clock(moment))}` : "";
  line.replaceChildren(title, detail);
  line.dataset.state = state;
};

const here = ({ to, at }) => {
  mark(to, "here");
  const section = sections.get(path(to));
  if (section) say(section, "here", at + skew);
};

const values = (section) => {
  const { question } = section.dataset;
  const answered = [...own(section)].filter(({ type, checked }) => checked || !["radio", "checkbox"].includes(type));
  const flag = section.querySelector("[name=flag]").checked;
  return [
    ...answered.map(({ name, value }) => [name, value]), [`base-${question}`, ""],
    [flag ? "flag" : "flagged", question],
    ["body", answered.map((field) => field.selectedOptions?.[0].text ?? (field.type === "text" ? field.value : field.parentNode.textContent.trim())).join(" · ")],
  ];
};

const pending = new Map(); // sections in which somebody is typing
const save = async (section) => {
  clearTimeout(pending.get(section));
  pending.delete(section);
  say(section, "saving");
  const { to } = section.dataset;
  const answer = await send(to, values(section));
  const kept = waits().filter((one) => path(one.to) === path(to)).pop();
  if (kept) here(kept);
  return answer;
};
const saveTyped = () => Promise.all([...pending.keys()].map(save));

addEventListener("delivered", async ({ detail: { to, answer } }) => {
  const section = sections.get(path(to));
  if (!base || !path(to).startsWith(base)) return;
  const target = answer.headers.get("Location");
  if (target) return location.assign(target); // the attempt has ended
  if (waits().some((one) => path(one.to) === path(to))) return null;
  const moment = Date.parse(answer.headers.get("Date")) || now();
  const { state, read_as: text } = await answer.json();
  mark(to, state);
  if (section) say(section, state, state === "empty" ? 0 : moment);
  if (section && !pending.has(section)) showRead(section, text, state);
  last.textContent = last.dataset.last.replace("%s", clock(moment));
  return null;
});

// What waits is shown as it was answered, also on a page that was loaded again.
const restore = (one) => {
  const section = sections.get(path(one.to));
  if (section) {
    const sent = new URLSearchParams(one.body).getAll(`q${section.dataset.question}`);
    [...own(section)].forEach((field, number) => {
      if (field.type === "radio" || field.type === "checkbox") field.checked = sent.includes(field.value);
      else field.value = sent[number] ?? "";
    });
  }
  here(one);
};

if (sends && base) {
  for (const one of waits()) if (path(one.to).startsWith(base)) restore(one);
  for (const section of sections.values()) {
    section.addEventListener("change", ({ target }) => {
      if (target.name === "flag") item(section.dataset.to)?.toggleAttribute("data-flagged", target.checked);
      save(section);
    });
    section.addEventListener("input", ({ target }) => {
      if (target.type !== "text") return;
      showRead(section, ""); // what the server read was another text
      clearTimeout(pending.get(section));
      pending.set(section, setTimeout(save, 1500, section));
    });
  }
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") saveTyped(); });
  // To go on, all has to be saved; without a line the next page opens once it is.
  let target = null;
  const go = () => { if (target && !waits().some((one) => path(one.to).startsWith(base))) location.assign(target); };
  addEventListener("delivered", go);
  quiz.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (event.submitter?.matches(".hidden")) return saveTyped(); // the Enter key
    const chosen = event.submitter?.value || quiz.querySelector(".button").value;
    target = chosen === "review" ? words.review : words.pages.replace(/0$/, chosen);
    await saveTyped();
    go();
    quiz.querySelector("[data-away]").hidden = navigator.onLine && !waits().length;
    return null;
  });
}

// The time that is left, by the clock of the server. Who hears the page is told at three moments only: a page that was
// opened half a minute later says nothing more.
const WARNINGS = [10, 5, 1], WARNING_LENGTH = 30000;
const warning = document.querySelector("[data-warning]");
const warn = (rest) => {
  const minutes = WARNINGS.find((each) => rest <= each * 60000 && rest > each * 60000 - WARNING_LENGTH);
  const text = minutes ? warning.dataset.warning.replace("%s", length(minutes)) : "";
  if (text && warning.textContent !== text) warning.textContent = text;
};
const left = document.querySelector("[data-left]");
const ends = Date.parse(words.ends);
const length = (minutes) => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (!hours) return `${rest}\u00a0min`;
  if (language === "en") return `${hours}\u00a0h${rest ? `\u00a0${rest}\u00a0min` : ""}`;
  return `${hours}\u00a0h${rest ? `\u00a0${String(rest).padStart(2, "0")}` : ""}`;
};
const tick = async () => {
  const rest = ends - now();
  if (left) left.textContent = left.dataset.left.replace("%s", length(Math.max(0, Math.ceil(rest / 60000))));
  if (warning) warn(rest);
  if (rest > 0) setTimeout(tick, Math.min(rest + 500, 10000));
  else {
    await saveTyped();
    location.assign(words.review);
  }
};
if (ends) tick();
