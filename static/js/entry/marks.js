// States as the page shows them: every word comes from the page's own templates.

const template = (kind, name) => document.querySelector(`template[data-${kind}="${name}"]`).content;

export function showMark(place, name) {
  if (!place || place.dataset.mark === name) return;
  place.dataset.mark = name;
  place.replaceChildren(...(name ? [template("save", name).cloneNode(true)] : []));
}

export function showChip(place, verdict) {
  if (place) place.replaceChildren(template("chip", verdict).cloneNode(true));
}

export function element(name, { className = "", text = "", ...data } = {}) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  Object.assign(made.dataset, data);
  return made;
}
