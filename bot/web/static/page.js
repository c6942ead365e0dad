// The page works without this file; with it, an answer comes without leaving the page and nothing stays behind.
// Everything lives in variables of this page. The only thing the browser keeps is the chosen language.

const LANGUAGE = "soiviec.language";
const WIPING = new Set(["/xoa", "/delete", "/xóa"]);
const LEAVING = "/thoitiet";
const PICTURES = new Set(["image/jpeg", "image/png", "image/webp"]);
const DOCUMENTS = /\.(pdf|docx)$/i;
const LARGEST_SIDE = 2400;
const SHRINK_ABOVE = 1_500_000;
const MOST_TRIES = 4;

const body = document.body;
const find = (id) => document.getElementById(id);
const composer = find("composer");
const offer = find("offer");
const log = find("log");
const status = find("status");
const fileList = find("files");
const fileInput = find("image");
const mostBytes = Number(body.dataset.maxBytes) - 20_000; // room for the wrapping of a form
const mostFiles = Number(body.dataset.maxFiles);

const texts = fetch(body.dataset.texts).then((answer) => answer.json());
let language = document.documentElement.lang;
let files = [];
let running = null;
let addresses = [];

const say = async (key) => (await texts)[language][key];

function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// ---- language ----

function recall() {
  try { return localStorage.getItem(LANGUAGE); } catch { return null; }
}

function remember(name) {
  try { name ? localStorage.setItem(LANGUAGE, name) : localStorage.removeItem(LANGUAGE); } catch { /* kept nowhere */ }
}

async function speak(name) {
  const known = await texts;
  if (!known[name]) return;
  language = name;
  const words = known[name];
  document.documentElement.lang = name;
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = words[element.dataset.t];
  for (const kind of ["label", "placeholder", "title", "href"]) {
    const attribute = kind === "label" ? "aria-label" : kind;
    for (const element of document.querySelectorAll(`[data-t-${kind}]`)) {
      element.setAttribute(attribute, words[element.getAttribute(`data-t-${kind}`)]);
    }
  }
  for (const field of document.querySelectorAll("input[name=language]")) field.value = name;
  const other = name === "vi" ? "en" : "vi";
  Object.assign(find("languages").elements.lang, { value: other, lang: other });
  composer.dataset.drop = words["composer.drop"];
  document.title = words["page.title"];
  await showFiles();
}

// ---- what is going to be sent ----

async function tell(key, isProblem = false) {
  status.classList.toggle("is-problem", isProblem);
  status.textContent = key ? await say(key) : "";
  offer.toggleAttribute("aria-invalid", isProblem && key === "refusal.empty");
}

async function shrink(file) {
  if (!PICTURES.has(file.type) || file.size < SHRINK_ABOVE) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
    return smaller && smaller.size < file.size ? smaller : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

async function attach(chosen) {
  const usable = chosen.filter((file) => PICTURES.has(file.type) || DOCUMENTS.test(file.name));
  if (usable.length < chosen.length) await tell("refusal.bad_file", true);
  if (!usable.length) return;
  if (files.length + usable.length > mostFiles) return tell("refusal.too_many_files", true);
  const ready = await Promise.all(usable.map(shrink));
  if ([...files, ...ready].reduce((sum, file) => sum + file.size, 0) > mostBytes) return tell("refusal.too_big", true);
  files = [...files, ...ready];
  await tell("");
  await showFiles();
}

async function showFiles() {
  const [picture, document_, remove] = await Promise.all(["picture", "document", "remove"].map((key) => say(`composer.${key}`)));
  fileList.replaceChildren(...files.map((file, index) => {
    const isPicture = PICTURES.has(file.type);
    const name = `${isPicture ? picture : document_} ${index + 1}`;
    const button = make("button", { type: "button", textContent: "✕", "aria-label": `${remove} ${name}` });
    button.addEventListener("click", async () => {
      files = files.filter((other) => other !== file);
      await showFiles();
      (fileList.querySelector("button") ?? fileInput).focus();
    });
    const view = isPicture ? make("img", { src: address(file), alt: name }) : name;
    return make("li", {}, view, button);
  }));
  fileList.hidden = !files.length;
}

function address(file) {
  const made = URL.createObjectURL(file);
  addresses.push(made);
  return made;
}

// ---- asking ----

function request(question) {
  const { text, action = "", files: sent = [] } = question;
  if (!sent.length) {
    const content = JSON.stringify({ text, language, ...(action && { action }) });
    return { body: content, headers: { "content-type": "application/json" } };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries({ text, language, action })) form.append(name, value);
  sent.forEach((file, index) => form.append("image", file, `${index}`));
  return { body: form };
}

async function ask(question, signal) {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch("/chat", { method: "POST", signal, ...request(question) });
    const wait = Number(answer.headers.get("retry-after"));
    if (answer.status !== 429 || !wait || tries === MOST_TRIES) return { isGood: answer.ok, ...(await answer.json()) };
    await tell("talk.waiting");
    await new Promise((done) => setTimeout(done, (Math.min(wait, 10) + 2 * Math.random()) * 1000));
    if (signal.aborted) throw new DOMException("", "AbortError");
  }
}

async function exchange(question, sent) {
  running = new AbortController();
  const { signal } = running;
  body.toggleAttribute("data-talking", true);
  composer.querySelector(".submit").setAttribute("aria-disabled", "true");
  sent.classList.add("is-reading");
  log.append(sent);
  sent.scrollIntoView({ block: "nearest" });
  await tell(question.files?.length ? "talk.reading_files" : "talk.reading");
  try {
    const answer = await ask(question, signal);
    if (signal.aborted) return false;
    await tell("");
    if (!answer.isGood) await refuse(answer.message);
    else await show(question, answer, sent);
    return answer.isGood;
  } catch {
    if (signal.aborted) return false;
    await tell("");
    await refuse(await say("refusal.offline"));
    return false;
  } finally {
    sent.classList.remove("is-reading");
    composer.querySelector(".submit").removeAttribute("aria-disabled");
    running = null;
  }
}

async function refuse(message) {
  const notice = make("article", { className: "notice", tabIndex: -1, textContent: message });
  log.append(notice);
  reach(notice);
}

async function show(question, answer, sent) {
  const name = await say("talk.reply");
  const found = question.action ? "" : answer.assessment?.verdict ?? "";
  const verdict = found === "danger_now" ? "" : found; // somebody may be looking on
  if (!question.action) mark(sent, question, answer.assessment);
  const articles = await Promise.all(answer.replies.map((reply) => render(reply, question, verdict, name)));
  log.append(...articles);
  reach(articles[0]);
}

function reach(article) {
  article.focus({ preventScroll: true });
  article.scrollIntoView({ block: "start", behavior: "auto" });
}

async function render(reply, question, verdict, name) {
  const words = make("div", { className: "words", innerHTML: reply.html }); // cleaned by the server
  await Promise.all([...words.querySelectorAll("code")].map(makeCopyable));
  const article = make("article", { className: "reply", tabIndex: -1, "aria-label": name }, words);
  if (verdict) article.dataset.verdict = verdict;
  if (reply.image) article.append(await pictureOf(reply.image));
  if (reply.buttons.length) {
    article.append(make("div", { className: "buttons" }, ...reply.buttons.flat().map((button) => makeButton(button, question))));
  }
  return article;
}

// The words of the picture stand above it, so it says only what a tap does.
async function pictureOf(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const href = address(new Blob([bytes], { type: "image/png" }));
  const link = make("a", { className: "card", href, download: "soi-viec.png" }, make("img", { src: href, alt: "" }));
  link.append(make("span", { textContent: await say("talk.save_picture") }));
  return link;
}

function makeButton({ label, action, url }, question) {
  if (!action) return make("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: label });
  const button = make("button", { type: "button", textContent: label });
  button.dataset.action = action;
  button.addEventListener("click", () => press(button, action, question));
  return button;
}

async function press(button, action, question) {
  if (action === "delete") return wipe();
  if (action.startsWith("language:")) return choose(action.slice("language:".length));
  if (running || button.getAttribute("aria-pressed")) return undefined;
  button.setAttribute("aria-pressed", "true");
  const chosen = make("p", { className: "chosen", textContent: button.textContent });
  if (!(await exchange({ ...question, action }, chosen))) button.removeAttribute("aria-pressed");
  return undefined;
}

async function makeCopyable(code) {
  const button = make("button", { type: "button", className: "copy", textContent: await say("talk.copy") });
  const block = make("span", { className: "ready" });
  code.replaceWith(block);
  block.append(code, button);
  button.addEventListener("click", async () => {
    button.textContent = await say((await copy(code)) ? "talk.copied" : "talk.copy");
    setTimeout(async () => { button.textContent = await say("talk.copy"); }, 2500);
  });
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch { // a classroom page without https has no clipboard of its own
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy");
  }
}

// The places of evidence are counted in code points; a cry for help is never marked.
function mark(sent, { text }, assessment) {
  const spans = (assessment?.signs ?? []).flatMap((sign) => sign.evidence).sort((a, b) => a.start - b.start);
  if (!text || !spans.length || assessment.verdict === "danger_now") return;
  const letters = Array.from(text);
  const pieces = [];
  let end = 0;
  for (const span of spans) {
    if (span.end <= end) continue;
    const start = Math.max(span.start, end);
    pieces.push(letters.slice(end, start).join(""), make("mark", { textContent: letters.slice(start, span.end).join("") }));
    end = span.end;
  }
  sent.querySelector(".text").replaceChildren(...pieces, letters.slice(end).join(""));
}

async function bubble(text, sent) {
  const pictures = await Promise.all(sent.map(async (file, index) => PICTURES.has(file.type)
    ? make("img", { src: address(file), alt: `${await say("composer.picture")} ${index + 1}` })
    : make("span", { textContent: `${await say("composer.document")} ${index + 1} ` })));
  const element = make("div", { className: "sent", tabIndex: 0, "role": "group", "aria-label": await say("talk.yours") }, ...pictures);
  element.append(make("span", { className: "text", textContent: text }));
  return element;
}

async function send() {
  const text = offer.value;
  const word = text.trim().toLowerCase();
  if (WIPING.has(word)) return wipe();
  if (word === LEAVING) return leave();
  if (running) return undefined;
  if (!text.trim() && !files.length) {
    await tell("refusal.empty", true);
    return offer.focus();
  }
  const sent = files;
  if (await exchange({ text, files: sent }, await bubble(text, sent))) {
    if (offer.value === text) offer.value = "";
    files = files.filter((file) => !sent.includes(file));
    await showFiles();
  }
  return undefined;
}

// ---- leaving nothing behind ----

function forget() {
  running?.abort();
  running = null;
  files = [];
  offer.value = "";
  fileInput.value = "";
  log.replaceChildren();
  fileList.replaceChildren();
  fileList.hidden = true;
  addresses.forEach((made) => URL.revokeObjectURL(made));
  addresses = [];
  getSelection()?.removeAllRanges();
  body.removeAttribute("data-talking");
}

async function wipe() {
  forget();
  remember(null);
  clearAddress();
  offer.focus();
  await tell("talk.wiped");
}

function clearAddress() {
  if (location.search || location.hash) history.replaceState(null, "", "/");
}

const exit = find("leave");

function leave() { // may come again before the page is gone: the link is then no longer in it
  forget();
  remember(null);
  body.replaceChildren();
  location.replace(exit.href); // not `assign`: going back must not lead here
}

async function choose(name) {
  remember(name);
  clearAddress();
  await speak(name);
}

// ---- wiring ----

composer.addEventListener("submit", (event) => { event.preventDefault(); send(); });
offer.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
});
offer.addEventListener("input", () => { if (status.classList.contains("is-problem")) tell(""); });
find("languages").addEventListener("submit", (event) => {
  event.preventDefault();
  choose(language === "vi" ? "en" : "vi");
});
find("wipe").addEventListener("submit", (event) => { event.preventDefault(); wipe(); });
find("leave").addEventListener("click", (event) => { event.preventDefault(); leave(); });
find("sample").addEventListener("click", async (event) => {
  event.preventDefault();
  offer.value = await say("sample.text").then((text) => text.trim());
  offer.focus({ preventScroll: true });
  offer.setSelectionRange(0, 0);
  offer.scrollTop = 0;
});
find("more")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (running) return;
  const { value, textContent } = event.submitter;
  await exchange({ text: value }, make("p", { className: "chosen", textContent }));
});
fileInput.addEventListener("change", async () => {
  const chosen = [...fileInput.files];
  fileInput.value = "";
  await attach(chosen);
});
document.addEventListener("paste", (event) => {
  const pasted = [...(event.clipboardData?.files ?? [])];
  if (pasted.length && !event.clipboardData.getData("text/plain")) { event.preventDefault(); attach(pasted); }
});
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    body.classList.add("is-dropping");
  });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) body.classList.remove("is-dropping"); });
document.addEventListener("drop", (event) => {
  body.classList.remove("is-dropping");
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  attach([...event.dataTransfer.files]);
});

let escapedAt = -Infinity; // 0 would be the moment in which the page was opened
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (event.timeStamp - escapedAt < 800) leave();
  escapedAt = event.timeStamp;
});
window.addEventListener("pagehide", forget);

const stored = recall();
if (stored && stored !== language && !new URLSearchParams(location.search).has("lang")) speak(stored);
else texts.then((known) => { composer.dataset.drop = known[language]["composer.drop"]; });
