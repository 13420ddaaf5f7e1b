// What pages gain with JavaScript; every one of them works without.
const root = document.documentElement;
root.classList.add("js");

// Light and dark.
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const shownTheme = () => root.dataset.theme ?? (systemIsDark.matches ? "dark" : "light");

function describeToggles() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(shownTheme() === "dark"));
  }
}

function toggleTheme() {
  const next = shownTheme() === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    localStorage.setItem("theme", next);
  } catch {
    // Not kept then; it still holds for this page.
  }
  describeToggles();
}

// After a refused form: the first field that is wrong, or the summary of what is not about a field.
const wrong = [...document.querySelectorAll('[aria-invalid="true"]')].find((field) => field.checkVisibility());
(wrong ?? document.querySelector("[data-form-errors]"))?.focus();

// A menu closes by Escape and by a click beside it.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

// Dialogs open by a button that names them.
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("[data-theme-toggle]")) toggleTheme();
  const opener = target?.closest("[data-opens-dialog]");
  if (opener) openDialog(opener.dataset.opensDialog);
  if (target?.closest("[data-dismiss]")) target.closest("[role=status], [role=alert], .toast-item")?.remove();
  closeMenus(target);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  closeMenus(null);
  menu?.querySelector("summary")?.focus();
});

systemIsDark.addEventListener("change", describeToggles);
describeToggles();
