// A block copied from a spreadsheet fills the boxes from where one stands: a line a figure, a column a box.

const YES = /^(có|1|x|đạt)$/i;
const NO = /^(chưa|không|0|chưa đạt)$/i;

export function paste(form, fields) {
  form.addEventListener("paste", (event) => {
    const box = event.target.closest?.("[data-field]");
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!box || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const boxes = [...form.querySelectorAll("[data-field]")].filter((one) => one.offsetParent !== null);
    const from = boxes.indexOf(box);
    const column = Math.max(0, fields.get(box.dataset.field).inputs.indexOf(event.target));
    text.split(/\r?\n/).forEach((line, at) => {
      const field = fields.get(boxes[from + at]?.dataset.field);
      if (field) fill(field, line.split("\t"), column);
    });
  });
}

// An empty cell leaves its box as it is.
function fill(field, cells, column) {
  cells.forEach((cell, at) => {
    const text = cell.normalize("NFC").trim();
    if (!text) return;
    if (field.radios.length) choose(field, text);
    const input = field.inputs[column + at];
    if (!input) return;
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function choose(field, text) {
  const wanted = YES.test(text) ? "1" : NO.test(text) ? "0" : null;
  const radio = field.radios.find((one) => one.value === wanted);
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("input", { bubbles: true }));
}
