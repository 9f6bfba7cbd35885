// A knowledge check answers at once; the answer is sent in the background, and waits if it cannot be.
// A first wrong answer shows its own reason and leaves one more try; then all reasons are shown.

import { send } from "./queue.js";

for (const form of document.querySelectorAll("form[data-check]")) {
  const { base } = form.elements; // what this page has shown last
  const options = [...form.querySelectorAll(".option")].map((row) => ({
    input: row.querySelector("input"), why: row.querySelector(".why"), right: row.matches(".right"),
  }));
  const [check, again] = form.querySelectorAll("button");
  const more = again.nextElementSibling;
  const [made, max] = form.dataset.check.split("/").map(Number);
  let attempts = made;
  const reveal = (shown) => {
    for (const { input, why } of options) why.hidden = !(shown === "all" || (shown && input.checked));
    check.hidden = shown === "all";
    again.hidden = !check.hidden;
    more.hidden = shown !== "own";
    form.querySelector(".error")?.remove();
  };
  const answer = () => {
    const values = new FormData(form);
    const chosen = options.filter(({ input }) => input.checked);
    values.set("body", chosen.map(({ input }) => input.parentNode.textContent.trim()).join(" · "));
    send(form.action, values); // the body is what this page says of an answer that is not kept
    base.value = chosen.map(({ input }) => input.value).sort((a, b) => a - b).join(" ");
    attempts += 1;
    const pressed = document.activeElement === check; // not if Enter was pressed in an answer
    const right = options.every((one) => one.right === one.input.checked);
    reveal(right || attempts >= max ? "all" : "own");
    if (pressed && check.hidden) again.focus(); // the focus does not stay on what is gone
    form.querySelector("[role=status]").textContent = chosen.map(({ why }) => why.textContent.trim()).join(" ");
  };
  const startAgain = () => {
    send(form.action, [["again", "1"], ["base", base.value]]);
    base.value = "";
    attempts = 0;
    for (const { input } of options) input.checked = false;
    reveal("");
    options[0].input.focus();
  };
  form.addEventListener("submit", (event) => {
    if (event.submitter === again) {
      event.preventDefault();
      startAgain();
    } else if (options.some(({ input }) => input.checked)) {
      event.preventDefault();
      answer();
    }
  });
}
