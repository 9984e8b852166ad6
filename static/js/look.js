// Small improvements. Every page works without them.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  // Menus close on Escape and on a click elsewhere.
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // A text area grows with its text; a counter says what is left.
  const grow = (area) => {
    if (!area.offsetParent) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  };
  const count = (field) => {
    let counter = field.parentElement.querySelector(".counter");
    if (!counter) {
      counter = document.createElement("p");
      counter.className = "counter";
      counter.setAttribute("aria-hidden", "true");
      field.after(counter);
    }
    const most = Number(field.dataset.count || field.maxLength);
    counter.textContent = `${field.value.length} / ${most}`;
    counter.classList.toggle("counter-over", field.value.length > most);
  };
  // A slider says where it stands.
  const tell = (slider) => {
    const told = document.querySelector(`output[for="${slider.id}"]`);
    if (told) told.textContent = slider.value;
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) grow(event.target);
    if (event.target.matches("[data-count]")) count(event.target);
    if (event.target.matches("input[type=range]")) tell(event.target);
  });

  // A form sent twice in a hurry is sent once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  // Where the browser stores nothing for us, the page remembers as long as it is open.
  const memory = new Map();
  const remembered = {
    get(key) {
      try { return sessionStorage.getItem(key); } catch { return memory.get(key); }
    },
    set(key, value) {
      try { sessionStorage.setItem(key, value); } catch { memory.set(key, value); }
    },
    forget(key) {
      try { sessionStorage.removeItem(key); } catch { memory.delete(key); }
    },
  };

  // Ticks of a long list outlive a filter and another page of it, for as long as the tab is open
  // and the same person uses it.
  const ticks = {
    key: (address, reader) => `ticks ${reader} ${new URL(address, location.href).pathname}`,
    of: (form) => ticks.key(form.action, form.dataset.reader),
    kept: (form) => JSON.parse(remembered.get(ticks.of(form)) || "{}"),
    boxes: (form) => [...form.querySelectorAll("input[type=checkbox][name]")],
    keep(form, kept) {
      remembered.set(ticks.of(form), JSON.stringify(kept));
      ticks.show(form);
    },
    // A row that cannot be ticked any more takes its tick with it.
    drop(form) {
      const kept = ticks.kept(form);
      for (const row of form.querySelectorAll("[data-no-box]")) delete kept[row.dataset.noBox];
      remembered.set(ticks.of(form), JSON.stringify(kept));
      return kept;
    },
    show(form) {
      const kept = ticks.drop(form);
      const boxes = ticks.boxes(form);
      for (const box of boxes) box.checked = kept[box.value] ?? box.checked;
      for (const field of form.querySelectorAll("[data-elsewhere]")) field.remove();
      const here = new Set(boxes.map((box) => box.value));
      const elsewhere = Object.keys(kept).filter((value) => kept[value] && !here.has(value));
      for (const value of elsewhere) {
        const field = Object.assign(document.createElement("input"), { type: "hidden", name: form.dataset.ticks, value });
        field.dataset.elsewhere = "";
        form.append(field);
      }
      const ticked = boxes.filter((box) => box.checked).length + elsewhere.length;
      form.querySelector("[data-ticked]").textContent = ticked;
    },
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-ticks]");
    if (!form || event.target.type !== "checkbox") return;
    ticks.keep(form, { ...ticks.kept(form), [event.target.value]: event.target.checked });
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-untick]")?.form;
    if (form) ticks.keep(form, Object.fromEntries(ticks.boxes(form).map((box) => [box.value, false])));
  });
  for (const { dataset } of document.querySelectorAll("[data-ticks-taken]")) {
    remembered.forget(ticks.key(dataset.ticksTaken, dataset.reader));
  }

  // A part that asks again and again stops when nothing but errors comes back, and says what to do.
  const ENOUGH = 5;
  const failures = new WeakMap();
  const stopAsking = (part) => {
    part.removeAttribute("hx-get");
    part.removeAttribute("hx-trigger");
    htmx.process(part);
    const said = Object.assign(document.createElement("div"), { className: "strong" });
    said.setAttribute("role", "status");
    if (part.hidden) part.after(said);
    else part.append(said);
    const again = Object.assign(document.createElement("a"), { href: location.pathname + location.search });
    again.textContent = document.body.dataset.lookAgain;
    // A screen reader reads what enters a status that is there already.
    setTimeout(() => said.append(document.body.dataset.notRenewed, " ", again), 100);
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const part = event.target;
    if (!part.matches?.("[hx-trigger^=every]")) return;
    const failed = event.detail.successful ? 0 : (failures.get(part) ?? 0) + 1;
    failures.set(part, failed);
    if (failed === ENOUGH) stopAsking(part);
  });

  const dress = (part) => {
    for (const form of part.querySelectorAll("[data-ticks]")) ticks.show(form);
    for (const area of part.querySelectorAll("textarea")) grow(area);
    for (const field of part.querySelectorAll("[data-count]")) count(field);
    part.querySelector("[data-error-summary]")?.focus();
  };
  dress(document);
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
})();
