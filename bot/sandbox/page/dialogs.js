// The small windows: adding the bot to a group, choosing a person or a group, more actions.

import { act } from "./api.js";
import { button, element } from "./element.js";
import { word } from "./words.js";

const dialog = () => document.getElementById("dialog");
const OFFERED = ["can_delete_messages", "can_pin_messages", "can_invite_users",
  "can_restrict_members", "can_change_info", "can_manage_topics"];
const USUAL_MEMBERS = 68;

function show(title, ...content) {
  dialog().replaceChildren(element("h2", {}, title), ...content);
  if (!dialog().open) dialog().showModal();
}

function close() {
  dialog().close();
}

function acts(...buttons) {
  return element("div", { class: "acts" }, button(word("cancel"), close, "plain"), ...buttons);
}

export function alertBox(text) {
  show("", element("p", { class: "alert" }, text),
    element("div", { class: "acts" }, button(word("close"), close, "wide")));
}

export function choose(title, choices) {
  const rows = choices.map(([label, run]) => button(label, () => { close(); run(); }, "choice"));
  show(title, element("div", { class: "choices" }, ...rows), acts());
}

function rightsBoxes(ticked) {
  return OFFERED.map((right) => {
    const box = element("input", { type: "checkbox", name: right, checked: ticked.has(right) });
    return element("label", { class: "tick" }, box, word(right));
  });
}

function tickedIn(form) {
  return OFFERED.filter((right) => form.elements[right].checked);
}

function field(label, input) {
  return element("label", { class: "field" }, element("span", {}, label), input);
}

// Adds the bot to a chosen or a new group, as a `startgroup` link asks for it; returns the chat.
export function connect({ view, payload, rights, failed, done }) {
  const own = view.chats.filter((chat) => chat.type !== "private" && chat.is_member);
  const which = element("select", { name: "which" },
    ...own.map((chat) => element("option", { value: chat.id }, chat.title)),
    element("option", { value: "" }, word("createNew")));
  const fresh = newGroupFields();
  const follow = () => { fresh.hidden = which.value !== ""; };
  which.addEventListener("change", follow);
  const asked = new Set(rights.map((right) =>
    (right.startsWith("can_") ? right : `can_${right}`)));
  const asAdmin = element("input", { type: "checkbox", name: "admin", checked: asked.size > 0 });
  const boxes = element("div", { class: "ticks" }, ...rightsBoxes(asked));
  asAdmin.addEventListener("change", () => { boxes.hidden = !asAdmin.checked; });
  boxes.hidden = !asked.size;
  const form = element("form", {}, field(word("which"), which), fresh,
    element("label", { class: "tick" }, asAdmin, word("asAdmin")), boxes);
  const go = async () => {
    try {
      const chatId = which.value ? Number(which.value) : await made(form, view);
      const granted = asAdmin.checked ? tickedIn(form) : null;
      const chat = await act("add_bot", {
        chat_id: chatId, by: view.person.id, payload, rights: granted,
        upgrade: Boolean(granted) && form.elements.basic.checked,
      });
      close();
      done(chat);
    } catch (problem) { failed(problem); }
  };
  follow();
  show(word("connectTitle"), form, acts(button(word("add"), go, "wide")));
}

function newGroupFields() {
  const name = element("input", { name: "title", value: word("groupNameDefault"), maxlength: 60 });
  const count = element("input",
    { name: "count", type: "number", min: 2, max: 200000, value: USUAL_MEMBERS });
  const basic = element("input", { type: "checkbox", name: "basic" });
  return element("div", {}, field(word("groupName"), name), field(word("count"), count),
    element("label", { class: "tick" }, basic, word("basic")));
}

async function made(form, view) {
  const others = view.people.filter((one) => one.role === "member").map((one) => one.id);
  const chat = await act("new_group", {
    title: form.elements.title.value.trim() || word("groupNameDefault"),
    owner_id: view.person.id,
    kind: form.elements.basic.checked ? "group" : "supergroup",
    member_ids: others,
    member_count: Number(form.elements.count.value) || USUAL_MEMBERS,
  });
  return chat.id;
}

function changeRights(chat, person, failed) {
  const form = element("form", {},
    element("div", { class: "ticks" }, ...rightsBoxes(new Set(chat.bot_rights))));
  const set = (rights) => act("set_bot_rights", { chat_id: chat.id, by: person.id, rights })
    .then(close, failed);
  show(word("changeRights"), form, acts(
    button(word("asMember"), () => set(null), "plain"),
    button(word("asAdmin"), () => set(tickedIn(form)), "wide")));
}

function changeCount(chat, failed) {
  const count = element("input", { type: "number", min: 2, value: chat.member_count });
  const set = () => act("set_member_count", { chat_id: chat.id, count: Number(count.value) })
    .then(close, failed);
  show(word("setCount"), field(word("count"), count), acts(button(word("close"), set, "wide")));
}

export function chatActions(chat, view, failed, openConnect) {
  const person = view.person;
  const run = (name, fields) => () => act(name, fields).catch(failed);
  const here = { chat_id: chat.id };
  if (chat.type === "private") {
    return choose(word("actions"), [
      [word("newGroup"), openConnect],
      [word("block"), run("block", { person_id: person.id })],
    ]);
  }
  const isIn = ["administrator", "member", "restricted"].includes(chat.bot_status);
  const choices = [
    [word("setCount"), () => changeCount(chat, failed)],
    [word("joinMany"), run("join_many", { ...here, count: 3 })],
  ];
  if (chat.is_member) {
    choices.push([word("leave"), run("leave", { ...here, person_id: person.id })]);
  }
  if (isIn) {
    choices.push([word("changeRights"), () => changeRights(chat, person, failed)],
      [word("removeBot"), run("remove_bot", { ...here, by: person.id })]);
  }
  if (chat.type === "group") choices.push([word("upgrade"), run("migrate", here)]);
  choices.push([isIn ? word("newGroup") : word("addBot"), openConnect]);
  return choose(chat.title, choices);
}
