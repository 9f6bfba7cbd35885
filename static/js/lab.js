// The scores of the laboratory follow the answers; "Calculate" asks the server for what they mean.

const form = document.querySelector("form[data-lab]");
const result = document.querySelector("[data-result]");
const fields = [...form.querySelectorAll("fieldset")];
const format = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const left = form.querySelector("[data-left]");

const show = () => {
  const answers = new FormData(form);
  const open = fields.filter((field) => !answers.has(field.id)).length;
  left.textContent = open ? left.dataset.left.replace("%s", open) : "";
  if (open) return;
  const bars = [...result.querySelectorAll("[data-score]")];
  const scores = bars.filter((bar) => bar.dataset.score).map((bar) => {
    const own = fields.filter((field) => field.dataset.dimension === bar.dataset.score);
    return [bar, mean(own.map((field) => Number(answers.get(field.id)))) / 4];
  });
  scores.push([bars.find((bar) => !bar.dataset.score), mean(scores.map(([, score]) => score))]);
  for (const [bar, score] of scores) {
    bar.value = score;
    bar.nextElementSibling.textContent = format.format(score);
  }
  result.hidden = false;
};
// What the server said of other answers goes; the comparison follows.
const follow = ({ target }) => {
  document.querySelector("[data-advice]")?.remove();
  const own = document.querySelector(`[data-own="${target.name}"]`);
  if (!own) return;
  own.textContent = target.parentNode.textContent;
  own.closest("dl").querySelector(".tag")?.remove();
};
form.addEventListener("change", show);
form.addEventListener("change", follow);
