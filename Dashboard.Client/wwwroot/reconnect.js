// States of Blazor's connection: show, retrying, hide, failed, rejected (the circuit is gone: only a reload helps).
const dialog = document.getElementById("components-reconnect-modal");

dialog.addEventListener("components-reconnect-state-changed", event => {
  const { state } = event.detail;
  dialog.dataset.state = state;
  if (state === "show" && !dialog.open) dialog.showModal();
  else if (state === "hide" && dialog.open) dialog.close();
  else if (state === "failed") document.addEventListener("visibilitychange", retryWhenVisible);
  else if (state === "rejected") location.reload();
});

dialog.addEventListener("cancel", event => event.preventDefault());
document.getElementById("reconnect-retry").addEventListener("click", retry);

async function retry() {
  document.removeEventListener("visibilitychange", retryWhenVisible);
  try {
    // False says that the server answered but no longer knows this page; everything that matters is in the URL.
    if (!await Blazor.reconnect() && !(await Blazor.resumeCircuit?.())) location.reload();
  } catch {
    document.addEventListener("visibilitychange", retryWhenVisible);
  }
}

function retryWhenVisible() {
  if (document.visibilityState === "visible") retry();
}
