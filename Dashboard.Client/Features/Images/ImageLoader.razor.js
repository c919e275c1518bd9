// Files from this browser to the server's own endpoint, with the progress that the browser knows. The component decides
// what is sent where (Uploads.cs); the files stay here, so that one can be sent again in another way.
const files = new Map();
const requests = new Map();
const betweenReports = 250;
let lastFile = 0;

/** Listens to the file input in an element, to every button of the page with data-pick, and to what is dropped. */
export function attach(root, owner) {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const input = root.querySelector("input[type=file]");
  let picking = "load";
  let depth = 0;
  const choose = (file, how) => {
    files.set(++lastFile, file);
    return owner.invokeMethodAsync("ChosenAsync", lastFile, file.name, file.size, how === "import");
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-pick]");
    if (!button) return;
    picking = button.dataset.pick;
    input.multiple = picking === "load";
    input.click();
  }, options);
  const take = async () => {
    const chosen = [...input.files];
    // The same file can be chosen twice in a row.
    input.value = "";
    for (const file of chosen) await choose(file, picking);
    picking = "load";
  };
  input.addEventListener("change", take, options);
  // Somebody may have been quicker than this script.
  if (input.files.length > 0) take();
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const shown = (on) => root.classList.toggle("dropping", on);
  document.addEventListener("dragenter", (event) => {
    if (carriesFiles(event) && ++depth === 1) shown(true);
  }, options);
  document.addEventListener("dragleave", (event) => {
    if (carriesFiles(event) && --depth === 0) shown(false);
  }, options);
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  }, options);
  document.addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    shown(false);
    for (const file of [...event.dataTransfer.files]) await choose(file, "load");
  }, options);
  return { detach: () => stop.abort() };
}

/** Sends a chosen file; fetch knows no upload progress, hence XMLHttpRequest. */
export function send(number, id, address, owner) {
  const file = files.get(number);
  const request = new XMLHttpRequest();
  requests.set(id, request);
  let reported = 0;
  request.upload.onprogress = (event) => {
    const now = performance.now();
    if (event.loaded < event.total && now - reported < betweenReports) return;
    reported = now;
    owner.invokeMethodAsync("SentAsync", id, Math.min(event.loaded, file.size));
  };
  request.onloadend = () => {
    const told = requests.delete(id);
    leaving();
    if (told) owner.invokeMethodAsync("EndedAsync", id, request.status, request.responseText);
  };
  request.open("POST", address);
  request.setRequestHeader("Content-Type", "application/x-tar");
  request.send(file);
  leaving();
}

/** Ends a request without a word; nothing happens when it has ended. */
export function abort(id) {
  const request = requests.get(id);
  requests.delete(id);
  request?.abort();
}

export function forget(number) {
  files.delete(number);
}

const ask = (event) => event.preventDefault();

// A reload would end an upload.
function leaving() {
  if (requests.size > 0) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}
