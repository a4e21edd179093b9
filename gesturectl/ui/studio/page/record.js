// A new gesture, from its name to what it does: perform it a few times, look at the takes, use it, try it, bind it.
import { announce, fill, h, toast, words } from "./dom.js";
import { api, ask } from "./net.js";
import { preview } from "./preview.js";
import { motionCanvas } from "./skeleton.js";

const STEPS = [["name", "Name"], ["perform", "Perform"], ["review", "Look"], ["try", "Try"], ["bind", "Bind"]];
const AT = { "count-in": "perform", ready: "perform", performing: "perform", resting: "perform", idling: "perform", lost: "perform",
  checking: "review", review: "review", learning: "review", trying: "try", saved: "bind", cancelled: "name", "timed out": "name" };

export async function show(place, context, [given]) {
  const idle = given === "nothing";
  const adding = given && !idle && (await api("GET", "gestures")).own.some((one) => one.name === given && one.takes);
  const steps = h("ol", { className: "steps" });
  const view = preview(context.line);
  const told = h("div", { className: "stack" }), below = h("div");
  fill(place, h("p", {}, h("a", { href: "#/gestures" }, "← All gestures")), h("h1", {}, idle ? "Half a minute of nothing special" : adding ? `More takes of ${given}` : "Record a gesture"), steps,
    h("div", { className: "two" }, h("div", { className: "stack" }, view.stage, below), told));
  let state = null, drawn = "", bound = false;
  const motions = new Map();

  function mark(at) {
    fill(steps, (idle ? STEPS.slice(1, 3) : STEPS).map(([step, title], k, all) => h("li", { ariaCurrent: step === at ? "step" : null,
      className: all.findIndex(([other]) => other === at) > k ? "done" : "" }, title)));
  }

  async function act(command, arguments_ = {}) {
    try {
      const answer = await ask(command, arguments_);
      if (answer.recording) see(answer.recording);
    } catch (error) { toast(error.message, { bad: true }); }
  }

  function askName() {
    mark(idle ? "perform" : "name");
    fill(below);
    const name = h("input", { type: "text", required: true, maxLength: 60, value: given && !idle ? given : "", autocomplete: "off", readOnly: Boolean(adding) });
    const wrong = h("p", { className: "bad", role: "alert" });
    const form = h("form", { onsubmit: async (event) => {
      event.preventDefault();
      wrong.textContent = "";
      try {
        motions.clear();
        const answer = await ask("record", { name: idle ? "nothing" : name.value.trim(), ...(adding ? { add: true } : {}) });
        if (answer.recording) see(answer.recording);
      } catch (error) { wrong.textContent = error.message; }
    } }, idle ? h("p", {}, "Sit as you usually do: type, drink, scratch an ear, talk with your hands. Gestures are told from this afterwards.")
      : h("label", { className: "block" }, "What is it called?", name),
    wrong, h("button", { type: "submit", className: "primary" }, "Begin"),
    h("p", { className: "soft small" }, "Only where your hands’ joints are is kept, never a picture. Nothing is kept before you say “Use it”."));
    fill(told, h("section", { className: "card" }, form));
    if (!given) name.focus();
  }

  function see(news) {
    state = news;
    const key = JSON.stringify({ ...news, countdown_ms: 0, text: "", hint: "" });
    if (key !== drawn) { drawn = key; draw(); }
    const count = told.querySelector(".countdown");
    if (count) count.textContent = Math.ceil(state.countdown_ms / 1000) || "";
    const text = told.querySelector(".text");
    if (text && text.textContent !== state.text) { text.textContent = state.text; announce(state.text); }
    const hint = told.querySelector(".hint");
    if (hint) hint.textContent = state.hint;
  }

  function draw() {
    const at = AT[state.step] ?? "perform";
    mark(at);
    const says = [h("p", { className: "text" }, state.text), h("p", { className: "hint soft" }, state.hint)];
    fill(below, at === "perform" || at === "review" ? takes(state.step === "review") : null);
    const cancel = h("button", { type: "button", onclick: () => act("record_cancel") }, "Cancel");
    if (state.step === "cancelled" || state.step === "timed out") {
      fill(told, h("section", { className: "card" }, ...says, h("button", { type: "button", className: "primary", onclick: askName }, "Begin again")));
    } else if (at === "perform") {
      const counting = ["count-in", "idling"].includes(state.step);
      fill(told, h("section", { className: "card" }, h("h2", {}, idle ? "Nothing special" : state.name), counting ? h("div", { className: "count countdown", ariaHidden: "true" }) : null, ...says,
        idle ? null : h("progress", { max: state.wanted, value: state.good, ariaLabel: "Good takes" }), idle ? null : h("p", { className: "small soft" }, `${state.good} of ${state.wanted} good takes`), cancel));
    } else if (at === "review") {
      const busy = state.step !== "review";
      fill(told, h("section", { className: "card" }, h("h2", {}, busy ? "One moment" : "Use it?"), ...says,
        h("ul", {}, state.warnings.map((warning) => h("li", { className: "warn" }, warning.text))),
        h("div", { className: "row" }, h("button", { type: "button", className: "primary", disabled: busy || (!state.good && !idle), onclick: () => act("record_use") }, busy ? "Learning…" : "Use it"),
          h("button", { type: "button", disabled: busy, onclick: () => act("record_retry") }, state.good < state.wanted ? "Make the missing takes" : "One more take"), cancel)));
    } else if (at === "try") {
      fill(told, h("section", { className: "card" }, h("h2", {}, "Try it"), ...says,
        h("p", { className: "count good" }, `${state.recognised}`), h("p", { className: "soft" }, `recognised of ${state.attempts} attempt${state.attempts === 1 ? "" : "s"}`),
        h("div", { className: "row" }, h("button", { type: "button", className: "primary", onclick: () => act("record_done") }, "It works"), cancel)), binding());
    } else {
      fill(told, h("section", { className: "card" }, h("h2", {}, "Saved"), ...says,
        h("p", {}, idle ? "It is told from gestures from now on." : bound ? "It is in use." : "It is in use; what it does you can say here, or later in a profile."),
        h("div", { className: "row" }, h("a", { className: "button", href: "#/gestures" }, "All gestures"), h("a", { className: "button", href: "#/live" }, "See it live"))), idle || bound ? null : binding());
    }
  }

  function takes(selectable = false) {
    if (idle || !state.takes.length) return null;
    return h("section", { className: "card" }, h("h2", {}, "Takes"), h("div", { className: "takes" }, state.takes.map((take) => {
      const picture = h("div", {}, h("canvas", { ariaHidden: "true" }));
      if (motions.has(take.number)) fill(picture, motions.get(take.number));
      else api("GET", `recording/${take.number}`).then((motion) => {
        const canvas = motionCanvas(motion, `Take ${take.number}`);
        motions.set(take.number, canvas);
        fill(picture, canvas);
      }).catch(() => {});
      const good = take.verdict === "good";
      return h("article", { className: take.kept ? "take" : "take off" }, picture,
        h("div", { className: "row spread" }, h("strong", {}, `${take.number}`), h("span", { className: good ? "pill good" : "pill warn" }, good ? (take.kept ? "✓ good" : "left out") : `! ${take.verdict}`)),
        take.text ? h("p", { className: "small soft" }, take.text) : null,
        selectable && take.kept ? h("button", { type: "button", onclick: () => act("record_retry", { takes: [take.number] }) }, "Make it again") : null);
    })));
  }

  function binding() {
    const kind = h("select", {}, [["keys", "press keys"], ["text", "type text"], ["media", "control media"]].map(([value, title]) => h("option", { value }, title)));
    const what = h("input", { type: "text", placeholder: "Ctrl+Shift+T", autocomplete: "off" });
    const app = h("select", {}, h("option", { value: "" }, "everywhere"), [...new Set([context.status?.app, ...(context.state?.apps ?? [])].filter(Boolean))].map((name) => h("option", { value: name }, `only in ${name}`)));
    const wrong = h("p", { className: "bad", role: "alert" });
    kind.addEventListener("change", () => { what.placeholder = { keys: "Ctrl+Shift+T", text: "Thank you!", media: "play_pause" }[kind.value]; });
    return h("section", { className: "card" }, h("h2", {}, "What does it do?"), h("form", { onsubmit: async (event) => {
      event.preventDefault();
      wrong.textContent = "";
      try {
        await ask("record_bind", { gesture: state.name, action: { [kind.value]: what.value.trim() }, ...(app.value ? { app: app.value } : {}) });
        bound = true;
        toast(`${words(state.name)} → ${kind.value} ${what.value.trim()}`);
        drawn = "";
        see(state);
      } catch (error) { wrong.textContent = error.message; }
    } }, h("label", { className: "block" }, "It will", h("span", { className: "row" }, kind, what)), h("label", { className: "block" }, "Where", app), wrong,
    h("button", { type: "submit" }, "Bind it")));
  }

  const stop = context.line.on("progress", (news) => { if (news.job === "recording" && news.details?.step) see(news.details); });
  const running = await ask("record_status").catch(() => ({}));
  if (running.recording && !running.recording.over) see(running.recording);
  else askName();
  return () => { stop(); view.stop(); };
}
