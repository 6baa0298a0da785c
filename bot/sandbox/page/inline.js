// Inline mode in a text box: "@bot words" shows the bot's own results, a tap sends one.

import { act } from "./api.js";
import { button, element } from "./element.js";
import { word } from "./words.js";

const PAUSE_MS = 350;

export class Inline {
  constructor(pane, root) {
    this.pane = pane;
    this.root = root;
    this.asked = 0;
    this.root.addEventListener("scroll", () => this.more());
  }

  typed(text) {
    clearTimeout(this.timer);
    this.asked += 1;
    const name = this.pane.bot?.username;
    const found = /^@(\w+)\s(.*)$/s.exec(text);
    if (!found || found[1].toLowerCase() !== name?.toLowerCase()) {
      if (this.isOpen) this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(found[2].trim(), "", this.asked), PAUSE_MS);
  }

  close() {
    this.isOpen = false;
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  async ask(query, offset, turn) {
    const fields = { person_id: this.pane.me, query, offset };
    const told = await act("inline", fields).catch(this.pane.taps.failed);
    if (turn !== this.asked || !told?.answer) return;
    const { results, button: top, next_offset: next } = told.answer;
    this.next = next && { query, offset: next };
    const rows = results.map((one) => this.row(one, told.id));
    if (offset) this.root.append(...rows);
    else this.root.replaceChildren(...(top ? [this.top(top)] : []), ...rows);
    this.isOpen = true;
    this.root.hidden = !this.root.childNodes.length;
  }

  more() {
    const isNear = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < 60;
    if (!this.next || !isNear) return;
    const { query, offset } = this.next;
    this.next = null;
    this.ask(query, offset, this.asked);
  }

  top(one) {
    const start = () => {
      this.end();
      act("start", { person_id: this.pane.me, payload: one.start_parameter })
        .catch(this.pane.taps.failed);
    };
    return button(`${one.text} · ${word("toPrivate")}`, start, "wide");
  }

  row(one, queryId) {
    const send = () => {
      const fields = { query_id: queryId, result_id: one.id,
        chat_id: this.pane.chat.id, person_id: this.pane.me };
      this.end();
      act("choose", fields).then(() => this.pane.toEnd()).catch(this.pane.taps.failed);
    };
    const made = button("", send, "command found");
    if (one.thumbnail_url) {
      made.append(element("img", { src: one.thumbnail_url, alt: "", loading: "lazy" }));
    }
    made.append(element("span", {}, element("b", {}, one.title),
      element("small", {}, one.description || "")));
    return made;
  }

  end() {
    this.asked += 1;
    this.close();
    this.pane.fill("");
  }
}
