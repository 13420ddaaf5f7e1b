// The bell's number, and toasts: of the page, and of `wf:notification` events, whose detail is
// {title, text, path}. Toasts leave by themselves unless somebody is at them.
const bell = document.querySelector("[data-bell]");
const toasts = document.querySelector("[data-toasts]");
const STAYS = 8000;
const bellSays = bell?.ariaLabel;

function showUnread(count) {
  const place = bell?.querySelector("[data-bell-count]");
  if (!place) return;
  place.textContent = count > 99 ? "99+" : String(count);
  place.hidden = count === 0;
  // What is read out has what is seen in it.
  bell.ariaLabel = count === 0 ? bellSays : `${bellSays}: ${place.textContent}`;
}

async function askUnread() {
  try {
    const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" } });
    if (answer.ok) showUnread((await answer.json()).unread);
  } catch {
    // No number then; the page of notifications still has them.
  }
}

function leaveLater(toast) {
  let left = setTimeout(() => toast.remove(), STAYS);
  const stay = () => clearTimeout(left);
  const go = () => (left = setTimeout(() => toast.remove(), STAYS));
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("focusout", go);
}

function showToast({ title = "", text = "", path = "" }) {
  const template = document.querySelector("[data-toast-template]");
  if (!template || !toasts) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  const heading = toast.querySelector("[data-toast-title]");
  if (path.startsWith("/") && !path.startsWith("//")) {
    const link = document.createElement("a");
    link.href = path;
    link.textContent = title;
    heading.append(link);
  } else {
    heading.textContent = title;
  }
  toast.querySelector("[data-toast-text]").textContent = text;
  toasts.append(toast);
  leaveLater(toast);
}

document.addEventListener("wf:notification", (event) => {
  showToast(event.detail ?? {});
  if (bell) askUnread();
});
for (const toast of toasts?.querySelectorAll(".toast-item") ?? []) leaveLater(toast);
if (bell) askUnread();
