// What works on this machine, what doesn't, and what to do about it.
import { announce, fill, h } from "./dom.js";
import { api } from "./net.js";

const MARKS = { ok: ["good", "✓ ok"], degraded: ["warn", "! degraded"], broken: ["bad", "× broken"] };

export async function show(place) {
  const list = h("div", { className: "card", ariaBusy: "true" });
  const again = h("button", { type: "button", onclick: look }, "Look again");
  fill(place, h("div", { className: "row spread" }, h("h1", {}, "Doctor"), again),
    h("p", { className: "lead" }, "The same checks as “gesturectl doctor”. Looking takes a few seconds."), list);

  async function look() {
    again.disabled = true;
    list.setAttribute("aria-busy", "true");
    fill(list, h("p", { className: "empty" }, "Looking…"));
    try {
      const checks = await api("GET", "doctor");
      fill(list, checks.map((check) => h("div", { className: "check" },
        h("p", {}, h("span", { className: `pill ${MARKS[check.state][0]}` }, MARKS[check.state][1])),
        h("p", {}, h("strong", {}, check.name)), h("p", {}, check.fact),
        check.remedy ? h("p", { className: "remedy" }, `→ ${check.remedy}`) : null)));
      const wrong = checks.filter((check) => check.state !== "ok").length;
      announce(wrong ? `${wrong} of ${checks.length} checks found something` : `All ${checks.length} checks are fine`);
    } catch (error) {
      fill(list, h("p", { className: "bad" }, error.message));
    }
    list.removeAttribute("aria-busy");
    again.disabled = false;
  }
  look();
}
