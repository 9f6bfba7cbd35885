// What is selected on a board outlives its pages, order and filters: in this tab, for its reader, list by list.

import { reader, sweep } from "./store.js";

const prefix = `selection:${reader}:`;
const none = () => ({ chosen: {}, all: null });
const read = (list) => { try { return JSON.parse(sessionStorage.getItem(prefix + list)) ?? none(); } catch { return none(); } };
const write = (list, kept) => { try { sessionStorage.setItem(prefix + list, JSON.stringify(kept)); } catch { /* storage is off: it lasts as long as the page */ } };
sweep((name) => name.startsWith("selection:") && !name.startsWith(prefix));

// The preview of a decision keeps what was selected, until it is decided.
const preview = document.querySelector("[data-selected]");
if (preview) {
  const list = preview.dataset.selected, { chosen } = read(list);
  const selected = [preview.elements.chosen, preview.elements.rest].flatMap((field) => field?.value.split(" ").filter(Boolean) ?? []);
  write(list, { chosen: Object.fromEntries(selected.map((name) => [name, chosen[name] ?? ""])), all: null });
  preview.querySelector("[data-decide]")?.addEventListener("click", () => write(list, none()));
}

const form = document.querySelector("[data-selection]");
if (form) {
  const list = form.dataset.selection;
  const boxes = [...form.querySelectorAll("[data-groups]")];
  const hidden = form.querySelector("input[type=hidden][name=chosen]");
  const balance = form.querySelector("[data-balance]");
  const clear = form.querySelector("[data-clear]");
  const details = form.querySelector("details.balance");
  if (details) details.open = matchMedia("(min-width: 60rem)").matches;
  const { all, first } = form.elements;
  const total = Number(all.value);
  let kept = read(list);
  let last = null;

  // “All” is all of one filter, whatever its order and page.
  const filters = new URLSearchParams(location.search);
  for (const name of ["from", "sort"]) filters.delete(name);
  const filter = String(filters);
  const whole = () => first.valueAsNumber > 0 ? Math.min(first.valueAsNumber, total) : all.checked ? total : 0;

  const show = () => {
    const number = whole();
    boxes.forEach((box, at) => { box.checked = number ? at + Number(form.dataset.start) < number : box.value in kept.chosen; });
    const here = new Set(boxes.map((box) => box.value));
    const elsewhere = number ? [] : Object.keys(kept.chosen).filter((name) => !here.has(name));
    hidden.value = elsewhere.join(" ");
    const count = number || Object.keys(kept.chosen).length;
    const { words, free } = form.dataset;
    balance.textContent = words.replace("%n", count).replace("%f", Math.max(0, free - count)) + (elsewhere.length ? ` ${form.dataset.elsewhere.replace("%n", elsewhere.length)}` : "");
    clear.hidden = !count;
    const groups = number ? boxes.filter((box) => box.checked).map((box) => box.dataset.groups) : Object.values(kept.chosen);
    const known = groups.every(Boolean) && (!number || groups.length === number);
    for (const each of form.querySelectorAll("[data-count]")) {
      const more = groups.filter((names) => names.split(" ").includes(each.dataset.count)).length;
      each.textContent = Number(each.dataset.seated) + more;
    }
    if (details) details.hidden = !known || !count;
  };

  const keep = () => { write(list, kept); show(); };
  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    const range = event.shiftKey && last !== null ? boxes.slice(Math.min(at, last), Math.max(at, last) + 1) : [event.target];
    const { checked } = event.target;
    if (whole()) kept = { chosen: Object.fromEntries(boxes.filter((box) => box.checked).map((box) => [box.value, box.dataset.groups])), all: null };
    all.checked = false;
    first.value = "";
    for (const box of range) {
      if (checked) kept.chosen[box.value] = box.dataset.groups;
      else delete kept.chosen[box.value];
    }
    last = at;
    keep();
  });
  for (const field of [all, first]) {
    field.addEventListener("input", () => {
      kept.all = all.checked ? filter : null;
      keep();
    });
  }
  clear.addEventListener("click", (event) => {
    event.preventDefault();
    kept = none();
    all.checked = false;
    first.value = "";
    keep();
  });

  const start = () => {
    kept = read(list);
    all.checked = kept.all === filter;
    show();
  };
  addEventListener("pageshow", (event) => { if (event.persisted) start(); });
  start();
}
