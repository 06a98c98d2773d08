// 'Chưa nhập', 'Cần chỉnh sửa', 'Chưa đạt' without a new page. A row stays where it is while one types in it:
// it is sorted anew only when a filter is chosen.

export function filters(form, rows, progress) {
  const list = document.querySelector("[data-filters]");
  const pills = [...list.querySelectorAll("[data-show]")];

  function choose(name) {
    for (const row of rows) {
      row.el.toggleAttribute("data-entered", row.entered);
      row.el.dataset.verdict = row.verdict.replace("_", "-");
    }
    form.dataset.show = name;
    for (const pill of pills) {
      if (pill.dataset.show === name) pill.setAttribute("aria-current", "true");
      else pill.removeAttribute("aria-current");
    }
    scrollTo({ top: 0 });
  }

  // On a phone the list is wider than the screen: the chosen one comes into sight.
  const chosen = list.querySelector("[aria-current]");
  if (chosen) list.scrollLeft = chosen.offsetLeft - list.clientWidth / 2 + chosen.offsetWidth / 2;

  list.addEventListener("click", (event) => {
    const pill = event.target.closest("[data-show]");
    if (!pill || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(pill.dataset.show);
    history.replaceState(null, "", pill.getAttribute("href"));
  });

  return {
    refresh() {
      const counts = { missing: progress.count - progress.entered, not_met: progress.notMet };
      for (const pill of pills) {
        if (pill.dataset.show in counts) pill.querySelector("[data-count]").textContent = counts[pill.dataset.show];
      }
    },
  };
}
