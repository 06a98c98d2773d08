// Whom a form goes to: a district ticks its communes, ticking chooses 'từng xã', the count stands beside it.
// Without a script a ticked district counts for its communes on the server.
const groups = document.querySelector("[data-groups]");
const chosen = document.querySelector("[data-chosen]");
const one = document.querySelector('input[name="who"][value="chosen"]');
const communes = [...groups.querySelectorAll("[data-commune]")];
const districts = [...groups.querySelectorAll("[data-district]")];
const under = (district) => [...district.closest(".ask-group").querySelectorAll("[data-commune]")];

function show() {
  for (const district of districts) {
    const ticked = under(district).filter((box) => box.checked).length;
    district.checked = ticked === under(district).length;
    district.indeterminate = ticked > 0 && !district.checked;
  }
  const count = communes.filter((box) => box.checked).length;
  chosen.textContent = one.checked && count ? `${chosen.dataset.word} ${count}` : "";
  groups.hidden = !one.checked;
}

for (const district of districts) {
  // The communes say it all: a district that was unticked in part must not bring the rest back.
  district.removeAttribute("name");
  if (district.checked) under(district).forEach((box) => (box.checked = true));
  district.addEventListener("change", () => under(district).forEach((box) => (box.checked = district.checked)));
}
document.querySelector("form.ask").addEventListener("change", show);
show();
