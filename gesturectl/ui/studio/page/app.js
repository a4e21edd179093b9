// The frame of the page: which part is shown, how the daemon is, and what can be done from everywhere.
import { announce, fill, h, toast } from "./dom.js";
import { api, ask, Line } from "./net.js";

const PAGES = {
  live: ["Live", "M3 8h12v8H3zM15 11l6-3v8l-6-3"],
  gestures: ["Gestures", "M7 20l-3-6M7 20h9l3-8M7 12V6M11 11V4M15 11V6M19 12V9"],
  training: ["Training", "M4 19h16M6 16l4-5 4 3 5-8"],
  profiles: ["Profiles", "M6 3h9l4 4v14H6zM9 12h7M9 16h7"],
  history: ["History", "M12 7v5l3 2M12 4a8 8 0 1 1-7.4 5M4 4v5h5"],
  doctor: ["Doctor", "M3 13h4l2-5 4 9 2-4h6"],
  start: ["First steps", "M5 20V4l12 4-12 4"],
};
// Pages that aren't in the list, and the one they belong to.
const INNER = { record: ["Record", "gestures"] };


export const context = { line: new Line(), status: null, settings: null, state: null, can: (command) => context.state?.commands.includes(command) };

const main = document.getElementById("main");
let leave = () => {};
let shown = 0;

async function show() {
  const [name, ...rest] = decodeURIComponent(location.hash.replace(/^#\/?/, "") || "live").split("/");
  const page = PAGES[name] || INNER[name] ? name : "live";
  const number = ++shown;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#/${INNER[page]?.[1] ?? page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave();
  leave = () => {};
  context.line.watch(false);
  document.title = `${(PAGES[page] ?? INNER[page])[0]} · gesturectl studio`;
  const module = await import(`./${page}.js`);
  if (number !== shown) return;
  const place = h("div", {});
  fill(main, place);
  try {
    leave = (await module.show(place, context, rest)) ?? (() => {});
    if (number !== shown) leave();
  } catch (error) {
    fill(place, h("h1", {}, (PAGES[page] ?? INNER[page])[0]), h("p", { className: "bad" }, error.message));
  }
}

function tellState() {
  const place = document.getElementById("state");
  const status = context.status;
  if (!status) return;
  const trouble = ["waiting for the camera", "failed"].includes(status.state);
  const kind = status.state === "watching" ? "watching" : trouble ? "trouble" : "paused";
  const what = { watching: "Watching", paused: "Paused", starting: "Starting", "waiting for the camera": "Waiting for the camera", failed: "No camera" }[status.state] ?? status.state;
  const told = [what];
  if (status.state === "watching") {
    told.push(status.profile, status.fps ? `${Math.round(status.fps)} fps` : "");
    if (status.arming) told.push(status.armed ? "armed" : "not armed");
  }
  if (status.dry_run) told.push("dry run");
  const text = told.filter(Boolean).join(" · ");
  if (place.dataset.text !== text) {
    place.dataset.text = text;
    fill(place, h("span", { className: `dot ${kind}`, ariaHidden: "true" }), text);
  }
  const paused = status.state === "paused";
  const controls = document.getElementById("controls");
  if (controls.dataset.paused !== String(paused)) {
    controls.dataset.paused = paused;
    fill(controls, h("button", { type: "button", onclick: toggle }, paused ? "Resume" : "Pause"));
  }
}

async function toggle() {
  try {
    await ask(context.status.state === "paused" ? "resume" : "pause");
    announce(context.status.state === "paused" ? "Resumed" : "Paused; the camera is off");
  } catch (error) {
    toast(error.message, { bad: true });
  }
}

function banner(text) {
  const place = document.getElementById("banner");
  place.hidden = !text;
  place.textContent = text;
}

const list = () => fill(document.getElementById("nav"), h("ul", {}, Object.entries(PAGES).map(([name, [title, drawing]]) => {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", drawing);
  picture.append(path);
  return h("li", {}, h("a", { href: `#/${name}` }, picture, title));
})));

context.line.on("status", ({ status }) => { context.status = status; tellState(); });
context.line.on("settings", ({ settings }) => { context.settings = settings; });
context.line.on("open", () => banner(""));
context.line.on("closed", ({ tries }) => {
  if (tries > 0) banner(tries < 6 ? "The connection to gesturectl is lost; trying again…" : "gesturectl has ended, or this page was closed by it. Start it with “gesturectl run”, then open the studio again.");
});
window.addEventListener("hashchange", async () => { await show(); main.focus({ preventScroll: true }); scrollTo(0, 0); });

try {
  context.state = await api("GET", "state");
  context.status = context.state.status;
  list();
  tellState();
} catch (error) {
  banner(error.message);
}
await show();
