// Small helps on pages that work without them. Each attaches itself by a data- attribute.

import "./drafts.js";
import "./queue.js";

// No page outlives its reader: neither one that the browser keeps for its Back button, nor another tab.
// A visitor's page stays: it may hold what was typed before signing in again.
try {
  const { reader } = document.documentElement.dataset;
  const check = () => { if (reader && localStorage.getItem("reader") !== reader) location.replace(location.pathname + location.search); };
  localStorage.setItem("reader", reader);
  addEventListener("pageshow", (event) => { if (event.persisted) check(); });
  addEventListener("storage", (event) => { if (event.key === "reader") check(); });
} catch { /* storage is off: signing out empties the cache */ }

// A form says whose page it was typed on: after signing in again, nobody else sends it.
addEventListener("formdata", ({ target, formData }) => {
  const { reader } = document.documentElement.dataset;
  if (reader && target.method === "post" && !("leave" in target.dataset) && !formData.has("reader")) formData.set("reader", reader);
});

// Errors first: the summary of a failed form takes the focus.
document.querySelector("[data-focus]")?.focus();

// What a page says once can be copied, or printed.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    button.textContent = button.dataset.copied;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
// A password can be shown while it is typed.
for (const choice of document.querySelectorAll("[data-reveal]")) {
  choice.hidden = false;
  choice.addEventListener("change", (event) => {
    document.getElementById(choice.dataset.reveal).type = event.target.checked ? "text" : "password";
  });
}

// An account begins in the zone of the device on which it is made.
const zone = document.querySelector("input[type=hidden][name=zone]");
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
