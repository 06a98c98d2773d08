// Enter goes to the next box, Shift+Enter back; up and down go to the same box of the row above or below.

const BOXES = ".entry-inputs input:not([type=hidden])";

export function keys(form) {
  const boxes = () => [...form.querySelectorAll(BOXES)].filter((box) => box.offsetParent !== null);

  form.addEventListener("keydown", (event) => {
    const box = event.target;
    if (box.tagName !== "INPUT" || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      go(step(boxes(), box, event.shiftKey ? -1 : 1));
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && box.matches(BOXES) && box.type !== "radio") {
      event.preventDefault();
      go(sameColumn(boxes(), box, event.key === "ArrowDown" ? 1 : -1));
    }
  });
}

// The next box; the options of one question count as one, and the chosen one is where one lands.
function step(all, box, direction) {
  const at = all.indexOf(box) >= 0 ? all.indexOf(box) : all.findIndex((one) => follows(box, one)) - 1;
  for (let next = at + direction; next >= 0 && next < all.length; next += direction) {
    const one = all[next];
    if (one.type !== "radio") return one;
    if (box.type === "radio" && one.name === box.name) continue;
    const options = all.filter((option) => option.name === one.name);
    return options.find((option) => option.checked) ?? options[0];
  }
  return null;
}

function follows(box, other) {
  return Boolean(box.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
}

function sameColumn(all, box, direction) {
  const second = box.name.endsWith(":d");
  const texts = all.filter((one) => one.type !== "radio");
  for (let next = texts.indexOf(box) + direction; next >= 0 && next < texts.length; next += direction) {
    if (texts[next].name.endsWith(":d") === second) return texts[next];
  }
  return null;
}

function go(box) {
  if (!box) return;
  box.focus();
  box.select?.();
  box.scrollIntoView({ block: "nearest" });
}
