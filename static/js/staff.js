// Helps on pages for staff; everything works without them.

const rows = [...document.querySelectorAll("[data-row]")];
const scores = document.querySelector("form[data-scores]");
const help = document.querySelector("[data-keys]");

// Single keys do nothing in a text field, with a modifier, or where they are switched off on this device.
const OFF = "single-keys-off";
const isOff = () => { try { return localStorage.getItem(OFF) !== null; } catch { return false; } };
const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

// Points go to the criterion in focus, or else to the first without any; the next one takes the focus.
const give = (points) => {
  const criteria = [...scores.querySelectorAll("fieldset")];
  const here = criteria.find((each) => each.contains(document.activeElement)) ?? criteria.find((each) => !each.querySelector(":checked"));
  const choice = here?.querySelector(`input[value="${points}"]`);
  if (!choice) return;
  choice.click();
  const next = criteria[criteria.indexOf(here) + 1];
  (next ? next.querySelector(":checked") ?? next.querySelector("input") : scores.querySelector("button")).focus();
};

// "/" leads to the search field, j and k to the next and the previous row, or page of a list.
document.addEventListener("keydown", (event) => {
  const { key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || isOff()) return;
  const field = document.querySelector("[data-search-key]");
  const step = { j: 1, k: -1 }[key];
  if (key === "/" && field?.offsetParent) {
    event.preventDefault();
    field.focus();
  } else if (key === "?" && help) {
    help.open = !help.open;
    help.querySelector("summary").focus();
  } else if (scores && key === "s") scores.requestSubmit();
  else if (scores && /^\d$/.test(key)) give(key);
  else if (step && rows.length) rows[rows.indexOf(document.activeElement) + step]?.focus();
  else if (step) document.querySelector(step > 0 ? "[data-next]" : "[data-previous]")?.click();
});

if (help) {
  const option = help.querySelector("input");
  option.checked = !isOff();
  option.closest("p").hidden = false;
  option.addEventListener("change", () => {
    try {
      if (option.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "");
    } catch { /* storage is off: the keys stay on */ }
  });
}

// Filters apply at once.
const filters = document.querySelector("[data-filters]");
filters?.addEventListener("change", () => filters.requestSubmit());

// The current tab of a line that scrolls is in sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) tab.scrollIntoView({ block: "nearest", inline: "center" });
