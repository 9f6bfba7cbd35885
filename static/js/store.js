// What this device keeps for the person a page is made for. Storage that is full or shut never breaks a page.
// On a shared device all of it goes with the tab; who looks through another person's eyes keeps nothing.

export const { reader, store: keeps } = document.documentElement.dataset;

const safely = (work) => { try { return work(); } catch { return null; } };
const stores = [() => localStorage, () => sessionStorage].map(safely);
const store = { device: stores[0], tab: stores[1] }[keeps];

export const write = (name, value) => safely(() => store.setItem(name, JSON.stringify(value)) ?? true);
export const read = (name) => safely(() => JSON.parse(store.getItem(name)));
export const remove = (name) => safely(() => store.removeItem(name));
export const names = (start) => safely(() => Object.keys(store).filter((name) => name.startsWith(start)).sort()) ?? [];

// Remove from every store what `fits` a name.
export const sweep = (fits) => {
  for (const place of stores) safely(() => Object.keys(place).filter(fits).forEach((name) => place.removeItem(name)));
};
