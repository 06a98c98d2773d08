// 'n' opens the next report of the reviewer's pile; a tick beside the link turns the key off, and stays off.
const next = document.querySelector("a[data-next]");
const toggle = document.querySelector("input[data-key]");

if (next && toggle) {
  const remembered = "review.key.n";
  toggle.checked = localStorage.getItem(remembered) !== "off";
  toggle.closest("[hidden]").hidden = false;
  toggle.addEventListener("change", () => localStorage.setItem(remembered, toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (event.key !== "n" || event.ctrlKey || event.altKey || event.metaKey || typing || !toggle.checked) return;
    event.preventDefault();
    next.click();
  });
}
