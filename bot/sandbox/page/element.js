// Makes elements; every text goes in as text, never as markup.

export function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    } else if (name === "class") {
      made.className = value;
    } else if (name === "data") {
      Object.assign(made.dataset, value);
    } else if (value !== undefined && value !== null && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// Makes the children of a node anew only if `key` changed: what is being clicked stays in place.
export function renew(node, key, make) {
  if (node.dataset.drawn === key) return;
  node.dataset.drawn = key;
  node.replaceChildren(...make());
}

export function button(label, handler, kind = "") {
  return element("button", { class: kind, type: "button", on: { click: handler } }, label);
}

const HUES = [210, 265, 330, 20, 150, 185, 45];

export function avatar(name, id) {
  const hue = HUES[Math.abs(id) % HUES.length];
  const made = element("span", { class: "avatar", "aria-hidden": "true" }, [...name][0] || "?");
  made.style.background = `linear-gradient(160deg, hsl(${hue} 62% 66%), hsl(${hue} 55% 52%))`;
  return made;
}
