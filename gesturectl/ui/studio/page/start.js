// First steps: is the camera good, which hand, half a minute of nothing special, arming, three gestures, start at login.
import { announce, fill, h, toast, words } from "./dom.js";
import { api, ask } from "./net.js";
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
  const how = h("p", { className: "small soft" }), armer = h("p", { className: "small soft" });
  const arming = h("input", { type: "checkbox", role: "switch", onchange: () => change(arming, () => ask("settings", { values: { arming: arming.checked } })) });
  const login = h("input", { type: "checkbox", role: "switch", onchange: () => change(login, () => api("PUT", "autostart", { on: login.checked })) });
  fill(place, h("h1", {}, "First steps"), h("p", { className: "lead" }, "In any order, whenever you like. No picture of you is ever stored."),
    h("div", { className: "two" }, h("div", { className: "stack" }, view.stage), h("div", { className: "stack" },
      h("section", { className: "card" }, h("h2", {}, "1. The camera"), h("p", {}, "Rate: ", rate), h("p", {}, "Light: ", brightness), h("p", { className: "small soft" }, context.status?.camera ?? "")),
      h("section", { className: "card" }, h("h2", {}, "2. Your hand"), h("p", {}, "Hold up the hand you will mostly use, palm to the camera, half an arm away."), h("p", { role: "status" }, hand)),
      h("section", { className: "card" }, h("h2", {}, "3. Try three gestures"), h("p", { className: "small soft" }, "Rest your hand for a moment before and after each."), tries),
      h("section", { className: "card" }, h("h2", {}, "4. Nothing special"), h("p", {}, "Half a minute of how you usually sit, so that your own gestures are told from it."),
        !context.can("record") ? null : h("a", { className: "button", href: "#/record/nothing" }, "Record half a minute…")),
      h("section", { className: "card" }, h("h2", {}, "5. When gestures count"), h("label", {}, arming, "Only after I have armed them"),
        armer),
      h("section", { className: "card" }, h("h2", {}, "6. At login"), h("label", {}, login, "Start gesturectl when I log in"), how))));

  async function change(box, call) {
    try { await call(); } catch (error) { box.checked = !box.checked; toast(error.message, { bad: true }); }
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
    context.line.on("status", tell),
    context.line.on("settings", ({ settings: now }) => { arming.checked = now.arming; }),
  ];
  const atLogin = await api("GET", "autostart");
  login.checked = atLogin.on;
  login.disabled = !atLogin.possible;
  how.textContent = atLogin.words;
  const settings = (await ask("settings")).settings;
  arming.checked = settings.arming;
  armer.textContent = `Arming gesture: ${words(settings.arming_gesture)}. It arms for ${settings.arming_s} s, and each gesture that acts prolongs it. Switched off, gestures always count while it watches.`;
  tell();
  tellTries();
  return () => { for (const stop of stops) stop(); view.stop(); };
}
