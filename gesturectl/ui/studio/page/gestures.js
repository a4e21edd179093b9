// The library: every gesture as it moves; one's own can be recorded, switched off, and taken away with a way back.
import { fill, h, toast, words } from "./dom.js";
import { api } from "./net.js";
import { motionCanvas } from "./skeleton.js";

export async function show(place, context, [gesture]) {
  if (gesture) return showTakes(place, context, gesture);
  const own = h("div", { className: "cards" }), starter = h("div", { className: "cards" });
  const trouble = h("p", { className: "bad", hidden: true });
  fill(place, h("div", { className: "row spread" }, h("h1", {}, "Gestures"), context.can("record") ? h("a", { className: "button", href: "#/record" }, "Record a new gesture…") : null),
    h("p", { className: "lead" }, "Each as it moves, seen in a mirror. What a gesture does is said in the profiles."), trouble,
    h("h2", {}, "Your own"), own, h("p"), h("h2", {}, "The model’s"), starter);

  async function list() {
    const shelf = await api("GET", "gestures");
    trouble.hidden = !shelf.trouble;
    trouble.textContent = shelf.trouble;
    const used = shelf.own.filter((one) => one.used).map((one) => one.name);
    fill(own, shelf.own.length ? shelf.own.map((one) => card(one, used)) : h("div", { className: "card empty" }, h("p", {}, "None yet. Five takes are enough for a gesture of your own."),
      h("p", { className: "small" }, `They will be in ${shelf.folder}`)));
    return shelf;
  }

  function card(one, used) {
    const picture = h("div", {}, h("canvas"));
    if (one.takes) api("GET", `gestures/${encodeURIComponent(one.name)}`).then((takes) => {
      const first = takes.find((take) => take.motion);
      if (first) fill(picture, motionCanvas(first.motion, `How ${one.name} moves`));
    }).catch(() => {});
    const others = used.filter((name) => name !== one.name);
    return h("article", { className: one.used ? "card gesture" : "card gesture off" }, picture,
      h("div", { className: "row spread" }, h("h3", {}, one.name), h("span", { className: one.used ? "pill good" : "pill" }, one.used ? "in use" : "off")),
      h("p", { className: "soft small" }, one.in_library ? `${one.takes} take${one.takes === 1 ? "" : "s"}` : "its takes are in another folder"),
      h("div", { className: "row" },
        h("button", { type: "button", onclick: (event) => use(event.target, one.used ? others : [...others, one.name], one) }, one.used ? "Switch off" : "Switch on"),
        one.in_library ? h("a", { className: "button", href: `#/gestures/${encodeURIComponent(one.name)}` }, "Takes") : null,
        one.in_library ? h("button", { type: "button", className: "danger", onclick: (event) => remove(event.target, one.name) }, "Delete") : null));
  }

  async function use(button, names, one) {
    button.disabled = true;
    fill(button, "Learning…");
    try {
      const { warnings } = await api("PUT", "gestures", { used: names });
      toast([`${one.name} is ${one.used ? "off" : "in use"}.`, ...warnings].join("\n"));
    } catch (error) { toast(error.message, { bad: true }); }
    await list();
  }

  async function remove(button, name) {
    button.disabled = true;
    try {
      const { ticket } = await api("DELETE", `gestures/${encodeURIComponent(name)}`);
      toast(`${name} and its takes are gone.`, { undo: async () => {
        try { await api("POST", "gestures/restore", { ticket }); } catch (error) { toast(error.message, { bad: true }); }
        await list();
      } });
    } catch (error) { toast(error.message, { bad: true }); }
    await list();
  }

  const shelf = await list();
  fill(starter, shelf.starter.map((one) => {
    const picture = h("div", {}, h("canvas"));
    api("GET", `starter/${one.name}`).then((motion) => fill(picture, motionCanvas(motion, `How ${words(one.name)} moves`))).catch(() => {});
    return h("article", { className: "card gesture" }, picture, h("div", { className: "row spread" }, h("h3", {}, words(one.name)), one.held ? h("span", { className: "pill" }, "held still") : null));
  }));
}

async function showTakes(place, context, gesture) {
  const list = h("div", { className: "takes" });
  fill(place, h("p", {}, h("a", { href: "#/gestures" }, "← All gestures")), h("h1", {}, gesture),
    h("p", { className: "lead" }, "Its takes: landmarks of a hand, never pictures of you."), list);
  const takes = await api("GET", `gestures/${encodeURIComponent(gesture)}`);
  fill(list, takes.map((take) => h("article", { className: "take" },
    take.motion ? motionCanvas(take.motion, `Take ${take.name}`) : null, h("strong", {}, take.name),
    take.problem ? h("p", { className: "small bad" }, take.problem) : h("p", { className: "small soft" }, `${(take.motion.t_ms.at(-1) / 1000).toFixed(1)} s`))));
  if (!takes.length) fill(list, h("p", { className: "empty" }, "There are no takes of it here."));
}
