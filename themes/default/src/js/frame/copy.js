// Copy buttons copy the text beside them, marked data-copied.
async function copyBeside(button) {
  const source = button.closest(".code-block, dd, [data-copy-group]")?.querySelector("[data-copied]");
  if (!source) return;
  await navigator.clipboard.writeText(source.textContent);
  button.dataset.copiedNow = "";
  setTimeout(() => delete button.dataset.copiedNow, 1500);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-copy]");
    if (button) copyBeside(button);
  });
}
