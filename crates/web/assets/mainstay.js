// @ts-check
// Mainstay's one script. Every page works without it; this only adds: live refreshing, ticking
// clocks, drafts, keys, previews, upload progress. All words come from <body data-words>.
// @ts-ignore: the server gives the library's hashed address
import { Idiomorph } from "./vendor/idiomorph.js";

/** @type {Record<string, string>} */
const words = JSON.parse(document.body.dataset.words || "{}");

/** @type {(selector: string, root?: ParentNode) => HTMLElement[]} */
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** @type {(text: string | undefined, name: string, value: string | number) => string} */
const fill = (text, name, value) => (text || "").replace(`{${name}}`, String(value));

/** @type {(tag: string, properties?: object, ...children: (Node | string)[]) => HTMLElement} */
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** Whether keys typed here are text. @param {EventTarget | null} target */
const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])"));

/** @param {Element} element */
const visible = (element) => (element.checkVisibility ? element.checkVisibility({ visibilityProperty: true }) : true);

// ── Clocks ──────────────────────────────────────────────────────────────────────────────────────

/** The server's clock minus ours, in milliseconds: promises are judged by the server's. */
let skew = 0;

/** @param {string | undefined} unix */
function followServer(unix) {
  const ahead = Number(unix) * 1000 - Date.now();
  if (unix) skew = Math.abs(ahead) < 5000 ? 0 : ahead;
}

/** A length of time in words. The twin of `words::duration` in Rust. @param {number} seconds */
function duration(seconds) {
  const s = Math.abs(seconds);
  /** @type {(n: number) => string} */
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor((s % 3600) / 60);
  const hours = Math.floor((s % 86400) / 3600);
  if (s < 60) return `${s} ${words.s}`;
  if (s < 120) return `1 ${words.m} ${two(s % 60)} ${words.s}`;
  if (s < 3600) return `${minutes} ${words.m}`;
  if (s < 86400) return minutes ? `${hours} ${words.h} ${two(minutes)} ${words.m}` : `${hours} ${words.h}`;
  const days = Math.floor(s / 86400);
  return days < 14 && hours ? `${days} ${words.d} ${hours} ${words.h}` : `${days} ${words.d}`;
}

const faces = {
  ok: { icon: "#i-clock", words: `, ${words.ok}` },
  risk: { icon: "#i-risk", words: `, ${words.risk}` },
  late: { icon: "#i-bolt", words: "" },
};

/** Words every clock again. @returns {boolean} whether one is so near that seconds show */
function wordClocks() {
  const now = Math.floor((Date.now() + skew) / 1000);
  let near = false;
  for (const time of all("time[data-clock]")) {
    const left = Date.parse(time.dateTime) / 1000 - now;
    const state = left < 0 ? "late" : now >= Number(time.dataset.clock) ? "risk" : "ok";
    const text = fill(left < 0 ? words.breached : words.in, "d", duration(left));
    if (Math.abs(left) < 150) near = true;
    if (time.textContent !== text) time.textContent = text;
    const chip = time.closest("[data-chip]");
    if (!chip || chip.classList.contains(`is-${state}`)) continue;
    chip.classList.remove("is-ok", "is-risk", "is-late");
    chip.classList.add(`is-${state}`);
    chip.querySelector("use")?.setAttribute("href", faces[state].icon);
    const said = chip.querySelector("[data-clock-state]");
    if (said) said.textContent = faces[state].words;
  }
  return near;
}

function tick() {
  setTimeout(tick, wordClocks() ? 1000 : 30_000);
}

// ── Live: hear `changed`, fetch the part again, morph it in ─────────────────────────────────────

/** @param {Element} field */
function dirty(field) {
  if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type)) return field.checked !== field.defaultChecked;
  if (field instanceof HTMLInputElement && field.type === "file") return field.value !== "";
  if (field instanceof HTMLInputElement && field.type === "hidden") return false;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLSelectElement)) return false;
  const asked = Array.from(field.options).findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(asked, 0);
}

/** Whether somebody is writing in this element. @param {Element} element */
const beingEdited = (element) =>
  (element.contains(document.activeElement) && typing(document.activeElement)) ||
  [element, ...all("input, textarea, select", element)].some(dirty);

/** Whether a refresh must leave this node alone. @param {Node} node */
const kept = (node) =>
  node instanceof Element &&
  (node.matches("[data-live-keep], dialog") ||
    (node.matches("form, input, textarea, select") && beingEdited(node)));

/** @param {Element} old @param {Element} fresh */
function morph(old, fresh) {
  Idiomorph.morph(old, fresh, {
    morphStyle: "outerHTML",
    callbacks: {
      beforeNodeMorphed: (/** @type {Node} */ node) => !kept(node),
      beforeNodeRemoved: (/** @type {Node} */ node) => !(node instanceof Element && (kept(node) || (node.querySelector("form") && beingEdited(node)))),
      // What the reader folded out stays folded out.
      beforeAttributeUpdated: (/** @type {string} */ name, /** @type {Element} */ node) => !(name === "open" && node.matches("details")),
    },
  });
}

/** Rows that came while the list was in use: by list id, the fresh list. @type {Map<string, Element>} */
const held = new Map();

/** @param {HTMLElement} list */
const inUse = (list) => list.matches(":focus-within") || (list.matches(":hover") && matchMedia("(hover: hover)").matches);

/** @param {HTMLElement} old @param {Element} fresh */
function refreshList(old, fresh) {
  /** @type {(root: ParentNode) => string[]} */
  const ids = (root) => all("[data-row]", root).map((row) => row.id);
  const before = ids(old);
  const after = ids(fresh);
  if (!inUse(old) || before.join() === after.join()) return showList(old, fresh);
  // In use: rows stay where they are, their words change, those that left grow grey.
  for (const id of before) {
    const row = document.getElementById(id);
    const now = fresh.querySelector(`#${CSS.escape(id)}`);
    if (row && now) morph(row, now);
    else row?.classList.add("is-taken");
  }
  held.set(old.id, fresh);
  const news = after.filter((id) => !before.includes(id)).length;
  const text = fill(words.more, "n", news);
  let bar = /** @type {HTMLElement | null} */ (old.previousElementSibling);
  if (!bar?.matches(".live-bar")) {
    bar = make("div", { className: "live-bar", role: "status" }, make("button", { className: "btn btn-primary btn-small", type: "button" }));
    old.before(bar);
  }
  const button = /** @type {HTMLElement} */ (bar.firstElementChild);
  bar.hidden = news === 0;
  button.textContent = text;
  if (!document.querySelector("[data-key=r]")) button.dataset.key = "r";
  button.onclick = () => showList(old, held.get(old.id) || fresh);
}

/** @param {HTMLElement} old @param {Element} fresh */
function showList(old, fresh) {
  held.delete(old.id);
  if (old.previousElementSibling?.matches(".live-bar")) old.previousElementSibling.remove();
  morph(old, fresh);
  wordClocks();
}

// When the pointer and the focus have left a list, what was held back comes in.
setInterval(() => {
  for (const [id, fresh] of held) {
    const list = document.getElementById(id);
    if (!list) held.delete(id);
    else if (!inUse(list)) showList(list, fresh);
  }
}, 1500);

/** Parts being fetched; `true` when they changed again meanwhile. @type {Map<string, boolean>} */
const fetching = new Map();

/** @param {HTMLElement} part */
async function refresh(part) {
  const id = part.id;
  if (!id || fetching.has(id)) return void (id && fetching.set(id, true));
  fetching.set(id, false);
  try {
    const answer = await fetch(part.dataset.liveSrc || location.href, { headers: { "X-Fragment": id, Accept: "text/html" }, cache: "no-store" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      followServer(page.body.dataset.now);
      const old = document.getElementById(id);
      const fresh = page.getElementById(id);
      if (old && fresh && old.hasAttribute("data-live-list")) refreshList(old, fresh);
      else if (old && fresh) morph(old, fresh);
      wordClocks();
    }
  } catch {
    // The stream's own error shows the banner; the next change asks again.
  }
  const again = fetching.get(id);
  fetching.delete(id);
  const now = document.getElementById(id);
  if (again && now) refresh(now);
}

/** @param {Set<string> | null} topics all parts when null */
function refreshParts(topics) {
  for (const part of all("[data-live-topic]")) {
    const mine = (part.dataset.liveTopic || "").split(/\s+/);
    if (!topics || mine.some((topic) => topics.has(topic))) refresh(part);
  }
}

function live() {
  const url = document.body.dataset.live;
  if (!url) return;
  /** @type {EventSource | null} */
  let source = null;
  let lost = false;
  let wait = 1000;
  let banner = 0;
  let leave = 0;
  /** @type {Set<string>} */
  const heard = new Set();
  /** @param {boolean} show */
  const offline = (show) => {
    clearTimeout(banner);
    const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-offline]"));
    if (!line) return;
    const say = () => {
      line.hidden = !show;
      if (line.lastElementChild) line.lastElementChild.textContent = show ? words.offline : "";
    };
    banner = setTimeout(say, show ? 3000 : 0);
  };
  const open = () => {
    source?.close();
    source = new EventSource(/** @type {string} */ (url));
    source.addEventListener("changed", (event) => {
      for (const topic of event.data.split(/\s+/)) heard.add(topic);
      // Several topics of one change come together: fetch once.
      setTimeout(() => {
        if (heard.size) refreshParts(new Set(heard));
        heard.clear();
      }, 40);
    });
    source.onopen = () => {
      if (lost) refreshParts(null);
      lost = false;
      wait = 1000;
      offline(false);
    };
    source.onerror = () => {
      lost = true;
      offline(true);
      // The browser reconnects by itself, except after an answer that is no stream.
      if (source?.readyState === EventSource.CLOSED) setTimeout(open, (wait = Math.min(wait * 2, 30_000)));
    };
  };
  open();
  // Browsers allow few connections to one HTTP/1.1 server: pages nobody looks at give theirs back.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leave);
    if (document.hidden) {
      leave = setTimeout(() => {
        source?.close();
        source = null;
        lost = true;
      }, 10_000);
    } else if (!source) open();
  });
  // A page that is left must not keep its stream, not even in the browser's cache of pages: a few
  // of them would use up the connections, and the next page would wait for one.
  window.addEventListener("pagehide", () => {
    clearTimeout(leave);
    source?.close();
    source = null;
    lost = true;
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && !source) open();
  });
}

// ── Drafts ──────────────────────────────────────────────────────────────────────────────────────

/** @type {Map<HTMLFormElement, {timer: number, stop?: AbortController}>} */
const drafts = new Map();

/** @param {HTMLFormElement} form */
async function saveDraft(form) {
  const draft = drafts.get(form);
  const url = form.dataset.draft;
  if (!draft || !url || !form.isConnected) return;
  clearTimeout(draft.timer);
  drafts.delete(form);
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  const stop = new AbortController();
  saving.set(form, stop);
  const state = form.querySelector("[data-draft-state]");
  try {
    // Browsers keep at most 64 KB alive after the page has gone.
    const answer = await fetch(url, { method: "POST", body, keepalive: body.toString().length < 60_000, signal: stop.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const at = new Date(Date.now() + skew).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone });
    if (state) state.textContent = fill(words.saved, "at", at);
  } catch {
    if (stop.signal.aborted) return;
    if (state) state.textContent = words.unsaved;
    if (!drafts.has(form)) drafts.set(form, { timer: setTimeout(saveDraft, 10_000, form) });
  }
}

/** @type {WeakMap<HTMLFormElement, AbortController>} */
const saving = new WeakMap();

/** A form that is sent has no draft any more. @param {HTMLFormElement} form */
function dropDraft(form) {
  clearTimeout(drafts.get(form)?.timer);
  drafts.delete(form);
  saving.get(form)?.abort();
}

const saveAllDrafts = () => Array.from(drafts.keys()).forEach(saveDraft);

document.addEventListener("input", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  const form = /** @type {HTMLFormElement | null} */ (field.closest("form[data-draft]"));
  if (form && field instanceof HTMLInputElement && field.type === "file") return;
  if (form) {
    clearTimeout(drafts.get(form)?.timer);
    drafts.set(form, { timer: setTimeout(saveDraft, 2000, form) });
  }
  countCharacters(field);
});
document.addEventListener("focusout", (event) => {
  const form = /** @type {HTMLElement} */ (event.target).closest?.("form[data-draft]");
  // A click on the form's own button takes the focus first: then it is sent, not drafted.
  const to = /** @type {HTMLElement | null} */ (event.relatedTarget);
  if (form instanceof HTMLFormElement && to?.closest("form") !== form) saveDraft(form);
});
addEventListener("pagehide", saveAllDrafts);
document.addEventListener("visibilitychange", () => document.hidden && saveAllDrafts());

// ── Forms ───────────────────────────────────────────────────────────────────────────────────────

/** @param {HTMLElement} field */
function countCharacters(field) {
  const limit = Number(field.dataset.count);
  const says = limit && document.querySelector(`[data-count-for="${CSS.escape(field.id)}"]`);
  if (!says) return;
  const left = limit - Array.from(/** @type {HTMLTextAreaElement} */ (field).value).length;
  says.textContent = left < limit * 0.25 || left < 50 ? fill(left < 0 ? words.over : words.left, "n", Math.abs(left)) : "";
  says.classList.toggle("is-over", left < 0);
}

/** @param {HTMLFormElement} form @param {boolean} busy */
function setBusy(form, busy) {
  form.toggleAttribute("data-sent", busy);
  for (const button of all("button[type=submit]", form)) {
    if (busy) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("data-sent")) return event.preventDefault();
  dropDraft(form);
  setBusy(form, true);
  const hasFiles = all("input[type=file]", form).some((input) => /** @type {HTMLInputElement} */ (input).value);
  if (form.hasAttribute("data-upload") && hasFiles) {
    event.preventDefault();
    upload(form, /** @type {HTMLButtonElement | null} */ (event.submitter));
  } else setTimeout(setBusy, 8000, form, false);
});
addEventListener("pageshow", (event) => event.persisted && all("form[data-sent]").forEach((form) => setBusy(/** @type {HTMLFormElement} */ (form), false)));

/** Sends files with a progress bar. The server answers `X-Location` instead of a redirect.
 * @param {HTMLFormElement} form @param {HTMLButtonElement | null} submitter */
function upload(form, submitter) {
  const bar = /** @type {HTMLProgressElement | null} */ (form.querySelector("progress"));
  const request = new XMLHttpRequest();
  const failed = () => {
    setBusy(form, false);
    if (bar) bar.hidden = true;
    const state = form.querySelector("[data-draft-state]") || form.appendChild(make("p", { className: "mistake", role: "alert" }));
    state.textContent = words.failed;
  };
  request.upload.onprogress = (event) => {
    if (!bar) return;
    bar.hidden = false;
    bar.value = event.lengthComputable ? event.loaded / event.total : 0;
  };
  request.onload = () => {
    const next = request.getResponseHeader("X-Location");
    if (next) return location.assign(next);
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html");
    const content = fresh.getElementById("content");
    if (!content || request.status >= 500) return failed();
    if (request.status < 400) return location.assign(request.responseURL);
    document.title = fresh.title;
    document.getElementById("content")?.replaceWith(content);
    /** @type {HTMLElement | null} */ (content.querySelector(".error-summary"))?.focus();
  };
  request.onerror = failed;
  request.open("POST", submitter?.getAttribute("formaction") || form.action);
  request.setRequestHeader("X-Upload", "1");
  request.send(new FormData(form, submitter));
}

/** @type {Map<HTMLFormElement, number>} */
const previews = new Map();

document.addEventListener("change", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (field.matches("[data-choose-all]")) {
    const list = field.closest("[data-list]");
    const on = /** @type {HTMLInputElement} */ (field).checked;
    if (list) all(".choose input[name]", list).forEach((input) => (/** @type {HTMLInputElement} */ (input).checked = on));
  }
  const form = /** @type {HTMLFormElement | null} */ (field.closest("form[data-preview]"));
  if (!form) return;
  clearTimeout(previews.get(form));
  previews.set(form, setTimeout(preview, 150, form));
});

/** @param {HTMLFormElement} form */
async function preview(form) {
  const into = form.querySelector("[data-preview-into]");
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  const answer = await fetch(form.dataset.preview || "", { method: "POST", body, headers: { "X-Fragment": "preview" } }).catch(() => null);
  if (!into || !answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  into.replaceChildren(...(fresh.querySelector("[data-preview-into]") || fresh.body).childNodes);
  wordClocks();
}

// ── Menus: one open at a time, closed from outside ──────────────────────────────────────────────

const openMenus = () => all("details.menu[open], details.nav-more[open]");
document.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  for (const menu of openMenus()) if (!menu.contains(target)) menu.removeAttribute("open");
  const row = target.closest("[data-row]");
  if (row && !target.closest("a, button, input, label, summary") && !String(getSelection())) row.querySelector("a")?.click();
  if (target.closest(".to-rail")) document.querySelector("#details > details")?.setAttribute("open", "");
  if (target.closest("[data-open-keys]")) showKeys();
});

// ── Keys: each is a click on something visible ──────────────────────────────────────────────────

const keysAreOff = () => localStorage.getItem("mainstay.keys") === "off";
let pending = "";
let pendingTimer = 0;

/** @param {HTMLElement} element */
function activate(element) {
  if (typing(element)) return element.focus();
  const fold = element.matches("summary") ? /** @type {HTMLDetailsElement} */ (element.parentElement) : null;
  if (!fold || !fold.open) element.click();
  if (fold) setTimeout(() => /** @type {HTMLElement | null} */ (fold.querySelector("textarea, input:not([type=hidden]), select, a, button"))?.focus());
}

/** @param {string} keys @returns {boolean} whether something was done */
function press(keys) {
  const bound = all("[data-key]").filter((element) => !element.matches(":disabled") && visible(element));
  const hit = bound.find((element) => element.dataset.key === keys);
  pending = !hit && bound.some((element) => element.dataset.key?.startsWith(`${keys} `)) ? keys : "";
  clearTimeout(pendingTimer);
  if (pending) pendingTimer = setTimeout(() => (pending = ""), 1500);
  if (hit) activate(hit);
  return Boolean(hit || pending);
}

/** @param {string} key @returns {boolean} */
function pressInList(key) {
  const list = all("[data-list]").find(visible);
  if (!list) return false;
  const rows = all("[data-row]", list).filter(visible);
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === "x" && at >= 0) {
    /** @type {HTMLElement | null} */ (rows[at].querySelector(".choose input"))?.click();
    return true;
  }
  const arrow = key === "ArrowDown" || key === "ArrowUp";
  if (arrow && at < 0) return false;
  const step = key === "j" || key === "ArrowDown" ? 1 : key === "k" || key === "ArrowUp" ? -1 : 0;
  const row = step && rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (!row) return false;
  row.querySelector("a")?.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = target.closest("form");
    const button = form?.querySelector(event.shiftKey ? "[data-submit-alt]" : "button[type=submit]:not([formaction], [data-submit-alt])");
    if (button) {
      event.preventDefault();
      /** @type {HTMLElement} */ (button).click();
    }
    return;
  }
  if (event.key === "Escape") {
    const menu = openMenus().pop();
    if (menu) {
      menu.removeAttribute("open");
      menu.querySelector("summary")?.focus();
    } else if (typing(target)) target.blur();
    return;
  }
  if (typing(target) || event.ctrlKey || event.metaKey || event.altKey || keysAreOff() || target.closest("dialog")) return;
  const search = /** @type {HTMLElement | undefined} */ (all("[data-search], .search-link").find(visible));
  let done = true;
  if (event.key === "?") showKeys();
  else if (event.key === "/" && search) search.matches("input") ? search.focus() : search.click();
  else done = press(pending ? `${pending} ${event.key}` : event.key) || pressInList(event.key);
  if (done) event.preventDefault();
});

/** The list of what the keys of this page do. */
function showKeys() {
  document.getElementById("keys")?.remove();
  const rows = make("dl");
  /** @type {(keys: string, label: string) => void} */
  const add = (keys, label) => rows.append(make("dt", {}, ...keys.split(" ").flatMap((key, n) => (n ? [` ${words.then} `, make("kbd", {}, key)] : [make("kbd", {}, key)]))), make("dd", {}, label));
  const seen = new Set();
  for (const element of all("[data-key]")) {
    const copy = /** @type {HTMLElement} */ (element.cloneNode(true));
    all("kbd, .badge, .count", copy).forEach((extra) => extra.remove());
    const keys = element.dataset.key || "";
    const label = (element.getAttribute("aria-label") || copy.textContent || "").trim();
    if (!seen.has(keys) && visible(element)) add(keys, label);
    seen.add(keys);
  }
  if (document.querySelector("[data-list]")) [["j k", words.next], ["x", words.select], ["↵", words.open]].forEach(([keys, label]) => rows.append(make("dt", {}, ...keys.split(" ").map((key) => make("kbd", {}, key))), make("dd", {}, label)));
  add("/", words.search);
  add("Ctrl+↵", words.send);
  add("Esc", words.leave);
  add("?", words.help);
  const on = make("input", { type: "checkbox", checked: !keysAreOff(), onchange: (/** @type {any} */ event) => localStorage.setItem("mainstay.keys", event.target.checked ? "on" : "off") });
  const dialog = /** @type {HTMLDialogElement} */ (
    make("dialog", { id: "keys" }, make("h2", { id: "keys-title" }, words.keys), make("label", { className: "check" }, on, words.keysOn), rows, make("form", { method: "dialog" }, make("button", { className: "btn" }, words.close)))
  );
  dialog.setAttribute("aria-labelledby", "keys-title");
  document.body.append(dialog);
  dialog.showModal();
}

const arrived = performance.getEntriesByType("navigation")[0];
if (/** @type {any} */ (arrived)?.type !== "back_forward") followServer(document.body.dataset.now);
all("[data-count]").forEach(countCharacters);
tick();
live();
