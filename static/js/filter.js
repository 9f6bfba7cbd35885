// A list is filtered while one types: the rows of each part, by their words and the title of the part; what opens on
// demand does not count. Without this the form asks the server.

const form = document.querySelector("form[data-filter]");
const status = document.querySelector("[data-count]");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = (row) => [...row.querySelectorAll("details")].reduce((text, closed) => text.replace(closed.textContent, ""), row.textContent);
const parts = [...document.querySelectorAll("[data-part]")].map((part) => ({
  part, link: document.querySelector(`a[href="#${part.id}"]`), rows: [...part.querySelectorAll("[data-row]")].map((row) => ({ row, text: fold(`${part.dataset.part} ${words(row)}`) })),
}));

form?.elements.q.addEventListener("input", () => {
  const query = fold(form.elements.q.value.trim());
  let found = 0;
  for (const { part, link, rows } of parts) {
    const shown = rows.filter(({ row, text }) => !(row.hidden = !text.includes(query)));
    part.hidden = !shown.length;
    if (link) link.hidden = part.hidden;
    found += shown.length;
  }
  status.textContent = status.dataset.count.replace("%s", found);
});
