// Building what is seen. Text only ever becomes text: nothing that comes from elsewhere is read as markup.

export function h(tag, given = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (/^aria[A-Z]/.test(name)) node.setAttribute(`aria-${name.slice(4).toLowerCase()}`, value);
    else if (name in node && !["list", "form"].includes(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  return fill(node, children);
}

export function fill(node, ...children) {
  node.replaceChildren(...children.flat(4).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function announce(text) {
  const place = document.getElementById("announcer");
  if (place.textContent !== text) place.textContent = text;
}

export function toast(text, { undo = null, bad = false, lasts = undo ? 12000 : bad ? 9000 : 5000 } = {}) {
  const note = h("div", { className: bad ? "toast bad" : "toast" }, h("span", {}, text));
  const close = () => note.remove();
  if (undo) note.append(h("button", { type: "button", onclick: () => { close(); undo(); } }, "Undo"));
  document.getElementById("toasts").append(note);
  setTimeout(close, lasts);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

// "swipe_left" is how files write it; people read it with a space.
export const words = (gesture) => gesture.replaceAll("_", " ");

// A sentence with a place in a file, without the folders: who needs them hovers, or asks the terminal.
export const short = (text) => text.replace(/(?:[A-Za-z]:)?[/\\](?:[^\s"()]*[/\\])+/g, "");

export const ago = (seconds) =>
  seconds < 60 ? `${Math.max(0, Math.round(seconds))} s ago`
    : seconds < 3600 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;

export const clock = (at_s) =>
  new Date(at_s * 1000).toLocaleTimeString([], { hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" });
