"use strict";
(() => {
  const said = document.getElementById("said");

  // Copy: exactly what is shown. The buttons exist only where script runs.
  const select = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const tell = (button, word) => {
    button.textContent = word;
    said.textContent = word;
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };
  for (const button of document.querySelectorAll("button.copy")) {
    const code = button.closest(".code").querySelector("code");
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        tell(button, "Copied");
      } catch {
        select(code);
        let done = false;
        try { done = document.execCommand("copy"); } catch { done = false; }
        tell(button, done ? "Copied" : "Selected");
      }
    });
  }

  // A link to a finding opens what it stands in and moves the focus there.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let node = target; node; node = node.parentElement) {
      if (node instanceof HTMLDetailsElement) node.open = true;
    }
    target.scrollIntoView({ block: "start" });
    if (target.tabIndex >= -1) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) { event.preventDefault(); reveal(); }
  });
  reveal();

  // Arrow keys walk the marked cells; quiet cells name themselves under the mouse.
  for (const table of document.querySelectorAll("table.matrix")) {
    const ids = table.querySelectorAll("tr.ids > *");
    table.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      const cell = event.target.closest && event.target.closest("td");
      if (!step || !cell) return;
      let row = cell.parentElement.rowIndex;
      let column = cell.cellIndex;
      for (;;) {
        row += step[0];
        column += step[1];
        const next = table.rows[row] && table.rows[row].cells[column];
        if (!next) return;
        const link = next.querySelector("a");
        if (next.tagName === "TD" && link) {
          event.preventDefault();
          link.focus();
          return;
        }
      }
    });
    table.addEventListener("mouseover", (event) => {
      const cell = event.target.closest && event.target.closest("td.p, td.n, td.b, td.q, td.d, td.x");
      if (!cell || cell.title) return;
      const name = cell.parentElement.querySelector(".name");
      const id = ids[cell.cellIndex];
      if (name && id) cell.title = name.textContent + " · " + (id.title || id.textContent);
    });
  }

  // On paper everything is open, and closes again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].slice(0, 500);
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
})();
