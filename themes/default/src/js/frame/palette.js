// The command palette: Ctrl+K or the search button; arrows choose, Enter opens. What it finds
// comes from /search as JSON.
const palette = document.querySelector("[data-palette]");
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

function iconOf(name) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${palette.dataset.icons}#${name || "arrow-right"}`);
  picture.append(use);
  return picture;
}

function startPalette() {
  const input = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  const none = palette.querySelector("[data-palette-empty]");
  const failed = palette.querySelector("[data-palette-failed]");
  let latest = 0;
  let waiting = 0;

  const items = () => [...list.querySelectorAll("[role=option]")];

  function choose(item) {
    for (const other of items()) other.setAttribute("aria-selected", String(other === item));
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function step(by) {
    const all = items();
    const at = all.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (all.length) choose(all[(at + by + all.length) % all.length]);
  }

  function show(results) {
    list.replaceChildren();
    let group = null;
    results.forEach((result, index) => {
      if (result.group && result.group !== group) {
        group = result.group;
        const title = document.createElement("div");
        title.className = "palette-group";
        title.setAttribute("role", "presentation");
        title.textContent = group;
        list.append(title);
      }
      const item = document.createElement("a");
      item.className = "palette-item";
      item.id = `palette-item-${index}`;
      item.setAttribute("role", "option");
      item.tabIndex = -1;
      item.href = String(result.path).startsWith("/") ? result.path : "/";
      item.append(iconOf(result.icon), result.title);
      if (result.text) {
        const text = document.createElement("small");
        text.textContent = result.text;
        item.append(text);
      }
      list.append(item);
    });
    none.hidden = results.length > 0;
    failed.hidden = true;
    choose(items()[0]);
  }

  async function search() {
    const asked = ++latest;
    try {
      const answer = await fetch(`/search?q=${encodeURIComponent(input.value.trim())}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { results } = await answer.json();
      if (asked === latest) show(results);
    } catch {
      if (asked !== latest) return;
      list.replaceChildren();
      none.hidden = true;
      failed.hidden = false;
    }
  }

  function open() {
    if (palette.open) return;
    palette.showModal();
    input.select();
    search();
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") list.querySelector("[aria-selected=true]")?.click();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && item.getAttribute("aria-selected") !== "true") choose(item);
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target instanceof Element && event.target.closest("[data-opens-palette]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    open();
  });
  for (const hint of document.querySelectorAll("[data-shortcut]")) {
    hint.textContent = isApple ? "⌘K" : "Ctrl K";
    hint.hidden = false;
  }
}

if (palette) startPalette();
