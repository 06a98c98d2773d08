// A household's sheets: the class follows as one types, by the same rule as the server's (housing/rules).
import { classify, explain } from "./review-class.js";

const form = document.getElementById("sheet");
const told = document.getElementById("sheet-told");
const data = form.dataset;
const boxes = [...form.querySelectorAll("input[name=dep]")];
const items = [...form.querySelectorAll("input[name=item]")];
const nothing = document.getElementById("nothing");

const standards = { now: read("line", "incomeLine", "cutoff", "points") };
if (data.nextCutoff) standards.next = read("nextLine", "nextIncomeLine", "nextCutoff", "nextPoints");

function read(line, income, cutoff, points) {
  return {
    line: data[line] === "" ? null : Number(data[line]),
    income: Number(data[income]),
    cutoff: Number(data[cutoff]),
    pointsOf: (box) => Number(box.dataset[points]),
  };
}

// '1.400.000' and '1400000'; null for what is no whole number.
function whole(name) {
  const text = form.elements[name]?.value.replace(/[\s.]/g, "") ?? "";
  return /^\d+$/.test(text) ? Number(text) : null;
}

function measured() {
  if (!items.length) return whole("b1");
  const chosen = items.filter((box) => box.checked);
  if (!chosen.length) return null;
  return Math.max(0, chosen.reduce((sum, box) => sum + Number(box.dataset.b1), 0));
}

function judge() {
  const ticked = boxes.filter((box) => box.checked);
  const done = ticked.length > 0 || nothing.checked;
  const points = measured();
  for (const [name, standard] of Object.entries(standards)) {
    const b2 = done ? ticked.reduce((sum, box) => sum + standard.pointsOf(box), 0) : null;
    const found = classify(standard, { b1: points, income: whole("income"), b2 });
    show(name, found);
    if (name === "now") document.getElementById("b2-sum").textContent = b2 ?? "—";
  }
  const sum = document.getElementById("b1-sum");
  if (sum) sum.textContent = points ?? "—";
}

function show(name, found) {
  const line = form.querySelector(`[data-verdict=${name}]`);
  const chip = form.querySelector(`template[data-class="${found ? found.kind : ""}"]`);
  line.querySelector("[data-chip-here]").replaceChildren(chip.content.cloneNode(true));
  line.querySelector("[data-words]").textContent = found
    ? explain(found, { area: data.area, income: data.incomeWord, word: chip.dataset.word })
    : "";
}

// 'Không thiếu hụt gì' and a tick say the opposite: the last one said counts.
nothing.addEventListener("change", () => {
  if (nothing.checked) boxes.forEach((box) => (box.checked = false));
});
for (const box of boxes) {
  box.addEventListener("change", () => {
    if (box.checked) nothing.checked = false;
  });
}

// What was typed and not stored yet waits on this machine, with the version that it is based on.
function typed() {
  return [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "version"].includes(name));
}

function keep() {
  try {
    localStorage.setItem(data.key, JSON.stringify({ version: data.version, typed: typed() }));
  } catch {
    // A full or forbidden store: the form itself still holds everything.
  }
}

function restore() {
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem(data.key));
    localStorage.removeItem(data.key);
  } catch {
    return;
  }
  if (!kept || kept.version !== data.version || !("restore" in data)) return;
  if (JSON.stringify(kept.typed) === JSON.stringify(typed())) return;
  for (const box of form.querySelectorAll("input[type=checkbox]")) {
    box.checked = kept.typed.some(([name, value]) => name === box.name && value === box.value);
  }
  for (const [name, value] of kept.typed) {
    const field = form.elements[name];
    if (field instanceof HTMLInputElement && field.type !== "checkbox") field.value = value;
  }
  tell(data.restored);
  keep();
}

function tell(words) {
  told.textContent = words;
  told.hidden = false;
}

form.addEventListener("input", () => {
  judge();
  keep();
});
form.addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  keep();
  tell(data.offline);
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=open]"));
  }
});

if (!form.querySelector("fieldset").disabled) restore();
judge();
