// One chat on the page: its head, its bubbles, its text box, command menu and reply keyboard.

import { act } from "./api.js";
import { bubble } from "./bubbles.js";
import { avatar, button, element, renew } from "./element.js";
import { Inline } from "./inline.js";
import { speech, word } from "./words.js";

export class Pane {
  constructor(root, taps) {
    this.root = root;
    this.taps = taps;
    this.drafts = new Map();
    this.drawn = new Map();
    this.replyTo = null;
    this.editing = null;
    this.isPrompt = false;
    this.chat = null;
    this.head = element("header");
    this.pinned = element("div", { class: "pinned", hidden: true });
    this.list = element("div", { class: "list" });
    this.foot = element("footer");
    this.menu = element("div", { class: "menu", hidden: true });
    this.box = element("textarea", { rows: "1", on: {
      keydown: (event) => this.key(event),
      input: () => { this.grow(); this.inline.typed(this.box.value); },
    } });
    this.inline = new Inline(this, this.menu);
    root.replaceChildren(this.head, this.pinned, this.list, this.menu, this.foot);
  }

  show(chat, view, extra) {
    const isOther = this.chat?.id !== chat?.id || this.me !== view.person.id;
    if (isOther) this.leave();
    this.chat = chat;
    this.me = view.person.id;
    this.bot = view.bot;
    const groups = view.chats.map((one) => [one.id, one.title]);
    const key = JSON.stringify([speech.language, chat.id, chat.member_count, chat.bot_status,
      view.bot.first_name, groups]);
    renew(this.head, key, () => this.title(chat, view, extra));
    this.drawMessages(view);
    this.drawPinned();
    this.heedPrompt();
    this.drawFoot(view);
    if (isOther) this.grow();
  }

  leave() {
    if (this.chat) this.drafts.set(`${this.me}:${this.chat.id}`, this.box.value);
    this.drawn.clear();
    this.list.replaceChildren();
    this.replyTo = null;
    this.editing = null;
    this.menu.hidden = true;
    this.box.value = "";
  }

  // Where the bot calls for a reply, the reply is begun for the person, once.
  heedPrompt() {
    const asked = this.chat.keyboard?.force_reply ? this.chat.keyboard.to : null;
    const key = asked && `${this.me}:${this.chat.id}:${asked}`;
    if (key === this.prompted) return;
    this.prompted = key;
    if (asked) this.replyTo = this.chat.messages.find((one) => place(one) === asked.join(":"));
    else if (this.replyTo && this.isPrompt) this.replyTo = null;
    this.isPrompt = Boolean(asked);
  }

  title(chat, view, extra) {
    const name = chat.type === "private" ? view.bot.first_name : chat.title;
    const line = chat.type === "private"
      ? `@${view.bot.username}`
      : `${chat.member_count} ${word("members")} · ${word(botState(chat))}`;
    return [
      avatar(name, chat.type === "private" ? view.bot.id : chat.id),
      element("div", { class: "titles" }, extra.switcher || element("b", {}, name),
        element("div", { class: "soft", title: line }, line)),
      button("⋯", () => extra.actions(chat), "plain"),
    ];
  }

  drawMessages(view) {
    const atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    const isGroup = this.chat.type !== "private";
    const taps = {
      ...this.taps,
      reply: (message) => this.reply(message),
      edit: (message) => this.edit(message),
      word: (kind, words) => this.tapWord(kind, words),
    };
    const context = { me: this.me, isGroup, topics: this.chat.topics, taps };
    const wanted = isGroup && !this.chat.is_member ? [] : this.chat.messages;
    const fresh = new Map();
    for (const message of wanted) {
      const text = speech.language + JSON.stringify(message);
      const key = place(message);
      const old = this.drawn.get(key);
      fresh.set(key, old && old.text === text ? old : { text, node: bubble(message, context) });
    }
    const nodes = [...fresh.values()].map((one) => one.node);
    this.drawn = fresh;
    if (!nodes.length) nodes.push(this.emptyNote(view));
    const changed = nodes.length !== this.list.childNodes.length
      || nodes.some((node, place) => node !== this.list.childNodes[place]);
    if (!changed) return;
    this.list.replaceChildren(...nodes);
    if (atEnd) this.toEnd();
  }

  drawPinned() {
    const message = this.chat.messages.find((one) => one.message_id === this.chat.pinned);
    this.pinned.hidden = !message || !this.drawn.size;
    if (!message) return;
    const text = message.text || message.caption || "🖼";
    this.pinned.replaceChildren(element("b", {}, `📌 ${word("pinned")} `), text);
    this.pinned.onclick = () => this.drawn.get(place(message))?.node.scrollIntoView();
  }

  shown() {
    this.grow();
    this.toEnd();
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    for (const image of this.list.querySelectorAll("img")) {
      if (!image.complete) image.addEventListener("load", () => {
        this.list.scrollTop = this.list.scrollHeight;
      }, { once: true });
    }
  }

  emptyNote(view) {
    if (this.chat.type !== "private") return element("span");
    const text = view.bot.texts.description || word("welcomeTitle");
    return element("div", { class: "welcome" }, text);
  }

  drawFoot(view) {
    const { chat } = this;
    const key = JSON.stringify([speech.language, this.me, chat.id, chat.is_member,
      chat.has_blocked, view.person.has_started, chat.keyboard,
      this.replyTo && place(this.replyTo), this.editing && place(this.editing)]);
    // A box that is being written into must stay where it is, or half a Chinese word is lost.
    if (key === this.drawnFoot) return undefined;
    this.drawnFoot = key;
    if (chat.type === "private" && (!view.person.has_started || chat.has_blocked)) {
      const start = () => act("start", { person_id: this.me }).catch(this.taps.failed);
      return this.foot.replaceChildren(button(word("start"), start, "wide"));
    }
    if (!chat.is_member) {
      const join = () => act("join", { chat_id: chat.id, person_id: this.me });
      return this.foot.replaceChildren(
        element("span", { class: "soft" }, word("notMember")),
        button(word("join"), () => join().catch(this.taps.failed), "wide"));
    }
    this.box.placeholder = this.isPrompt && chat.keyboard?.input_field_placeholder
      || word(chat.type === "private" ? "write" : "writeGroup");
    const parts = [button("/", () => this.toggleMenu(), "round slash"), this.box,
      button("➤", () => this.send(), "round send")];
    parts[0].title = word("menu");
    parts[2].title = word("send");
    const focused = document.activeElement === this.box;
    this.foot.replaceChildren(this.replyNote(), element("div", { class: "line" }, ...parts),
      this.replyKeyboard());
    if (focused) this.box.focus();
    return undefined;
  }

  replyNote() {
    const about = this.editing || this.replyTo;
    if (!about) return "";
    const title = this.editing ? word("edit") : `${word("reply")} · ${about.from.first_name}`;
    const stop = () => { this.stopEditing(); this.replyTo = null; this.taps.redraw(); };
    return element("div", { class: "replying" },
      element("div", { class: "quote" }, element("b", {}, title),
        element("div", {}, about.text || about.caption || "🖼")), button("✕", stop, "plain"));
  }

  replyKeyboard() {
    const rows = this.chat.keyboard?.keyboard || [];
    if (!rows.length) return "";
    return element("div", { class: "reply-keyboard" }, ...rows.map((row) =>
      element("div", { class: "row" }, ...row.map((one) => {
        const given = typeof one === "string" ? { text: one } : one;
        return button(given.text, () => this.taps.keyboardButton(given, this.chat), "inline");
      }))));
  }

  toggleMenu() {
    const commands = this.chat.menu;
    this.menu.hidden = !this.menu.hidden || !commands.length;
    this.menu.replaceChildren(...commands.map((one) => {
      const run = () => { this.menu.hidden = true; this.say(`/${one.command}`); };
      const made = button("", run, "command");
      made.append(element("b", {}, `/${one.command}`), element("span", {}, one.description));
      return made;
    }));
  }

  tapWord(kind, words) {
    if (kind === "bot_command") this.say(words);
    else this.fill(`${words} `);
  }

  fill(text) {
    this.box.value = text;
    this.grow();
    this.box.focus();
  }

  reply(message) {
    this.stopEditing();
    this.replyTo = message;
    this.taps.redraw();
    this.box.focus();
  }

  edit(message) {
    this.editing = message;
    this.taps.redraw();
    this.fill(message.text);
  }

  stopEditing() {
    if (this.editing) this.box.value = "";
    this.editing = null;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  grow() {
    const draft = this.drafts.get(`${this.me}:${this.chat?.id}`);
    if (draft && !this.box.value) this.box.value = draft;
    this.drafts.delete(`${this.me}:${this.chat?.id}`);
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 140)}px`;
  }

  send() {
    const text = this.box.value.trim();
    if (!text) return;
    this.box.value = "";
    this.inline.typed("");
    this.grow();
    if (!this.editing) return void this.say(text);
    const fields = { chat_id: this.chat.id, message_id: this.editing.message_id, text };
    this.editing = null;
    act("edit", fields).catch(this.taps.failed);
  }

  say(text) {
    const fields = { chat_id: this.chat.id, person_id: this.me, text };
    if (this.replyTo?.ephemeral_message_id) {
      fields.reply_to_ephemeral = this.replyTo.ephemeral_message_id;
    } else if (this.replyTo) fields.reply_to = this.replyTo.message_id;
    const thread = this.replyTo?.message_thread_id;
    if (thread) fields.thread = thread;
    this.replyTo = null;
    act("say", fields).then(() => this.toEnd()).catch(this.taps.failed);
  }
}

// By what a message is found in its chat: ephemeral ones have another number.
function place(message) {
  return `${message.message_id}:${message.ephemeral_message_id || 0}`;
}

function botState(chat) {
  if (["administrator", "creator"].includes(chat.bot_status)) return "botAdmin";
  return ["member", "restricted"].includes(chat.bot_status) ? "botMember" : "botNot";
}
