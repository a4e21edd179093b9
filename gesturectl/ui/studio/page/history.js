// What fired lately, where, and what it did; a false one can be filed as an example of nothing.
import { clock, fill, h, short, toast, words } from "./dom.js";
import { api, ask } from "./net.js";

export async function show(place, context) {
  const rows = h("tbody");
  const empty = h("p", { className: "empty" }, "Nothing has fired since gesturectl started.");
  const table = h("div", { className: "card wide history" }, h("table", {}, h("caption", {}, "Newest first. Kept in memory only; gone when gesturectl ends."),
    h("thead", {}, h("tr", {}, ["When", "Gesture", "App", "What it did", ""].map((title) => h("th", { scope: "col" }, title)))), rows), empty);
  fill(place, h("h1", {}, "History"),
    h("p", { className: "lead" }, "If something fired that you didn’t mean, say so: it is kept as an example of what is no gesture, and the next learning heeds it."), table);

  function row(entry) {
    const wrong = h("button", { type: "button", onclick: () => mark(entry, wrong), ariaLabel: `That was no ${words(entry.gesture)}, at ${clock(entry.at_s)}` }, "That was no gesture");
    return h("tr", {}, h("td", {}, h("time", {}, clock(entry.at_s))),
      h("td", {}, h("strong", {}, words(entry.gesture)), h("div", { className: "soft small" }, `${entry.hand} hand, ${entry.score.toFixed(2)}`)),
      h("td", {}, entry.app || h("span", { className: "soft" }, "unknown")),
      h("td", {}, entry.action ?? h("span", { className: "soft" }, `nothing: ${short(entry.reason)}`)),
      h("td", { className: "end" }, context.can("not-this") ? wrong : null));
  }

  async function mark(entry, button) {
    button.disabled = true;
    try {
      await ask("not-this", { t_ms: entry.t_ms });
      fill(button, "Noted");
    } catch (error) {
      button.disabled = false;
      toast(error.message, { bad: true });
    }
  }

  const add = (entry) => { empty.hidden = true; rows.prepend(row(entry)); };
  const stop = context.line.on("event", ({ entry }) => { if (entry) add(entry); });
  for (const entry of await api("GET", "history")) add(entry);
  return stop;
}
