// States of Blazor's connection: show, retrying, hide, failed, rejected (the circuit is gone: only a reload helps).
const dialog = document.getElementById("components-reconnect-modal");
// After Blazor has given up, in milliseconds.
const pause = 10000;
let waiting;

dialog.addEventListener("components-reconnect-state-changed", event => {
  const { state } = event.detail;
  dialog.dataset.state = state;
  if (state === "show" && !dialog.open) dialog.showModal();
  else if (state === "hide" && dialog.open) dialog.close();
  else if (state === "failed") wait();
  // Everything that matters is in the URL.
  else if (state === "rejected") location.reload();
});

dialog.addEventListener("cancel", event => event.preventDefault());
document.getElementById("reconnect-retry").addEventListener("click", retry);
document.addEventListener("visibilitychange", retryWhenWaiting);
window.addEventListener("online", retryWhenWaiting);

async function retry() {
  clearTimeout(waiting);
  waiting = undefined;
  try {
    if (!await Blazor.reconnect()) location.reload();
  } catch {
    if (await answers()) location.reload();
    else wait();
  }
}

// It is there, only not for this page: signed out, for one. A reload shows why.
async function answers() {
  try {
    await fetch(location.href, { cache: "no-store", redirect: "manual" });
    return true;
  } catch {
    return false;
  }
}

// A tab that is looked at comes back without a hand on it, however long the server was away.
function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(() => document.visibilityState === "visible" ? retry() : wait(), pause);
}

function retryWhenWaiting() {
  if (waiting !== undefined && document.visibilityState === "visible") retry();
}
