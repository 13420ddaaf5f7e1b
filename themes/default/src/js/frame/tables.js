// Choosing rows of a table: all at once, and how many.
function startTable(table) {
  const all = table.querySelector("[data-select-all]");
  const boxes = [...table.querySelectorAll("[data-select]")];
  const count = table.querySelector("[data-bulk-count]");
  if (!all || !boxes.length) return;
  all.hidden = false;

  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    count.textContent = `${chosen} / ${boxes.length}`;
    count.hidden = chosen === 0;
  }
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  table.addEventListener("change", tell);
  tell();
}
for (const table of document.querySelectorAll("[data-table]")) startTable(table);
