// The library: every gesture as it moves; one's own can be recorded, switched off, and taken away with a way back.
import { fill, h, toast, words } from "./dom.js";
import { api, ask } from "./net.js";
import { motionCanvas } from "./skeleton.js";

export async function show(place, context, [gesture]) {
  if (gesture) return showTakes(place, context, gesture);
  const own = h("div", { className: "cards" }), starter = h("div", { className: "cards" });
  const trouble = h("p", { className: "bad", hidden: true });
  fill(place, h("div", { className: "row spread" }, h("h1", {}, "Gestures"), context.can("record") ? h("a", { className: "button", href: "#/record" }, "Record a new gesture…") : null),
    h("p", { className: "lead" }, "Each as it moves, seen in a mirror. What a gesture does is said in the profiles."), trouble,
    h("h2", {}, "Your own"), own, h("p"), h("h2", {}, "The model’s"), starter);

  let off = new Set();
  const pictures = new Map();

  async function list() {
    const [shelf, { disabled }] = await Promise.all([api("GET", "gestures"), ask("gestures")]);
    off = new Set(disabled);
    trouble.hidden = !shelf.trouble;
    trouble.textContent = shelf.trouble;
    const used = shelf.own.filter((one) => one.used).map((one) => one.name);
    fill(own, shelf.own.length ? shelf.own.map((one) => card(one, used)) : h("div", { className: "card empty" }, h("p", {}, "None yet. Five takes are enough for a gesture of your own."),
      h("p", { className: "small" }, `They will be in ${shelf.folder}`)));
    return shelf;
  }

  function card(one, used) {
    const picture = h("div", {}, h("canvas", { ariaHidden: "true" }));
    if (one.takes) api("GET", `gestures/${encodeURIComponent(one.name)}`).then((takes) => {
      const first = takes.find((take) => take.motion);
      if (first) fill(picture, motionCanvas(first.motion, `How ${one.name} moves`));
    }).catch(() => {});
    const others = used.filter((name) => name !== one.name);
    const active = one.used && !off.has(one.name);
    return h("article", { className: active ? "card gesture" : "card gesture off" }, picture,
      h("div", { className: "row spread" }, h("h3", {}, one.name), h("span", { className: active ? "pill good" : "pill" }, active ? "in use" : one.used ? "off" : "not learnt")),
      h("p", { className: "soft small" }, one.in_library ? `${one.takes} take${one.takes === 1 ? "" : "s"}` : "its takes are in another folder"),
      h("div", { className: "row" },
        one.used ? onOff(one.name) : h("button", { type: "button", onclick: (event) => learn(event.target, [...others, one.name], one) }, "Learn it"),
        one.in_library ? h("a", { className: "button", href: `#/gestures/${encodeURIComponent(one.name)}` }, "Takes") : null,
        one.in_library ? h("button", { type: "button", className: "danger", onclick: (event) => remove(event.target, one.name) }, "Delete") : null));
  }

  const onOff = (name) => h("button", { type: "button", ariaLabel: `Switch ${words(name)} ${off.has(name) ? "on" : "off"}`, onclick: async (event) => {
    event.target.disabled = true;
    try { await ask("gestures", { do: off.has(name) ? "enable" : "disable", name }); } catch (error) { toast(error.message, { bad: true }); }
    await draw();
  } }, off.has(name) ? "Switch on" : "Switch off");

  async function learn(button, names, one) {
    button.disabled = true;
    fill(button, "Learning…");
    try {
      const { warnings } = await api("PUT", "gestures", { used: names });
      toast([`${one.name} is in use.`, ...warnings].join("\n"));
    } catch (error) { toast(error.message, { bad: true }); }
    await list();
  }

  async function remove(button, name) {
    button.disabled = true;
    try {
      const removed = await api("DELETE", `gestures/${encodeURIComponent(name)}`);
      toast(`${name} and its takes are gone.`, { undo: async () => {
        try { await api("POST", "gestures/restore", removed); } catch (error) { toast(error.message, { bad: true }); }
        await list();
      } });
    } catch (error) { toast(error.message, { bad: true }); }
    await list();
  }

  async function draw() {
    const shelf = await list();
    fill(starter, shelf.starter.map((one) => {
      const picture = h("div", {}, pictures.get(one.name) ?? h("canvas", { ariaHidden: "true" }));
      if (!pictures.has(one.name)) {
        api("GET", `starter/${one.name}`).then((motion) => {
          pictures.set(one.name, motionCanvas(motion, `How ${words(one.name)} moves`));
          fill(picture, pictures.get(one.name));
        }).catch(() => {});
      }
      return h("article", { className: off.has(one.name) ? "card gesture off" : "card gesture" }, picture,
        h("div", { className: "row spread" }, h("h3", {}, words(one.name)), one.held ? h("span", { className: "pill" }, "held still") : null), h("div", { className: "row" }, onOff(one.name)));
    }));
  }

  await draw();
  return context.line.on("settings", ({ settings }) => { if (settings.disabled.join() !== [...off].join()) draw().catch(() => {}); });
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
