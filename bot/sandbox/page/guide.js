// The list of things to try: shows the steps, carries out their acts, remembers what was tried.

import { act, seen } from "./api.js";
import { button, element, renew } from "./element.js";
import { steps } from "./steps.js";
import { latin, sky, speech, word } from "./words.js";

export class Guide {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.tried = new Set();
    this.people = [];
  }

  draw(people) {
    this.people = people;
    const all = steps();
    const next = all.findIndex((step, place) => !this.tried.has(place));
    renew(this.root, [speech.language, ...this.tried].join(), () => all.map((step, place) => {
      const kind = this.tried.has(place) ? "tried" : place === next ? "next" : "";
      const acts = step.acts.map((one) =>
        button(this.label(one, step.acts), () => this.start(place, one), "try"));
      return element("li", { class: kind }, step.words,
        element("div", { class: "tries" }, ...acts));
    }));
    this.follow();
  }

  // Keeps the next step in sight where the list scrolls by itself.
  follow() {
    const next = this.root.querySelector(".next");
    if (!next || next === this.followed) return;
    this.followed = next;
    const below = next.offsetTop + next.offsetHeight - this.root.offsetTop;
    this.root.scrollTop = Math.max(0, below - this.root.clientHeight + 40);
  }

  label(one, all) {
    if (one.shop) return `📦 ${word("openOrders")}`;
    if (one.days) return `🗓 ${word("plusMonth")}`;
    if (one.mark) return `${sky(one.mark)} ${word(one.mark)}`;
    if (one.private) return `📨 ${word("toPrivate")}`;
    if (one.under) return `↩\uFE0E ${word("askUnder")}`;
    if (!one.text) return `💬 ${word("toGroup")}`;
    const isShared = all.some((other) => other.text === one.text && other.as !== one.as);
    const person = this.people.find((other) => other.id === one.as);
    return isShared ? `${latin(person) || person.first_name} ${one.text}` : one.text;
  }

  start(place, one) {
    this.tried.add(place);
    this.carryOut(one).catch(this.page.failed);
  }

  async carryOut(one) {
    if (one.as) await this.page.become(one.as);
    if (one.shop) return this.page.openShop(one.shop);
    this.page.closeWeb();
    if (one.mark || one.days) {
      await act("clock", one.mark ? { mark: one.mark } : { days: one.days });
      await this.page.refresh();
    }
    if (one.groupOf) return this.inGroup(one);
    this.page.showTab("private");
    if (!one.text) return this.page.toEnd();
    const text = one.order ? `${one.text} ${await lastOrder()}`.trim() : one.text;
    await act("say", { chat_id: one.as, person_id: one.as, text });
    return this.page.toEnd();
  }

  async inGroup(one) {
    const chat = (await seen(one.groupOf)).chats.find((other) => other.is_owner);
    this.page.showGroup(chat?.id ?? null);
    if (!chat || !one.text) return undefined;
    const post = one.under ? lastPost(chat) : null;
    const fields = { chat_id: chat.id, person_id: one.as, text: one.text };
    await act("say", post ? { ...fields, reply_to: post.message_id } : fields);
    return this.page.toEnd("group");
  }
}

// The last post of the bot that sells something.
function lastPost(chat) {
  return [...chat.messages].reverse().find((one) => one.from.is_bot && one.photo
    && one.reply_markup?.inline_keyboard?.some((row) => row.some((each) => each.url)));
}

async function lastOrder() {
  const answer = await fetch("/shop/orders", { headers: { Accept: "application/json" } });
  const [last] = await answer.json();
  return last?.txid || "";
}
