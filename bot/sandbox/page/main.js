// The page: keeps what is seen up to date and ties the parts together.

import { act, seen } from "./api.js";
import { alertBox, chatActions, choose, connect } from "./dialogs.js";
import { avatar, button, element, renew } from "./element.js";
import { Guide } from "./guide.js";
import { Pane } from "./pane.js";
import { latin, sky, speech, word } from "./words.js";

const query = new URLSearchParams(location.search);
const at = (id) => document.getElementById(id);
const stored = Number(query.get("as") || localStorage.getItem("haowu.as"));
const state = { me: stored || 2001, group: null, view: null, turn: 0 };
document.body.dataset.tab = query.get("tab") || (query.has("as") ? "private" : "side");

const taps = {
  open: openLink, button: tapButton, redraw: () => draw(), failed,
  vote: (message, option) => act("vote", { chat_id: message.chat.id,
    message_id: message.message_id, option }).catch(failed),
  react: (message, emoji) => act("react", { chat_id: message.chat.id,
    message_id: message.message_id, person_id: state.me, emoji }).catch(failed),
  keyboardButton,
};
const panes = { private: new Pane(at("private"), taps), group: new Pane(at("group"), taps) };
const guide = new Guide(at("guide"), {
  become, refresh, closeWeb, showTab, failed,
  openShop: (path) => openWeb(shopAddress(path)),
  showGroup: (id) => { state.group = id; draw(); showTab("group"); },
  toEnd: (name = "private") => panes[name].toEnd(),
});

function failed(problem) {
  toast(`${word("failed")}: ${problem.message}`);
}

let toastEnds = 0;
function toast(text) {
  at("toast").textContent = text;
  at("toast").classList.add("shown");
  clearTimeout(toastEnds);
  toastEnds = setTimeout(() => at("toast").classList.remove("shown"), 3500);
}

// People, links and buttons ---------------------------------------------------------------------

async function become(person) {
  if (state.me !== person) state.group = null;
  state.me = person;
  localStorage.setItem("haowu.as", person);
  await refresh();
}

function showTab(name) {
  document.body.dataset.tab = name;
  drawTabs();
  // A pane that was hidden had no size to be laid out by.
  panes[name]?.shown();
}

// `isOwn`: tapped by the one whom it is for, as the buttons under what stands in a group are.
function openLink(address, isOwn = false) {
  const url = new URL(address, location.href);
  if (!["http:", "https:"].includes(url.protocol)) return toast(address);
  const isTelegram = ["t.me", "telegram.me"].includes(url.hostname);
  // To pass a link on is to open it as somebody else.
  if (isTelegram && url.pathname === "/share/url") return openLink(url.searchParams.get("url"));
  const isBot = isTelegram
    && url.pathname.slice(1).toLowerCase() === state.view.bot.username.toLowerCase();
  if (isBot && url.searchParams.has("startgroup")) return openConnect(url.searchParams);
  if (isBot) return openStart(url.searchParams.get("start") || "", isOwn);
  if (url.origin === location.origin || url.pathname.startsWith("/r/")) return openWeb(url.href);
  window.open(url.href, "_blank", "noopener");
  return undefined;
}

function openStart(payload, isOwn) {
  if (isOwn) {
    showTab("private");
    return act("start", { person_id: state.me, payload }).catch(failed);
  }
  // A link in private is mostly for somebody else: oneself comes last.
  const others = [...state.view.people].sort((one, other) =>
    (one.id === state.me) - (other.id === state.me));
  return choose(word("openAs"), others.map((person) => [
    [person.first_name, latin(person), "·", word(person.role)].filter(Boolean).join(" "),
    async () => {
      await become(person.id);
      showTab("private");
      act("start", { person_id: person.id, payload }).catch(failed);
    },
  ]));
}

function openConnect(asked) {
  connect({
    view: state.view, failed,
    payload: asked?.get?.("startgroup") || "",
    rights: (asked?.get?.("admin") || "").split(/[ +]/).filter(Boolean),
    done: (chat) => { state.group = chat.id; showTab("group"); refresh(); },
  });
}

function openWeb(address) {
  at("frame").src = address;
  showAddress(address);
  document.body.classList.add("web-open");
  showTab("web");
}

function showAddress(address) {
  at("address").textContent = address;
  at("outside").href = address;
}

function closeWeb() {
  document.body.classList.remove("web-open");
}

async function tapButton(one, message) {
  if (one.url) return openLink(one.url, message.chat.type !== "private");
  if (one.copy_text) {
    await navigator.clipboard?.writeText(one.copy_text.text).catch(() => null);
    return toast(`${word("copied")}: ${one.copy_text.text}`);
  }
  try {
    const pressed = await act("press", { chat_id: message.chat.id,
      message_id: message.message_id, ephemeral: message.ephemeral_message_id || 0,
      person_id: state.me, data: one.callback_data });
    if (!pressed.answer) return toast(word("noAnswer"));
    if (pressed.answer.url) openLink(pressed.answer.url);
    if (!pressed.answer.text) return undefined;
    return pressed.answer.show_alert ? alertBox(pressed.answer.text) : toast(pressed.answer.text);
  } catch (problem) { return failed(problem); }
}

function keyboardButton(one, chat) {
  if (!one.request_chat) {
    return act("say", { chat_id: chat.id, person_id: state.me, text: one.text }).catch(failed);
  }
  const own = state.view.chats.filter((other) => other.type !== "private" && other.is_member);
  return choose(word("chooseChat"), own.map((other) => [other.title, () => act("share_chat", {
    person_id: state.me, request_id: one.request_chat.request_id, shared_chat_id: other.id,
  }).catch(failed)]));
}

// Drawing ---------------------------------------------------------------------------------------

function draw() {
  const view = state.view;
  document.documentElement.lang = word("lang");
  document.title = word("title");
  for (const node of document.querySelectorAll("[data-word]")) {
    node.textContent = word(node.dataset.word);
  }
  at("brand-name").textContent = view.bot.texts.name || view.bot.first_name;
  at("brand-line").textContent = word("line");
  at("language").textContent = word("other");
  drawPeople(view);
  drawClock(view);
  guide.draw(view.people);
  drawTabs();
  drawChats(view);
}

function drawPeople(view) {
  const key = [speech.language, state.me, ...view.people.map((one) => one.id)].join();
  renew(at("people"), key, () => view.people.map((person) => {
    const kind = person.id === state.me ? "person on" : "person";
    const made = button("", () => become(person.id), kind);
    made.append(avatar(person.first_name, person.id), element("span", { class: "name" },
      element("b", {}, person.first_name),
      element("span", { class: "latin" }, latin(person)),
      element("span", { class: "soft" }, word(person.role))));
    return made;
  }));
}

function drawClock(view) {
  const now = new Date(view.now).toLocaleString(speech.locale(), {
    timeZone: "Asia/Shanghai", weekday: "short", month: "short", day: "numeric",
    hour: "2-digit", minute: "2-digit", hour12: false,
  });
  renew(at("clock"), speech.language, () => clockParts(view));
  at("clock").firstChild.textContent = now;
}

function clockParts(view) {
  const move = (fields) => () => act("clock", fields).then(refresh).catch(failed);
  const jumps = [["plusMinute", { minutes: 1 }], ["plusHour", { hours: 1 }],
    ["plusDay", { days: 1 }], ["plusMonth", { days: 30 }]];
  return [
    element("div", { class: "now" }),
    element("div", { class: "chips" }, ...jumps.map(([name, fields]) =>
      button(word(name), move(fields), "chip"))),
    element("div", { class: "chips" }, ...view.marks.map(([name, time]) =>
      element("button", { class: "chip mark", type: "button", title: word(name),
        "aria-label": `${word(name)} ${time}`, on: { click: move({ mark: name }) } },
      `${sky(name)} ${time}`))),
    element("div", { class: "chips" },
      button(`🛍️ ${word("openShop")}`, () => openWeb(shopAddress("/shop")), "chip"),
      button(`📦 ${word("openOrders")}`, () => openWeb(shopAddress("/shop/orders")), "chip")),
  ];
}

function shopAddress(path) {
  return `${location.origin}${path}?lang=${speech.language}`;
}

function drawTabs() {
  const names = ["side", "private", "group", "web"];
  at("tabs").replaceChildren(...names.map((name) => button(
    word(`${name}Tab`), () => (name === "web" && !at("frame").src
      ? openWeb(shopAddress("/shop")) : showTab(name)),
    document.body.dataset.tab === name ? "on" : "")));
}

function drawChats(view) {
  const actions = (chat) => chatActions(
    state.view.chats.find((one) => one.id === chat.id), state.view, failed, openConnect);
  panes.private.show(view.chats[0], view, { actions });
  const groups = view.chats.slice(1);
  const own = groups.filter((chat) => chat.is_member);
  const chosen = groups.find((chat) => chat.id === state.group) || own[own.length - 1] || groups[0];
  at("group").classList.toggle("none", !chosen);
  if (!chosen) return drawNoGroup();
  at("group").querySelector(".no-group")?.remove();
  return panes.group.show(chosen, view, { actions, switcher: switcher(groups, chosen) });
}

function switcher(groups, chosen) {
  if (groups.length < 2) return null;
  const made = element("select", { class: "switcher", on: { change: (event) => {
    state.group = Number(event.target.value);
    draw();
  } } }, ...groups.map((chat) => element("option",
    { value: chat.id, selected: chat.id === chosen.id }, chat.title)));
  return made;
}

function drawNoGroup() {
  if (at("group").querySelector(".no-group")) at("group").querySelector(".no-group").remove();
  at("group").append(element("div", { class: "no-group" },
    element("b", {}, word("noGroups")), element("p", { class: "soft" }, word("noGroupsMore")),
    button(word("newGroup"), () => openConnect(), "wide")));
}

// Keeping up ------------------------------------------------------------------------------------

async function refresh() {
  state.view = await seen(state.me);
  state.turn += 1;
  draw();
}

async function follow() {
  for (;;) {
    const turn = state.turn;
    try {
      const newer = await seen(state.me, state.view.version);
      if (turn === state.turn) {
        if (newer.chats) state.view = newer;
        else state.view.now = newer.now;
        if (newer.chats) draw();
        else drawClock(state.view);
      }
    } catch {
      await new Promise((resolve) => { setTimeout(resolve, 1500); });
    }
    if (query.has("poll")) await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
}

// Everybody's Telegram speaks the language of the page.
async function speak() {
  speech.tellShop();
  const others = state.view.people.filter((one) => one.language_code !== speech.code());
  await Promise.all(others.map((person) =>
    act("set_language", { person_id: person.id, language_code: speech.code() })));
  await refresh();
}

at("language").addEventListener("click", () => {
  speech.change();
  speak().catch(failed);
});
at("close-web").addEventListener("click", () => {
  closeWeb();
  showTab("group");
});
at("frame").addEventListener("load", () => {
  // The page inside may be of another address, which tells nothing about itself.
  try { showAddress(at("frame").contentWindow.location.href); } catch { /* as it was asked for */ }
});

(async () => {
  await refresh().catch(() => become(2001));
  await speak().catch(failed);
  if (query.get("web")) openWeb(new URL(query.get("web"), location.href).href);
  follow();
})();
