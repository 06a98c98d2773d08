// The report form: what is typed is kept on this machine at once and sent figure by figure.

import { Conflict } from "./conflict.js";
import { filters } from "./filters.js";
import { keys } from "./keys.js";
import { paste } from "./paste.js";
import { Row } from "./row.js";
import { Sender } from "./sender.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";

const form = document.querySelector("[data-entry]");
const config = JSON.parse(document.getElementById("entry-config").textContent);
config.token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const words = config.words;

const rows = [...form.querySelectorAll("[data-row]")].map((el) => new Row(el, config.rows[el.id]));
const fields = new Map(rows.flatMap((row) => row.fields).map((field) => [field.code, field]));
const store = new Store(config.user, config.report);
const progress = { entered: config.entered, count: config.count, notMet: config.notMet, words: config.progressWords };
const tabs = new Tabs(config, hear);
const sender = new Sender(store, config, {
  sending: (items) => eachField(items, (field) => field.mark("saving")),
  waiting: (items, why, detail) => {
    eachField(items, (field) => field.mark("waiting"));
    if (why === "signIn") say(words.signIn, config.login);
    else say(detail);
    bar();
  },
  answered: (items, answer) => {
    say(answer.frozen ? `${answer.frozen} ${words.frozen}` : "");
    apply(answer, items);
    tabs.tell(answer, items);
  },
});
const conflict = new Conflict({
  keepMine: (field, theirs) => {
    field.version = theirs.version;
    typed(field);
    sender.kick(0);
  },
  takeTheirs: (field, theirs) => {
    store.remove(field.code);
    field.take(theirs, false, true);
    field.row.judge();
    bar();
  },
});

function eachField(items, act) {
  for (const item of items) if (fields.has(item.indicator)) act(fields.get(item.indicator));
}

// -- Typing --------------------------------------------------------------------------------------

// Keeps what stands in a field's boxes on this machine, and lets it be sent a moment later.
function typed(field) {
  const item = field.item();
  field.clearErrors();
  if (item) {
    store.put(item);
    field.mark("saving");
  } else {
    store.remove(field.code);
    field.mark(field.stored.value || field.stored.not_applicable || field.alone !== null ? "saved" : "");
  }
  sender.held.delete(field.code);
  clearTimeout(field.release);
  if (field.unfinished) sender.held.add(field.code);
  else if (field.isBeingPaired) holdAWhile(field);
  field.row.judge();
  bar();
  sender.kick();
}

// A new numerator with the old denominator is a figure nobody meant: while the person is in one of the two
// boxes they go together, when the pair is left or after a longer pause.
const PAIR_PAUSE = 1600;

function holdAWhile(field) {
  sender.held.add(field.code);
  field.release = setTimeout(() => {
    sender.held.delete(field.code);
    sender.kick(0);
  }, PAIR_PAUSE);
}

function fieldsOf(target) {
  const row = rows.find((one) => one.el.contains(target));
  if (!row || !["INPUT", "SELECT"].includes(target.tagName)) return [];
  if (target === row.changeBox || target === row.kindBox) return row.fields;
  if (target === row.naBox || target === row.reasonBox) return [row.own];
  const code = target.dataset.note ?? target.name.replace(/:d$/, "");
  return fields.has(code) ? [fields.get(code)] : [];
}

form.addEventListener("input", (event) => {
  for (const field of fieldsOf(event.target)) {
    field.copied = false;
    typed(field);
  }
});

// What was begun in a row is complete when the person leaves it, or is said to be missing.
form.addEventListener("focusout", (event) => {
  for (const field of fieldsOf(event.target)) {
    field.left(event.target);
    if (field.inputs.includes(event.relatedTarget) || field.unfinished) continue;
    sender.held.delete(field.code);
    sender.kick(0);
  }
  const row = rows.find((one) => one.el.contains(event.target));
  if (!row || row.el.contains(event.relatedTarget)) return;
  for (const field of row.fields) sender.held.delete(field.code);
  sender.kick(0);
});

form.addEventListener("click", (event) => {
  const keep = event.target.closest("[data-keep]");
  const opener = event.target.closest("[data-opens]");
  if (opener) document.querySelector(opener.getAttribute("href")).open = true;
  if (!keep) return;
  event.preventDefault();
  const row = rows.find((one) => one.el.contains(keep));
  const empty = row.fields.filter((one) => one.spec.last && !one.stored.value && one.alone === null);
  for (const field of empty) keepLast(row, field);
});

// 'Giữ nguyên như kỳ trước': the server copies the figure itself and notes whose period it is.
function keepLast(row, field) {
  const last = field.spec.last;
  if (last.not_applicable && row.naBox) {
    row.naBox.checked = true;
    row.reasonBox.value = last.note;
  } else field.texts = last;
  field.copied = true;
  typed(field);
  sender.kick(0);
}

// 'Không áp dụng' is one tap: it opens at its reason.
for (const row of rows.filter((one) => one.naBox)) {
  const details = row.naBox.closest("details");
  details.querySelector("summary").addEventListener("click", () => {
    if (details.open || row.notApplicable) return;
    row.naBox.checked = true;
    typed(row.own);
    setTimeout(() => row.reasonBox.focus());
  });
  row.naBox.addEventListener("change", () => {
    if (!row.naBox.checked) details.open = false;
  });
}

// -- Answers -------------------------------------------------------------------------------------

// What another tab has saved: shown here too, save where something else is being typed in this one.
function hear(answer) {
  const same = (told) => !store.get(told.indicator) || store.get(told.indicator).stamp === told.stamp;
  const items = answer.items.filter(same);
  for (const told of items) store.settle(told.indicator, told.stamp);
  apply({ ...answer, items }, [], true);
}

// The server's answer to what was sent (`items`, with the stamps of what was typed then).
function apply(answer, items, elsewhere = false) {
  const stamps = new Map(items.map((item) => [item.indicator, item.stamp]));
  const touched = new Set();
  for (const told of answer.items) {
    const field = fields.get(told.indicator);
    if (!field) continue;
    touched.add(field.row);
    const waiting = store.get(told.indicator);
    const typedSince = waiting !== undefined && waiting.stamp !== stamps.get(told.indicator);
    if (told.status === "saved" || told.status === "unchanged") settle(field, told, typedSince, elsewhere);
    else if (!typedSince) refuse(field, told);
  }
  for (const row of touched) row.judge();
  for (const [anchor, told] of Object.entries(answer.rows ?? {})) follow(anchor, told);
  for (const [anchor, text] of Object.entries(answer.sections ?? {})) {
    form.querySelector(`[data-count-of="${anchor}"]`).textContent = text;
  }
  Object.assign(progress, answer.progress ?? {});
  bar();
}

function settle(field, told, typedSince, elsewhere) {
  field.take(told, typedSince, elsewhere);
  if (!typedSince) {
    sender.held.delete(field.code);
    field.showWarnings(told.warnings);
    const kept = field.row.el.querySelector("[data-kept]");
    if (field.row.typed[0] === field || told.kept) {
      kept.hidden = !told.kept;
      kept.textContent = told.kept ? words.kept.replace("{period}", told.kept) : "";
    }
    return;
  }
  // Typed on while it was under way: what waits now is based on what was just stored.
  const again = field.item();
  if (again) store.put(again);
  else store.remove(field.code);
}

function refuse(field, told) {
  field.mark("failed");
  if (told.status === "conflict") conflict.show(field, told.theirs);
  else {
    field.showErrors(told.errors);
    field.row.askReason();
  }
}

// What follows for the row: the server's verdict wins over the one shown while typing.
function follow(anchor, told) {
  const row = rows.find((one) => one.el.id === anchor);
  if (!row) return;
  row.entered = told.entered;
  if (!row.fields.some((field) => store.get(field.code))) row.show(told.verdict);
  if (!row.own.box) row.own.version = told.own;
  const sum = row.el.querySelector(".entry-row-derived [data-result]");
  if (sum) sum.textContent = told.result;
  const actions = row.el.querySelector("[data-keep]");
  if (actions) actions.toggleAttribute("data-done", row.typed.some((field) => field.stored.value));
}

// -- The bar below -------------------------------------------------------------------------------

function bar() {
  const failed = rows.filter((row) => row.el.querySelector(".entry-error, .entry-conflict")).length;
  const rest = [
    config.judged && words.notMet.replace("{count}", progress.notMet),
    failed && words.errors.replace("{count}", failed),
  ];
  form.querySelector("[data-entered-words]").textContent = progress.words;
  form.querySelector("[data-rest]").textContent = rest.filter(Boolean).join(", ");
  form.querySelector("[data-rest]").classList.toggle("error-text", failed > 0);
  counts.refresh();
}

function say(text, link = "") {
  const place = form.querySelector("[data-line]");
  place.hidden = !text;
  place.replaceChildren();
  if (!text) return;
  const said = document.createElement(link ? "a" : "span");
  if (link) said.href = link;
  said.textContent = text;
  place.append(said);
}

// -- Leaving -------------------------------------------------------------------------------------

form.querySelector("[data-send]").addEventListener("click", async (event) => {
  if (!store.size) return;
  event.preventDefault();
  sender.held.clear();
  await sender.flush();
  if (sender.busy) await sender.busy;
  if (!store.size) return void location.assign(event.target.href);
  const refused = store.items().filter((item) => sender.refused.has(item.stamp)).length;
  const said = refused ? words.refused.replace("{count}", refused) : words.unsent.replace("{count}", store.size);
  say(said);
});

addEventListener("beforeunload", (event) => {
  // Kept on this machine is safe; only where the browser refuses to keep it the person is warned.
  if (store.size && !store.safe) event.preventDefault();
});
form.addEventListener("submit", (event) => event.preventDefault());

// -- Beginning -----------------------------------------------------------------------------------

const counts = filters(form, rows, progress);
keys(form);
paste(form, fields);
for (const item of store.items()) restore(item);
bar();
if (!store.safe) say(words.noStore);
sender.kick(0);

// What was typed before a reload, with the version it was based on.
function restore(item) {
  const field = fields.get(item.indicator);
  if (!field) return store.remove(item.indicator);
  const row = field.row;
  if (item.not_applicable && row.naBox) {
    row.naBox.checked = true;
    row.reasonBox.value = item.note ?? "";
  } else {
    if (field.isOwn && row.naBox) row.naBox.checked = false;
    field.texts = item;
    if (item.note !== undefined && row.noteBox?.dataset.note === field.code) row.noteBox.value = item.note;
  }
  field.copied = item.copied;
  field.mark("waiting");
  row.judge();
}
form.dataset.ready = "true";
