// Somebody else stored another figure meanwhile: both stand side by side, and the person chooses.

export class Conflict {
  constructor({ keepMine, takeTheirs }) {
    Object.assign(this, { keepMine, takeTheirs });
    this.template = document.querySelector("template[data-conflict]").content;
  }

  show(field, theirs) {
    field.clearErrors();
    const block = this.template.cloneNode(true).firstElementChild;
    block.dataset.of = field.code;
    block.querySelector("[data-theirs]").textContent = theirs.shown;
    block.querySelector("[data-by]").textContent = theirs.who ? `(${theirs.who}, ${theirs.when})` : "";
    block.querySelector("[data-mine]").textContent = mine(field);
    const choose = (name, act) =>
      block.querySelector(`[data-${name}]`).addEventListener("click", () => {
        block.remove();
        act(field, theirs);
        (field.inputs[0] ?? field.radios[0])?.focus();
      });
    choose("keep-mine", this.keepMine);
    choose("take-theirs", this.takeTheirs);
    field.row.errors.append(block);
  }
}

function mine(field) {
  const { value, denominator } = field.texts;
  if (field.row.notApplicable) return field.row.reasonBox.value;
  const chosen = field.radios.find((radio) => radio.checked);
  if (chosen) return chosen.closest("label").textContent.trim();
  const between = field.box?.querySelector(".entry-word")?.textContent ?? "";
  return denominator && value ? `${value} ${between} ${denominator}` : value || "—";
}
