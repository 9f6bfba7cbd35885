// What a lesson's page does better with scripts: it opens terms where they stand, keeps the place, marks and notes.

import "./checks.js";
import "./notes.js";
import { send } from "./queue.js";

const lesson = document.querySelector("[data-lesson]");
const bar = document.querySelector(".lesson-bar");
const make = (name, values) => Object.assign(document.createElement(name), values);

// A glossary term opens at the word; without this it is a link to the end of the page.
const pop = make("div", { className: "term-popover", popover: "auto" });
if (pop.showPopover) {
  const [name, text] = [make("p"), make("p")];
  let word = null;
  const close = make("button", { type: "button", className: "link", textContent: lesson.dataset.close });
  pop.setAttribute("role", "dialog");
  pop.append(name, text, close);
  lesson.append(pop);
  close.addEventListener("click", () => pop.hidePopover());
  document.addEventListener("click", (event) => {
    const term = event.target.closest("a.term");
    const entry = term && document.getElementById(term.hash.slice(1));
    if (!entry) return;
    event.preventDefault();
    name.textContent = entry.textContent;
    text.textContent = entry.nextElementSibling.textContent;
    pop.setAttribute("aria-label", name.textContent);
    word?.removeAttribute("aria-expanded");
    word = term;
    word.setAttribute("aria-expanded", "true"); // the style sheet anchors the popover to it
    pop.showPopover();
    close.focus({ preventScroll: true });
  });
  pop.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") return;
    word.removeAttribute("aria-expanded");
    if ([close, document.body].includes(document.activeElement)) word.focus({ preventScroll: true });
  });
}

// The bookmark is set where it is pressed.
const mark = document.querySelector("form[data-toggle]");
mark?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = mark.querySelector("button"), on = button.value === "1";
  send(mark.action, [["keep", button.value]]);
  button.value = on ? "0" : "1";
  button.setAttribute("aria-pressed", on);
});

// The paragraph being read is kept for other devices, and goes along when the language is switched.
// A block counts once it has stayed for a moment; going up to the header to switch does not.
const blocks = [...lesson.querySelectorAll(".block")];
const top = () => blocks.find((block) => block.getBoundingClientRect().bottom > bar.offsetHeight + 32);
let seen = null, here = null, sent = null, timer = 0;

const keep = () => {
  if (!here || here === sent || !lesson.dataset.positionUrl) return;
  sent = here;
  send(lesson.dataset.positionUrl, [["block", here]], true);
};
const show = (share) => {
  const [progress, text] = [bar.querySelector("progress"), bar.querySelector(".num")];
  if (!progress) return;
  progress.value = Math.max(progress.value, Math.floor(100 * share));
  text.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(progress.value / 100);
};
const settle = () => {
  here = seen;
  show(blocks.findIndex((block) => block.id === `b-${here}`) / blocks.length);
  keep();
};
const look = () => {
  const block = top();
  if (scrollY < 200 || !block || block.id.slice(2) === seen) return;
  seen = block.id.slice(2);
  clearTimeout(timer);
  timer = setTimeout(settle, 2000);
};
let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; look(); });
}, { passive: true });
addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
// The languages of the header stand in the bar, too.
const languages = document.querySelector(".site-nav .lang").cloneNode(true);
if (languages.showPopover) {
  const button = make("button", { type: "button", textContent: document.documentElement.lang.toUpperCase() });
  button.setAttribute("aria-label", `${languages.getAttribute("aria-label")} ${button.textContent}`);
  languages.popover = "auto";
  button.popoverTargetElement = languages;
  (bar.querySelector(".num") ?? bar.querySelector(".place")).after(button, languages);
}
for (const link of document.querySelectorAll(".lang a")) {
  link.addEventListener("click", () => {
    const block = scrollY < 200 ? here : top()?.id.slice(2);
    link.hash = block ? `b-${block}` : ""; // at the top the page begins at the top in the other language, too
  });
}
// The outline closes once one of its headings was chosen.
for (const link of document.querySelectorAll("#outline a[href^='#']")) {
  link.addEventListener("click", () => { if (link.closest(":popover-open")) link.closest("nav").hidePopover(); });
}
look();
