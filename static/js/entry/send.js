// Before sending, or on a report that takes nothing any more: says what was typed here and never arrived.

import { Store } from "./store.js";

for (const place of document.querySelectorAll("[data-unsent]")) {
  const [user, report] = place.dataset.unsent.split(":");
  const items = new Store(user, report).items();
  place.hidden = items.length === 0;
  const list = place.querySelector("ul");
  for (const item of list ? items : []) {
    const line = document.createElement("li");
    const number = item.indicator.replace(/^[a-z.]*?(?=\d)/, "");
    line.textContent = `${number}: ${[item.value, item.denominator].filter(Boolean).join(" / ") || (item.note ?? "—")}`;
    list.append(line);
  }
}
