// Loads the scripts of a page, each only when the visitor agreed to its category. The
// choice is one first-party cookie, the same that the form without JavaScript sets.
const COOKIE = "wf_consent";
const HALF_A_YEAR = 60 * 60 * 24 * 182;

function readChoice() {
  const entry = document.cookie.split("; ").find((part) => part.startsWith(`${COOKIE}=`));
  if (!entry) return null;
  const granted = decodeURIComponent(entry.slice(COOKIE.length + 1)).split(".");
  return { analytics: granted.includes("analytics"), marketing: granted.includes("marketing") };
}

function keepChoice(choice) {
  const granted = ["necessary", ...Object.keys(choice).filter((category) => choice[category])].join(".");
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${granted}; Path=/; Max-Age=${HALF_A_YEAR}; SameSite=Lax${secure}`;
}

function loadScripts(choice) {
  for (const slot of document.querySelectorAll("[data-page-script]")) {
    const category = slot.dataset.category;
    if (category !== "necessary" && !choice?.[category]) continue;
    const script = document.createElement("script");
    script.src = slot.dataset.source;
    script.async = true;
    for (const attribute of slot.querySelectorAll("[data-name]")) {
      script.setAttribute(attribute.dataset.name, attribute.dataset.value);
    }
    slot.remove();
    document.head.append(script);
  }
}

function decide(choice) {
  keepChoice(choice);
  document.querySelector("[data-consent-banner]")?.setAttribute("hidden", "");
  loadScripts(choice);
}

const banner = document.querySelector("[data-consent-banner]");
const choice = readChoice();
if (banner && !choice) banner.hidden = false;
banner?.addEventListener("click", (event) => {
  const answer = event.target.closest("[data-consent]")?.dataset.consent;
  if (answer) decide({ analytics: answer === "all", marketing: answer === "all" });
});
loadScripts(null);
// What counts visits costs the page nothing: it comes when all else is there.
if (choice) {
  if (document.readyState === "complete") loadScripts(choice);
  else addEventListener("load", () => loadScripts(choice), { once: true });
}
