// Draws messages as bubbles, with pictures, polls, replies and inline keyboards.

import { avatar, button, element } from "./element.js";
import { rich } from "./rich.js";
import { speech, word } from "./words.js";

export function bubble(message, context) {
  const service = serviceText(message);
  if (service) return element("div", { class: "service" }, service);
  const own = message.from.id === context.me;
  const sender = message.sender_chat || message.from;
  const body = element(
    "div",
    { class: "body", on: { dblclick: () => context.taps.reply(message) } },
    ...parts(message, context, own ? null : sender),
  );
  const column = element("div", { class: "column" }, body, ...keyboard(message, context));
  const kinds = ["message", own && "own", message.photo && "pictured",
    message.ephemeral_message_id && "quiet"].filter(Boolean);
  const shown = element("div", { class: kinds.join(" ") });
  if (context.isGroup && !own) shown.append(avatar(sender.first_name || sender.title, sender.id));
  shown.append(column);
  return shown;
}

function parts(message, context, sender) {
  const made = [];
  if (context.isGroup && sender) {
    const name = sender.first_name || sender.title;
    made.push(element("div", { class: "sender" }, name, sender.is_bot ? tag() : null));
  }
  if (message.ephemeral_message_id) {
    made.push(element("div", { class: "only-you" }, `👁 ${word("onlyYou")}`));
  }
  const topic = context.topics.find((one) => one.id === message.message_thread_id);
  if (topic) made.push(element("div", { class: "soft" }, `# ${topic.name}`));
  if (message.forward_origin) {
    const from = message.forward_origin.sender_user?.first_name || "";
    made.push(element("div", { class: "forwarded" }, `${word("forwarded")} ${from}`));
  }
  if (message.via_bot) {
    made.push(element("div", { class: "soft" }, `via @${message.via_bot.username}`));
  }
  if (message.reply_to_message) made.push(quote(message.reply_to_message));
  const media = pictured(message);
  const text = worded(message, context);
  const above = message.show_caption_above_media;
  made.push(...[above ? text : media, above ? media : text].filter(Boolean));
  if (message.poll) made.push(poll(message, context));
  made.push(meta(message, context));
  return made;
}

function tag() {
  return element("span", { class: "tag" }, word("bot"));
}

function pictured(message) {
  if (message.photo) {
    const largest = message.photo[message.photo.length - 1];
    const ratio = `${largest.width} / ${largest.height}`;
    const isTall = largest.height > largest.width * 1.3;
    const shown = element("img", {
      class: isTall ? "photo tall" : "photo", alt: "", src: `/sandbox/files/photos/${largest.file_unique_id}`,
    });
    shown.style.aspectRatio = ratio;
    return shown;
  }
  if (!message.document) return null;
  const address = `/sandbox/files/documents/${message.document.file_unique_id}`;
  const name = message.document.file_name;
  const link = element("a", { href: address, download: name }, `📄 ${name}`);
  return element("div", { class: "document" }, link);
}

function worded(message, context) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const entities = message.entities || message.caption_entities;
  return element("div", { class: "text" }, ...rich(text, entities, context.taps));
}

function meta(message, context) {
  const at = new Date(message.date * 1000);
  const time = at.toLocaleTimeString(speech.locale(), {
    hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai", hour12: false,
  });
  const reactions = (message.reactions || []).map((one) =>
    element("span", { class: "reaction" }, one));
  const react = (emoji) => button(emoji, () => context.taps.react(message, emoji), "act");
  const acts = element("span", { class: "acts" }, answerButton(message, context));
  const isEditable = message.text && !message.ephemeral_message_id;
  if (isEditable && message.from.id === context.me) acts.append(editButton(message, context));
  if (!message.ephemeral_message_id) acts.append(react("👍"), react("👎"));
  const edited = message.edit_date ? `${word("edited")} ` : "";
  return element("div", { class: "meta" }, ...reactions, acts, `${edited}${time}`);
}

function answerButton(message, context) {
  const answer = (event) => { event.stopPropagation(); context.taps.reply(message); };
  return button(`↩\uFE0E ${word("reply")}`, answer, "act reply");
}

function editButton(message, context) {
  const made = button("✎", () => context.taps.edit(message), "act");
  made.title = word("edit");
  return made;
}

function quote(message) {
  const text = message.text || message.caption || "🖼";
  const name = message.from?.first_name || "";
  return element("div", { class: "quote" }, element("b", {}, name), element("div", {}, text));
}

function poll(message, context) {
  const shown = message.poll;
  const total = Math.max(1, shown.total_voter_count);
  const rows = shown.options.map((option, place) => {
    const share = Math.round((option.voter_count / total) * 100);
    const bar = element("span", { class: "bar" });
    bar.style.width = `${share}%`;
    const vote = () => context.taps.vote(message, place);
    const count = element("span", { class: "share" }, `${share}%`);
    const row = element("button", { class: "option", type: "button", on: { click: vote } });
    row.append(count, element("span", { class: "label" }, option.text, bar));
    return row;
  });
  const kind = shown.is_closed ? word("closedPoll") : word("poll");
  return element(
    "div", { class: "poll" },
    element("b", {}, shown.question), element("div", { class: "soft" }, kind), ...rows,
    element("div", { class: "soft" }, word("votes", shown.total_voter_count)),
  );
}

function keyboard(message, context) {
  const rows = message.reply_markup?.inline_keyboard || [];
  if (!rows.length) return [];
  return [element("div", { class: "keyboard" }, ...rows.map((row) =>
    element("div", { class: "row" }, ...row.map((one) => inline(one, message, context)))))];
}

function inline(one, message, context) {
  const tap = async (event) => {
    const pressed = event.currentTarget;
    pressed.classList.add("busy");
    try {
      await context.taps.button(one, message);
    } finally {
      pressed.classList.remove("busy");
    }
  };
  const made = button(one.text, tap, `inline ${one.style || ""}`);
  if (one.url) made.append(element("span", { class: "corner" }, "↗"));
  if (one.copy_text) made.append(element("span", { class: "corner" }, "⧉"));
  return made;
}

function serviceText(message) {
  const who = message.from?.first_name || "";
  if (message.new_chat_members) {
    const names = message.new_chat_members.map((one) => one.first_name).join("、");
    const alone = message.new_chat_members[0].id === message.from.id;
    return `${who} ${alone ? word("joined") : word("joinedBy", names)}`;
  }
  if (message.left_chat_member) {
    const gone = message.left_chat_member;
    return gone.id === message.from.id
      ? `${who} ${word("left")}` : `${who} ${word("removed", gone.first_name)}`;
  }
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return word("migrated");
  if (message.forum_topic_created) {
    return `${who} ${word("topicOpened", message.forum_topic_created.name)}`;
  }
  if (message.forum_topic_closed) return `${who} ${word("topicClosed")}`;
  if (message.forum_topic_reopened) return `${who} ${word("topicReopened")}`;
  if (message.chat_shared) return `${who} ${word("chatShared", message.chat_shared.title || "")}`;
  return "";
}
