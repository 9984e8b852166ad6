// Narrows the capabilities to those containing the letters typed; groups open while it does.
(() => {
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-picker-search]")) return;
    event.stopPropagation();
    const picker = event.target.closest("[data-picker]");
    const wanted = plain(event.target.value.trim());
    let shown = 0;
    for (const group of picker.querySelectorAll("details")) {
      if (group.dataset.wasOpen === undefined) group.dataset.wasOpen = group.open ? "1" : "";
      let inGroup = 0;
      for (const pick of group.querySelectorAll("[data-pick]")) {
        pick.hidden = !plain(pick.querySelector("legend").textContent).includes(wanted);
        inGroup += pick.hidden ? 0 : 1;
      }
      group.hidden = inGroup === 0;
      group.open = wanted ? inGroup > 0 : group.dataset.wasOpen === "1";
      shown += inGroup;
    }
    picker.querySelector("[data-picker-none]").hidden = shown > 0;
  }, true);
})();
