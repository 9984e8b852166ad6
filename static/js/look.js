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

  const dress = (part) => {
    for (const area of part.querySelectorAll("textarea")) grow(area);
    for (const field of part.querySelectorAll("[data-count]")) count(field);
    part.querySelector("[data-error-summary]")?.focus();
  };
  dress(document);
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
})();
