"use strict";
(() => {
  const all = (pattern, within = document) => [...within.querySelectorAll(pattern)];
  const search = document.getElementById("search");
  const count = document.getElementById("shown");
  const none = document.getElementById("none");
  const groups = all(".group").map((element) => ({
    element,
    entry: document.querySelector(`.contents a[href="#${element.querySelector("h2").id}"]`)?.parentElement,
    name: element.querySelector("h2").textContent.toLowerCase(),
    rows: all(".row", element).map((row) => ({
      element: row,
      state: row.dataset.state,
      text: row.textContent.toLowerCase(),
    })),
  }));
  const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
  let here = null;

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const boxes = all("input[name=state]");
    const states = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    for (const group of groups) {
      let any = false;
      for (const row of group.rows) {
        const fits =
          (boxes.length === 0 || states.has(row.state)) &&
          words.every((word) => row.text.includes(word) || group.name.includes(word));
        row.element.hidden = !fits;
        any = any || fits;
        shown += fits ? 1 : 0;
      }
      group.element.hidden = !any;
      if (group.entry) group.entry.hidden = !any;
    }
    none.hidden = shown > 0 || total === 0;
    count.textContent = `${shown.toLocaleString("en")} of ${total.toLocaleString("en")} shown`;
  };

  const go = (step) => {
    const rows = groups.flatMap((group) =>
      group.rows.filter((row) => !row.element.hidden && row.state !== "same"),
    );
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.element === here);
    const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : (at + step + rows.length) % rows.length;
    if (here) here.classList.remove("here");
    here = rows[next].element;
    here.classList.add("here");
    here.tabIndex = -1;
    here.focus({ preventScroll: true });
    here.scrollIntoView({ block: "center" });
  };

  // A link may lead to what is filtered out.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("[hidden]")) return;
    search.value = "";
    all("input[name=state]").forEach((box) => (box.checked = true));
    show();
    target.scrollIntoView();
  };

  const button = document.getElementById("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : prefersDark.matches;
  };
  const nameButton = () => {
    button.textContent = isDark() ? "Light mode" : "Dark mode";
  };
  const theme = () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    nameButton();
  };

  search.addEventListener("input", show);
  addEventListener("hashchange", reveal);
  addEventListener("beforeprint", () => all("details").forEach((one) => { one.open = true; }));
  all("input[name=state]").forEach((box) => box.addEventListener("change", show));
  button.addEventListener("click", theme);
  prefersDark.addEventListener("change", nameButton);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && search.value) {
      search.value = "";
      show();
    } else if (event.target === search) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      search.focus();
    } else if (event.key === "n" || event.key === "j") {
      go(1);
    } else if (event.key === "p" || event.key === "k") {
      go(-1);
    } else if (event.key === "t") {
      theme();
    }
  });
  document.querySelector(".tools").hidden = false;
  nameButton();
  show();
  reveal();
})();
