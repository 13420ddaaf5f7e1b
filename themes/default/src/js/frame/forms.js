// Forms: show a password, go to the first objection, send once, warn before typed text is lost.
for (const button of document.querySelectorAll("[data-reveals]")) button.hidden = false;

function reveal(button) {
  const field = document.getElementById(button.dataset.reveals);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.querySelector("[data-when-hidden]").hidden = shown;
  button.querySelector("[data-when-shown]").hidden = !shown;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest("[data-reveals]");
  if (button) reveal(button);
});

// A form that was changed asks before its page is left; data-quiet is for filters and the like.
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post" && !("quiet" in form.dataset)) changed.add(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  // A preview goes into a frame: the page stays, and so does what was typed and is not saved.
  if (event.submitter?.formTarget) return;
  changed.delete(form);
  if (form.method !== "post") return;
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
});
// Coming back by the browser's history, the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
addEventListener("beforeunload", (event) => {
  for (const form of changed) if (!form.isConnected) changed.delete(form);
  if (changed.size) event.preventDefault();
});

// The button of a confirmation stays off until its word is typed.
function followTyped(input) {
  const button = input.form.querySelector("button[type=submit]");
  const follow = () => (button.disabled = input.value.trim() !== input.dataset.typed);
  input.addEventListener("input", follow);
  follow();
}
for (const input of document.querySelectorAll("[data-typed]")) followTyped(input);
for (const dialog of document.querySelectorAll(".confirm[popover]")) {
  dialog.addEventListener("toggle", (event) => {
    if (event.newState === "open") dialog.querySelector("input:not([type=hidden]), button")?.focus();
  });
}
