// One row of the form: its boxes, what was stored, what was typed, and what is said about it.

import { parseBox, formatPercent } from "./numbers.js";
import { barsOf, holds, judge } from "./rules.js";
import { element, showChip, showMark } from "./marks.js";

// One figure: the row's own or a part's. `spec`: code, part, kind, decimals, scale, version, last.
export class Field {
  constructor(row, spec, box) {
    Object.assign(this, { row, spec, box, code: spec.code, version: spec.version });
    const inputs = box ? [...box.querySelectorAll("input:not([type=hidden])")] : [];
    this.radios = [...row.el.querySelectorAll(`input[type=radio][name="${CSS.escape(this.code)}"]`)];
    this.inputs = inputs.filter((input) => input.type !== "radio");
    this.markPlace = box?.closest(".entry-row").querySelector("[data-mark]");
    this.result = box?.querySelector("[data-result]");
    this.isOwn = spec.part === "";
    this.copied = false;
    this.remember();
  }

  get texts() {
    if (this.radios.length) return { value: this.radios.find((radio) => radio.checked)?.value ?? "", denominator: "" };
    return { value: this.inputs[0]?.value.trim() ?? "", denominator: this.inputs[1]?.value.trim() ?? "" };
  }

  set texts(texts) {
    this.write(texts);
  }

  // Puts texts into the boxes, save into the one in which the person is.
  write({ value, denominator }, busy = null) {
    for (const radio of this.radios) radio.checked = radio.value === value;
    const [first, second] = this.inputs;
    if (first && first !== busy) first.value = value;
    // A cleared figure keeps its denominator in sight, for the next numerator.
    if (second && second !== busy && (denominator || value)) second.value = denominator;
  }

  // What is stored, as the page shows it: what differs from it was typed.
  remember() {
    this.stored = { ...this.texts, ...this.row.extras(this) };
  }

  // The item to send, or null when nothing differs from what is stored.
  item() {
    const texts = this.texts;
    const extras = this.row.extras(this);
    if (extras.not_applicable) Object.assign(texts, { value: "", denominator: "" });
    else if (!texts.value && texts.denominator === this.stored.denominator) texts.denominator = "";
    const stored = { ...this.stored };
    if (!stored.value) stored.denominator = texts.value || texts.denominator ? stored.denominator : "";
    const same = ["value", "denominator", "not_applicable", "note"].every(
      (name) => ({ ...texts, ...extras })[name] === stored[name],
    );
    if (same && !this.copied) return null;
    const note = extras.note === undefined ? {} : { note: extras.note };
    const stands = this.alone !== null && !texts.value && !texts.denominator && !extras.not_applicable;
    return {
      indicator: this.code,
      ...texts,
      ...note,
      not_applicable: Boolean(extras.not_applicable),
      reason: extras.reason ?? "",
      reason_kind: extras.reason_kind ?? "",
      alone: stands ? this.alone : null,
      copied: this.copied,
      version: this.version,
    };
  }

  // Still being typed: one of two boxes is empty, or a reason is not there yet.
  get unfinished() {
    const { value, denominator } = this.texts;
    const extras = this.row.extras(this);
    if (extras.not_applicable) return !extras.note;
    if (extras.reason_kind && !extras.reason) return true;
    if (this.row.changeBox && document.activeElement === this.row.changeBox) return true;
    return this.inputs.length === 2 && Boolean(value) !== Boolean(denominator);
  }

  // The person is in one of its two boxes: the other may be next.
  get isBeingPaired() {
    return this.inputs.length === 2 && this.inputs.includes(document.activeElement);
  }

  // A percentage that stands without its pair, in steps of 0.01 %; null where there is none.
  get alone() {
    return this.spec.alone ?? null;
  }

  // In smallest steps; null for a box that cannot be read. What is counted from records has no box.
  get figure() {
    if (this.isOwn && this.row.notApplicable) return { value: null, denominator: null, notApplicable: true };
    if (this.spec.fixed) {
      const [value, denominator] = this.spec.fixed.map((text) => (text === null ? null : BigInt(text)));
      return { value, denominator, notApplicable: false };
    }
    if (this.alone !== null && !this.texts.value) {
      return { value: BigInt(this.alone), denominator: 10_000n, alone: true, notApplicable: false };
    }
    const { value, denominator } = this.texts;
    const read = (text) => (text === "" ? null : this.radios.length ? BigInt(text) : parseBox(text, this.spec));
    const figure = { value: read(value), denominator: read(denominator), notApplicable: false };
    const impossible = this.inputs.length === 2 && figure.value !== null && figure.value > (figure.denominator ?? 0n);
    return impossible || figure.value === null || figure.value < 0n ? { ...figure, value: null } : figure;
  }

  showResult(rule) {
    if (!this.result) return;
    const { value, denominator, alone } = this.figure;
    this.result.toggleAttribute("data-alone", Boolean(alone));
    if (alone) return void (this.result.textContent = this.spec.aloneWords);
    if (value === null || !denominator) return void (this.result.textContent = "—");
    const bars = barsOf(rule, this.spec.part).map((bar) => ({
      ...bar,
      met: holds(bar.op, [value * 100n, denominator], bar.value),
    }));
    this.result.textContent = formatPercent(value, denominator, bars);
  }

  mark(name) {
    showMark(this.markPlace ?? this.row.ownMark, name);
  }

  // What the server stored: shown back in its own writing, unless the person has typed on; at once when it
  // comes from elsewhere, else in the box one is in only when one leaves it.
  take(told, keepTyped, elsewhere = false) {
    this.version = told.version;
    const box = this.inputs[1]?.value ?? "";
    this.stored = {
      value: told.value,
      denominator: told.denominator || (told.value ? "" : box),
      ...this.row.takeExtras(this, told, keepTyped),
    };
    this.copied = false;
    this.spec.alone = told.alone ?? null;
    if (keepTyped) return;
    const busy = !elsewhere && this.inputs.includes(document.activeElement) ? document.activeElement : null;
    this.write(told, busy);
    this.showBack = busy ? { told, typed: busy.value } : null;
    this.clearErrors();
    this.mark(told.value || told.not_applicable || this.alone !== null ? "saved" : "");
  }

  // When the box is left, the server's writing of the number comes into it.
  left(box) {
    if (this.showBack?.typed === box.value) this.texts = this.showBack.told;
    this.showBack = null;
  }

  clearErrors() {
    for (const said of this.row.errors.querySelectorAll(`[data-of="${CSS.escape(this.code)}"]`)) said.remove();
    for (const input of this.inputs) input.removeAttribute("aria-invalid");
  }

  showErrors(texts) {
    this.clearErrors();
    for (const text of texts) this.row.errors.append(element("p", { className: "entry-error", text, of: this.code }));
    for (const input of this.inputs) input.setAttribute("aria-invalid", "true");
  }

  showWarnings(texts) {
    for (const text of texts) this.row.errors.append(element("p", { className: "entry-warning", text, of: this.code }));
  }
}

export class Row {
  constructor(el, spec) {
    Object.assign(this, { el, spec, rule: spec.rule });
    this.errors = el.querySelector("[data-errors]");
    this.chip = el.querySelector("[data-chip-here]");
    this.naBox = el.querySelector("[data-na-box]");
    this.reasonBox = el.querySelector("[data-reason-box]");
    this.noteBox = el.querySelector("[data-note]");
    this.changeBox = el.querySelector("[data-reason]");
    this.kindBox = el.querySelector("[data-reason-kind]");
    this.ownMark = el.querySelector("[data-mark]");
    this.entered = el.hasAttribute("data-entered");
    this.verdict = el.dataset.verdict.replace("-", "_");
    this.errors.setAttribute("aria-live", "polite");
    const boxes = new Map([...el.querySelectorAll("[data-field]")].map((box) => [box.dataset.field, box]));
    this.fields = spec.fields.map((one) => new Field(this, one, boxes.get(one.code)));
    this.own = this.fields.find((field) => field.isOwn);
    this.typed = this.fields.filter((field) => field.box);
    for (const input of el.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  }

  get notApplicable() {
    return Boolean(this.naBox?.checked);
  }

  // What else belongs to a figure: 'không áp dụng' and its reason, the note, the reason of a change.
  extras(field) {
    const extras = {};
    if (field.isOwn && this.naBox) extras.not_applicable = this.naBox.checked;
    if (field.isOwn && this.notApplicable) extras.note = this.reasonBox.value.trim();
    else if (this.noteBox?.dataset.note === field.code) extras.note = this.noteBox.value.trim();
    if (this.changeBox) extras.reason = this.changeBox.value.trim();
    if (this.kindBox) extras.reason_kind = this.kindBox.value;
    return extras;
  }

  takeExtras(field, told, keepTyped) {
    const extras = {};
    if (field.isOwn && this.naBox) extras.not_applicable = told.not_applicable;
    if (field.isOwn && told.not_applicable) extras.note = told.note;
    else if (this.noteBox?.dataset.note === field.code) extras.note = told.note;
    if (keepTyped) return extras;
    if (extras.not_applicable !== undefined) {
      this.naBox.checked = told.not_applicable;
      if (told.not_applicable && document.activeElement !== this.reasonBox) this.reasonBox.value = told.note;
    }
    if (!told.not_applicable && extras.note !== undefined && document.activeElement !== this.noteBox) {
      this.noteBox.value = told.note;
    }
    this.forgetReason();
    return extras;
  }

  // The reason of one change is not that of the next.
  forgetReason() {
    if (this.changeBox && document.activeElement !== this.changeBox) this.changeBox.value = "";
    if (this.kindBox && document.activeElement !== this.kindBox) this.kindBox.value = "";
  }

  // A figure that was refused for want of a reason: the box for it is shown.
  askReason() {
    if (this.kindBox && !(this.kindBox.value && this.changeBox.value.trim())) {
      this.changeBox.closest("details").open = true;
    }
  }

  // The percentage, the sum of the parts and the verdict by what stands in the boxes.
  judge() {
    const figures = {};
    const measures = {};
    for (const field of this.fields) {
      if (field.box) field.showResult(this.rule);
      figures[field.spec.part] = field.figure;
      measures[field.spec.part] = { kind: field.spec.kind, decimals: field.spec.decimals };
    }
    if (!this.own.box) this.#showSum(figures);
    this.show(this.rule ? judge(this.rule, figures, measures) : this.notApplicable ? "not_applicable" : "unknown");
    this.el.toggleAttribute("data-na", this.notApplicable);
  }

  #showSum(figures) {
    const place = this.el.querySelector(".entry-row-derived [data-result]");
    if (!place || this.own.spec.kind !== "percent") return;
    const parts = this.fields.filter((field) => !field.isOwn).map((field) => figures[field.spec.part]);
    const known = parts.every((part) => part.value !== null && part.denominator && !part.alone);
    const sum = (name) => parts.reduce((total, part) => total + part[name], 0n);
    place.textContent = known ? formatPercent(sum("value"), sum("denominator")) : "—";
  }

  show(verdict) {
    if (verdict !== this.verdict || !this.chip?.firstElementChild) showChip(this.chip, verdict);
    this.verdict = verdict;
  }
}
