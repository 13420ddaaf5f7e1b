// Counts pages and what is marked with data-track. No cookie, nothing kept on the device, nothing
// sent when the browser asks not to be tracked.
(() => {
  const nav = navigator;
  if (nav.doNotTrack === "1" || nav.globalPrivacyControl) return;
  let last;
  const send = (name, data) => {
    const body = { u: location.href.split("#")[0], r: last === undefined ? document.referrer : "" };
    if (name) body.n = name;
    if (data) body.p = data;
    if (nav.webdriver) body.b = 1;
    fetch("/a/event", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, keepalive: true }).catch(() => {});
  };
  const view = () => {
    if (document.visibilityState === "hidden" || last === location.pathname) return;
    send();
    last = location.pathname;
  };
  const push = history.pushState;
  history.pushState = function (...all) {
    push.apply(this, all);
    view();
  };
  addEventListener("popstate", view);
  addEventListener("pageshow", (event) => {
    if (event.persisted) last = undefined, view();
  });
  document.addEventListener("visibilitychange", view);
  document.addEventListener("click", (event) => {
    const marked = event.target.closest?.("[data-track]");
    if (marked) send(marked.dataset.track);
  });
  window.whatsflow = { track: send };
  view();
})();
