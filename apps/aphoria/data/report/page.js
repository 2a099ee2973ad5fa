"use strict";
(() => {
  const root = document.documentElement;
  const form = document.getElementById("filters");
  const kind = document.getElementById("kind");
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const items = Array.from(document.querySelectorAll("article"));
  const texts = items.map((item) => item.textContent.toLowerCase());
  const toggles = Array.from(form.querySelectorAll("button[data-outcome]"));
  const apply = () => {
    const open = new Set(toggles.filter((each) => each.getAttribute("aria-pressed") === "true")
      .map((each) => each.dataset.outcome));
    const wanted = words.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let count = 0;
    items.forEach((item, at) => {
      const fits = open.has(item.dataset.outcome) && (kind.value === "" || kind.value === item.dataset.kind) &&
        wanted.every((word) => texts[at].includes(word));
      item.hidden = !fits;
      count += fits ? 1 : 0;
    });
    shown.value = `${count} of ${items.length}`;
    none.hidden = count > 0;
  };
  for (const each of toggles) {
    each.addEventListener("click", () => {
      each.setAttribute("aria-pressed", String(each.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  kind.addEventListener("change", apply);
  words.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const is = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = is === "dark" ? "light" : "dark";
  });
  document.body.classList.add("live");
  apply();
})();
