// Models: making a better one from one's own takes, what each was worth, and going back.
import { announce, colour, fill, h, toast, words } from "./dom.js";
import { api, ask } from "./net.js";
import { sized } from "./skeleton.js";

const ROWS = [
  ["held_out_takes", "Your takes it hadn’t seen"],
  ["starter_gestures", "The model’s own gestures, synthetic"],
  ["your_nothing", "Where you meant nothing"],
  ["synthetic_nothing", "Synthetic work"],
];

export async function show(place, context) {
  const now = h("section", { className: "card" });
  const job = h("section", { className: "card", ariaLabel: "Retraining" });
  const models = h("div", { className: "stack" });
  fill(place, h("h1", {}, "Training"),
    h("p", { className: "lead" }, "Your own gestures work as soon as they are recorded. Retraining teaches them to the whole model: it takes some minutes at low priority, and the new model is taken into use only if it is no worse than the one before."),
    h("div", { className: "two" }, job, now), h("p"), h("h2", {}, "Models trained here"), models);
  let running = false;

  function tellJob(news) {
    running = news?.state === "running";
    const start = h("button", { type: "button", className: "primary", onclick: () => act("retrain") }, "Retrain");
    if (running) {
      fill(job, h("h2", {}, "Retraining"), h("progress", { max: 1, ...(news.fraction === null ? {} : { value: news.fraction }), ariaLabel: "How far it is" }),
        h("p", { className: "soft", role: "status" }, news.words), h("button", { type: "button", onclick: () => act("cancel_retrain") }, "Cancel"));
      return;
    }
    const outcome = news && { done: "good", failed: "bad", cancelled: "soft" }[news.state];
    fill(job, h("h2", {}, "Retrain"), news ? h("p", { className: outcome, role: "status" }, news.words || news.state) : h("p", { className: "soft" }, "From all takes in your library."),
      h("div", { className: "row" }, start));
    if (news) announce(news.words);
  }

  async function act(command) {
    try { await ask(command); } catch (error) { toast(error.message, { bad: true, lasts: 15000 }); }
  }

  async function list() {
    const { in_use, history, can_roll_back } = await api("GET", "models");
    const shipped = in_use === "shipped";
    fill(now, h("h2", {}, "In use"), h("p", {}, h("strong", {}, shipped ? "The model that ships" : in_use ? when(in_use) : "A model of your own")),
      h("p", { className: "soft small" }, context.status?.model ?? ""),
      h("div", { className: "row" }, h("button", { type: "button", disabled: !can_roll_back, onclick: (event) => change(event.target, "models/rollback") }, "Back to the model before"),
        shipped ? null : h("button", { type: "button", onclick: (event) => change(event.target, "models/use", { name: "shipped" }) }, "Use the one that ships")));
    fill(models, history.length ? history.toReversed().map((model, k) => card(model, k === 0)) : h("div", { className: "card empty" }, "None yet. What is retrained is kept here, taken into use or not."));
  }

  async function change(button, path, body = {}) {
    button.disabled = true;
    try {
      const { in_use } = await api("POST", path, body);
      toast(`In use now: ${in_use === "shipped" ? "the model that ships" : when(in_use)}.`);
    } catch (error) { toast(error.message, { bad: true }); }
    await list();
  }

  function card(model, open) {
    const { before = {}, after = {}, epochs = [] } = model.figures;
    const chart = h("canvas", { className: "chart", role: "img", ariaLabel: `Loss over ${epochs.length} epochs, ending at ${epochs.at(-1)?.validation_loss.toFixed(3) ?? "?"}` });
    const inside = h("details", { className: "card", open, ontoggle: () => curves(chart, epochs) },
      h("summary", {}, h("strong", {}, when(model.name)), " ", h("span", { className: model.in_use ? "pill good" : "pill" }, model.in_use ? "in use" : model.state)),
      h("p", {}, model.reason), h("p", { className: "soft small" }, model.gestures.length ? `Knows ${model.gestures.map(words).join(", ")} besides its own.` : "Knows no gesture of yours."),
      h("div", { className: "wide" }, h("table", {}, h("caption", {}, "Before and after"), h("thead", {}, h("tr", {}, ["", "Before", "After"].map((title) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, ROWS.map(([key, title]) => h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, told(before[key])), h("td", {}, told(after[key]))))))),
      epochs.length ? [h("h3", {}, "Loss"), chart] : null,
      model.has_confusion ? [h("h3", {}, "What fired first, in takes it was not trained on"), h("img", { className: "picture", src: `api/models/${encodeURIComponent(model.name)}/confusion.png`, alt: "Confusion matrix: rows are what was shown, columns what fired", loading: "lazy" })] : null,
      model.in_use ? null : h("div", { className: "row" }, h("button", { type: "button", onclick: (event) => change(event.target, "models/use", { name: model.name }) }, "Use this one")));
    if (open) requestAnimationFrame(() => curves(chart, epochs));
    return inside;
  }

  const stop = context.line.on("progress", (news) => {
    if (news.job !== "training") return;
    const was = running;
    tellJob(news);
    if (was && !running) list().catch(() => {});
  });
  tellJob((await ask("status")).retraining ?? null);
  await list();
  return stop;
}

const told = (found) => !found ? "—"
  : "takes" in found ? (found.takes ? `${found.right} of ${found.takes} right, ${found.wrong} wrong` : "none kept out")
    : found.hours ? `fired ${found.false_activations} times in ${Math.round(60 * found.hours)} min` : "none kept out";

function when(name) {
  const found = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)/.exec(name);
  return found ? `${found[1]}-${found[2]}-${found[3]}, ${found[4]}:${found[5]}` : name;
}

function curves(canvas, epochs) {
  const [context, width, height] = sized(canvas);
  if (!width || !epochs.length) return;
  const lines = [["training", "soft", epochs.map((epoch) => epoch.training_loss)], ["held out", "right", epochs.map((epoch) => epoch.validation_loss)]];
  const high = Math.max(...lines.flatMap(([, , values]) => values).filter(Number.isFinite), 1e-3);
  const bottom = height - 18, x = (k) => 36 + k / Math.max(1, epochs.length - 1) * (width - 44), y = (value) => bottom - value / high * (bottom - 10);
  context.clearRect(0, 0, width, height);
  context.font = "12px system-ui, sans-serif";
  context.strokeStyle = colour("line");
  for (const value of [0, high / 2, high]) {
    context.beginPath(); context.moveTo(36, y(value)); context.lineTo(width, y(value)); context.stroke();
    context.fillStyle = colour("soft");
    context.fillText(value.toFixed(2), 2, y(value) + 4);
  }
  lines.forEach(([name, tone, values], row) => {
    context.strokeStyle = context.fillStyle = colour(tone);
    context.lineWidth = 2;
    context.beginPath();
    values.forEach((value, k) => k ? context.lineTo(x(k), y(value)) : context.moveTo(x(k), y(value)));
    context.stroke();
    context.fillText(name, width - 70, 16 + 15 * row);
  });
  context.fillStyle = colour("soft");
  context.fillText("epoch 1", 36, height - 4);
  context.fillText(`${epochs.length}`, width - 18, height - 4);
}
