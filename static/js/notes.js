// A note is written beside its paragraph: the form of the note's own page is shown in place and sent in the
// background. Without this, or without a line, the pencil of the bar leads to a list of the paragraphs.

import { attach } from "./drafts.js";
import { sendForm, sends } from "./queue.js";

const WITHOUT = ".heading, :has(> .check), :has(> .collapsible), :has(> .sources), :has(> .own-note)";
const lesson = document.querySelector("[data-lesson]");
const here = document.querySelector("[data-note-here]");
let close = () => {};

const saved = (block, address, text, answer) => {
  block.querySelector(".own-note, .pencil")?.remove();
  const note = document.createElement("div");
  note.role = "note";
  note.className = "own-note";
  const [words, line, link] = ["p", "p", "a"].map((name) => document.createElement(name));
  words.className = "words";
  words.dir = "auto";
  words.textContent = text;
  line.className = "meta";
  link.href = address;
  link.textContent = lesson.dataset.edit;
  if (answer?.ok) {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(Date.now());
    const tag = document.createElement("span");
    tag.className = "tag done";
    tag.setAttribute("role", "status");
    tag.textContent = lesson.dataset.saved.replace("%s", time);
    line.append(tag, " ");
  }
  line.append(link);
  note.append(...text.trim() ? [words, line] : [line]);
  block.append(note);
  link.focus({ preventScroll: true });
};

// The one way to a parsed page that Trusted Types leave open.
const load = (address) => new Promise((resolve) => {
  const request = new XMLHttpRequest();
  request.responseType = "document";
  // A session that has ended leads to the page for signing in: that is no note.
  request.onloadend = () => resolve(request.status === 200 && request.responseURL === address ? request.response : null);
  request.open("GET", address);
  request.send();
});

const open = async (block, link) => {
  const address = link.href;
  const form = (await load(address))?.querySelector("main form");
  if (!form) return location.assign(address);
  close();
  form.action = address;
  form.className = "note-form";
  const shown = block.appendChild(document.adoptNode(form));
  const before = block.querySelector(".own-note, .pencil");
  const field = shown.elements.body;
  if (before) before.hidden = true;
  close = () => {
    shown.remove();
    if (before) before.hidden = false;
    close = () => {};
  };
  const forget = attach(field);
  shown.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    close();
    before?.focus({ preventScroll: true });
  });
  shown.addEventListener("submit", async (event) => {
    if (!sends) return;
    event.preventDefault();
    if (event.submitter?.name) field.value = ""; // the button that deletes the note
    const text = field.value;
    const answer = await sendForm(shown);
    if (answer === null || (answer && !answer.ok)) return; // on its way already, or the server shows what is wrong
    if (answer) forget();
    close();
    saved(block, address, text, answer);
  });
  field.focus({ preventScroll: true });
  shown.scrollIntoView({ block: "nearest" });
  return null;
};

for (const block of here ? document.querySelectorAll(`.block:not(${WITHOUT})`) : []) {
  const pencil = here.cloneNode(true);
  delete pencil.dataset.noteHere;
  pencil.className = "pencil";
  pencil.href += `/${block.id.slice(2)}`;
  block.append(pencil);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".pencil, .own-note a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link.closest(".block"), link);
});

// The pencil in the bar writes about the paragraph at the top of the screen.
here?.addEventListener("click", (event) => {
  const links = [...document.querySelectorAll(".pencil, .own-note a")];
  const link = links.find((each) => each.closest(".block").getBoundingClientRect().bottom > 120);
  if (!link) return;
  event.preventDefault();
  open(link.closest(".block"), link);
});
