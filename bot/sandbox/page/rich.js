// Turns a text and its entities into nodes. Offsets count UTF-16 units, as strings here do.

import { element } from "./element.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const BLOCKS = ["blockquote", "expandable_blockquote", "pre"];
const LINKS = ["text_link", "url"];
const TAPPED = ["bot_command", "mention", "hashtag"];

export function rich(text, entities, taps) {
  return nodes(text, entities || [], 0, text.length, taps);
}

function nodes(text, entities, start, end, taps) {
  const made = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [first, ...others] = rest;
    const stop = first.offset + first.length;
    if (first.offset > at) made.push(text.slice(at, first.offset));
    const inside = others.filter((one) => one.offset < stop);
    made.push(wrapped(text, first, nodes(text, inside, first.offset, stop, taps), taps));
    // A block ends its own line: the line break behind it would show as an empty one.
    at = BLOCKS.includes(first.type) && text[stop] === "\n" ? stop + 1 : stop;
    rest = others.filter((one) => one.offset >= stop);
  }
  if (at < end) made.push(text.slice(at, end));
  return made;
}

function wrapped(text, entity, children, taps) {
  const words = text.slice(entity.offset, entity.offset + entity.length);
  if (LINKS.includes(entity.type)) return link(entity.url || words, children, taps);
  if (TAPPED.includes(entity.type)) {
    const tap = (event) => { event.stopPropagation(); taps.word(entity.type, words); };
    return element("span", { class: "tapped", on: { click: tap } }, ...children);
  }
  const made = element(TAGS[entity.type] || "span", {}, ...children);
  if (entity.type === "expandable_blockquote") {
    made.className = "folded";
    made.addEventListener("click", () => made.classList.toggle("folded"));
  }
  if (entity.type === "spoiler") {
    made.className = "spoiler";
    made.addEventListener("click", () => made.classList.toggle("open"));
  }
  return made;
}

function link(address, children, taps) {
  const go = (event) => {
    event.preventDefault();
    event.stopPropagation();
    taps.open(address);
  };
  const safe = /^(https?|tg):/i.test(address) ? address : "#";
  return element("a", { href: safe, rel: "noopener", on: { click: go } }, ...children);
}
