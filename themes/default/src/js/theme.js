// Runs before the first paint: the visitor's choice of light or dark, when there is one.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage can be switched off; the system's preference then decides.
  }
})();
