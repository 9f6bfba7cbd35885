// Small helps on pages that work without them. Each attaches itself by a data- attribute.

import "./drafts.js";
import { send } from "./queue.js";

// No page outlives its reader: neither one that the browser keeps for its Back button, nor another tab.
// A visitor's page stays: it may hold what was typed before signing in again.
try {
  const { reader } = document.documentElement.dataset;
  const check = () => { if (reader && localStorage.getItem("reader") !== reader) location.replace(location.pathname + location.search); };
  localStorage.setItem("reader", reader);
  addEventListener("pageshow", (event) => { if (event.persisted) check(); });
  addEventListener("storage", (event) => { if (event.key === "reader") check(); });
} catch { /* storage is off: signing out empties the cache */ }

// Errors first: the summary of a failed form takes the focus.
document.querySelector("[data-focus]")?.focus();

// An account begins in the zone of the device on which it is made.
const zone = document.querySelector("input[type=hidden][name=zone]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

// A glossary term opens where it stands; without this it is a link to the end of the page.
const pop = document.querySelector("[data-pop]");
if (pop?.showPopover) {
  document.addEventListener("click", (event) => {
    const term = event.target.closest("a.term");
    const entry = term && document.getElementById(`term-${term.dataset.term}`);
    if (!entry) return;
    event.preventDefault();
    pop.querySelector("h2").textContent = entry.textContent;
    pop.querySelector("p").textContent = entry.nextElementSibling.textContent;
    pop.showPopover();
    pop.querySelector("button").focus();
    pop.addEventListener("toggle", () => term.focus({ preventScroll: true }), { once: true });
  });
}

// A knowledge check answers at once; the answer is sent in the background, and waits if it cannot be.
for (const form of document.querySelectorAll("form[data-check]")) {
  // `base` is what this page has shown last.
  const { base } = form.elements;
  const reveal = (shown) => {
    for (const why of form.querySelectorAll(".why")) why.hidden = !shown;
    for (const button of form.querySelectorAll("button")) button.hidden = (button.name === "again") !== shown;
    form.querySelector(".error")?.remove();
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "again") {
      event.preventDefault();
      send(form.action, [["again", "1"], ["base", base.value]]);
      base.value = "";
      form.reset();
      for (const input of form.querySelectorAll("input")) input.checked = false;
      reveal(false);
      form.querySelector("input")?.focus();
      return;
    }
    const values = new FormData(form);
    if (!values.has("answer")) return;
    event.preventDefault();
    values.set("body", [...form.querySelectorAll("input:checked")].map((input) => input.parentNode.textContent.trim()).join(" · "));
    send(form.action, values); // the body is what this page says of an answer that is not kept
    base.value = values.getAll("answer").join(" ");
    reveal(true);
    form.querySelector("[role=status]").textContent = form.querySelector("input:checked").closest("label").nextElementSibling.textContent;
  });
}

// The paragraph being read is kept for other devices, and goes along when the language is switched.
// A block counts once it has stayed for a moment; going up to the bar to switch does not.
const lesson = document.querySelector("[data-lesson]");
if (lesson) {
  const blocks = [...lesson.querySelectorAll("[data-block]")];
  const switches = document.querySelectorAll(".lang a");
  let seen = null, here = null, sent = null, timer = 0;
  const keep = () => {
    if (!here || here === sent || !lesson.dataset.keep) return;
    sent = here;
    send(lesson.dataset.keep, [["block", here]], true);
  };
  const settle = () => {
    here = seen;
    for (const link of switches) link.hash = `b-${here}`;
    keep();
  };
  const look = () => {
    const top = blocks.find((block) => block.getBoundingClientRect().bottom > 80);
    if (scrollY < 200 || !top || top.dataset.block === seen) return;
    seen = top.dataset.block;
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
  look();
}
