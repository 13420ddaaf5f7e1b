// What is new while the page is open: each message becomes an event `wf:<event>` on the document,
// with its data as detail. Without it the page shows what it was given when it was loaded.
const LONGEST_WAIT = 60_000;
const STEADY = 30_000; // a connection that held so long was a good one
const ENDED = 1008; // the session is over: nothing more comes

function liveUrl() {
  const said = document.querySelector("meta[name=wf-live]")?.content;
  if (!said) return null;
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  return scheme + (said.startsWith(":") ? location.hostname : location.host) + said;
}

function tell(name, detail) {
  document.dispatchEvent(new CustomEvent(`wf:${name}`, { detail }));
}

function listen(url, failures = 0) {
  const socket = new WebSocket(url);
  let openedAt = 0;
  socket.addEventListener("open", () => {
    openedAt = Date.now();
    // What came in between was missed: whoever shows a list may load it again.
    tell("live", { open: true, again: failures > 0 });
  });
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    tell(message.event, message.data);
  });
  socket.addEventListener("close", ({ code }) => {
    if (openedAt) tell("live", { open: false });
    if (code === ENDED) return;
    const tries = openedAt && Date.now() - openedAt > STEADY ? 1 : failures + 1;
    // Not all pages at the same moment after a restart.
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
    setTimeout(() => resume(url, tries), wait);
  });
}

// A page nobody looks at waits until somebody does.
function resume(url, failures) {
  if (!document.hidden) return listen(url, failures);
  document.addEventListener("visibilitychange", () => resume(url, failures), { once: true });
}

const liveAt = liveUrl();
if (liveAt && "WebSocket" in window) listen(liveAt);
