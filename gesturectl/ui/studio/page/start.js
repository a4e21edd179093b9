// First steps: is the camera good, which hand, half a minute of nothing special, arming, three gestures, start at login.
import { announce, fill, h, toast, words } from "./dom.js";
import { ask } from "./net.js";
import { preview } from "./preview.js";

const TRY = ["swipe_left", "circle_cw", "victory"];

export async function show(place, context) {
  const rates = [], hands = { left: 0, right: 0 };
  let light = null;
  const view = preview(context.line, (look) => {
    light = light === null ? look.brightness : 0.9 * light + 0.1 * look.brightness;
    for (const hand of Object.keys(look.hands)) hands[hand]++;
    tell();
  });
  const rate = h("span"), brightness = h("span"), hand = h("span"), tries = h("ul", { className: "rules" });
  const done = new Set();
  const arming = h("input", { type: "checkbox", role: "switch", onchange: () => change(arming, "arming", { do: arming.checked ? "on" : "off" }) });
  const login = h("input", { type: "checkbox", role: "switch", onchange: () => change(login, "autostart", { on: login.checked }) });
  fill(place, h("h1", {}, "First steps"), h("p", { className: "lead" }, "Two minutes, in any order. Nothing you see here is stored."),
    h("div", { className: "two" }, h("div", { className: "stack" }, view.stage), h("div", { className: "stack" },
      h("section", { className: "card" }, h("h2", {}, "1. The camera"), h("p", {}, "Rate: ", rate), h("p", {}, "Light: ", brightness), h("p", { className: "small soft" }, context.status?.camera ?? "")),
      h("section", { className: "card" }, h("h2", {}, "2. Your hand"), h("p", {}, "Hold up the hand you will mostly use, palm to the camera, half an arm away."), h("p", { role: "status" }, hand)),
      h("section", { className: "card" }, h("h2", {}, "3. Try three gestures"), h("p", { className: "small soft" }, "Rest your hand for a moment before and after each."), tries),
      h("section", { className: "card" }, h("h2", {}, "4. Nothing special"), h("p", {}, "Half a minute of how you usually sit, so that your own gestures are told from it."),
        h("a", { className: "button", href: "#/record/nothing" }, "Record half a minute")),
      h("section", { className: "card" }, h("h2", {}, "5. When gestures count"), h("label", {}, arming, "Only after I have armed them"),
        h("p", { className: "small soft" }, "Arming gesture: open palm, held still. Off: gestures always count, as long as it watches.")),
      h("section", { className: "card", hidden: !context.can("autostart") }, h("h2", {}, "6. At login"), h("label", {}, login, "Start gesturectl when I log in")))));

  async function change(box, command, given) {
    try { await ask(command, given); } catch (error) { box.checked = !box.checked; toast(error.message, { bad: true }); }
  }

  function note(node, good, text) {
    if (node.textContent === text) return;
    node.className = good ? "good" : "warn";
    node.textContent = text;
  }

  function tell() {
    const status = context.status ?? {};
    if (status.fps) rates.push(status.fps);
    const fps = status.fps ?? 0;
    if (!fps) note(rate, false, status.state === "watching" ? "measuring…" : status.reason || "no picture yet");
    else if (fps >= 24) note(rate, true, `✓ ${Math.round(fps)} pictures a second`);
    else note(rate, false, `! ${Math.round(fps)} pictures a second: ${status.picture || "more light makes most cameras faster"}`);
    if (light === null) note(brightness, false, "measuring…");
    else if (light < 60) note(brightness, false, `! ${Math.round(light)} of 255: dim; switch on a light in front of you`);
    else if (light > 225) note(brightness, false, `! ${Math.round(light)} of 255: glaring; turn away from the window`);
    else note(brightness, true, `✓ ${Math.round(light)} of 255`);
    const seen = hands.right || hands.left;
    note(hand, seen, !seen ? "No hand seen yet." : hands.right >= hands.left ? "✓ Your right hand is seen." : "✓ Your left hand is seen. All gestures work with it, too; personal ones for the hand that recorded them.");
  }

  function tellTries() {
    fill(tries, TRY.map((gesture) => h("li", {}, h("span", { className: done.has(gesture) ? "mark good" : "mark soft" }, done.has(gesture) ? "✓" : "○"), h("span", {}, words(gesture)),
      h("span", { className: "soft" }, { swipe_left: "an open hand, to your left", circle_cw: "a circle with the finger, clockwise", victory: "two fingers up, held still" }[gesture]))));
  }

  const stops = [
    context.line.on("event", ({ entry }) => { if (entry && TRY.includes(entry.gesture) && !done.has(entry.gesture)) { done.add(entry.gesture); announce(`${words(entry.gesture)} recognised`); tellTries(); } }),
    context.line.on("status", ({ status }) => { arming.checked = status.arming; tell(); }),
  ];
  arming.checked = Boolean(context.status?.arming);
  if (context.can("autostart")) ask("autostart").then((answer) => { login.checked = Boolean(answer.autostart); }).catch(() => {});
  tell();
  tellTries();
  return () => { for (const stop of stops) stop(); view.stop(); };
}
