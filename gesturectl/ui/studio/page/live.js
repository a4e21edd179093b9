// What the camera sees now, what is made of it, and why something did or didn't fire.
import { announce, clock, colour, fill, h, short, words } from "./dom.js";
import { api, ask } from "./net.js";
import { preview } from "./preview.js";
import { sized } from "./skeleton.js";

const SHOWN_MS = 10000;

export async function show(place, context, [wanted]) {
  const view = preview(context.line, heed);
  const fired = h("div", { className: "fired", hidden: true });
  const chart = h("canvas", { className: "chart", role: "img", ariaLabel: "Scores of the likeliest gestures over the last ten seconds" });
  const bars = h("ul", { className: "bars" });
  const now = h("p", { className: "small soft" }, "Each candidate has to pass every rule.");
  const attempts = h("div", { className: "attempts" });
  const log = h("ol", { className: "log" });
  view.stage.append(fired);
  const cost = h("ul", { className: "bars" });
  const spent = h("p", { className: "small soft" });
  const count = h("strong", {}, "0");
  let counted = 0;
  const trial = wanted ? h("section", { className: "card row", role: "status" }, h("span", {}, "Try “", h("strong", {}, words(wanted)), "”: recognised "), count, h("span", {}, "times."), h("a", { href: "#/live" }, "Done")) : null;
  fill(place,
    h("h1", {}, "Live"),
    h("p", { className: "lead" }, "What the camera sees, mirrored. The picture exists only here, while you look at it; nothing is stored."),
    h("div", { className: "two" },
      h("div", { className: "stack" },
        view.stage,
        h("section", { className: "card", ariaLabel: "Scores" }, h("h2", {}, "Scores over the last ten seconds"), chart),
        h("section", { className: "card" }, h("div", { className: "row spread" }, h("h2", {}, "What fired"), h("a", { href: "#/history" }, "All of it")), log)),
      h("div", { className: "stack" }, trial,
        h("section", { className: "card" }, h("h2", {}, "Now"), bars),
        h("section", { className: "card" }, h("div", { className: "row spread" }, h("h2", {}, "Rules"),
          h("button", { type: "button", onclick: explain }, "Why didn’t it fire?")), now, attempts),
        h("section", { className: "card", ariaLabel: "What it costs" }, h("h2", {}, "What it costs"), cost, spent))));

  const traces = [];
  let look = null, hideFired = 0, newest = null;

  function drawChart() {
    const [context2d, width, height] = sized(chart);
    const bottom = height - 18, top = 6;
    context2d.clearRect(0, 0, width, height);
    context2d.font = "12px system-ui, sans-serif";
    context2d.strokeStyle = colour("line");
    context2d.fillStyle = colour("soft");
    context2d.lineWidth = 1;
    for (const value of [0, 0.5, 1]) {
      const y = bottom - value * (bottom - top);
      context2d.beginPath(); context2d.moveTo(28, y); context2d.lineTo(width, y); context2d.stroke();
      context2d.fillText(value.toFixed(1), 2, y + 4);
    }
    if (!traces.length) return;
    const now = traces.at(-1).t_ms;
    const x = (t_ms) => width - 4 - (now - t_ms) / SHOWN_MS * (width - 36);
    const names = new Map(), labels = [];
    for (const trace of traces) {
      for (const [key, score] of Object.entries(trace.scores)) if (score > 0.25) names.set(key, Math.max(names.get(key) ?? 0, score));
    }
    for (const [key, peak] of [...names].sort((a, b) => b[1] - a[1]).slice(0, 6)) {
      const [hand, label] = key.split("/");
      context2d.strokeStyle = colour(hand);
      context2d.lineWidth = 2;
      context2d.beginPath();
      let before = null, best = null;
      for (const trace of traces) {
        const score = trace.scores[key] ?? 0;
        const point = [x(trace.t_ms), bottom - score * (bottom - top)];
        if (before === null || trace.t_ms - before > 600) context2d.moveTo(...point);
        else context2d.lineTo(...point);
        before = trace.t_ms;
        if (!best || score > best[2]) best = [...point, score];
      }
      context2d.stroke();
      if (best && peak > 0.4) labels.push([words(label), ...best]);
    }
    // Names beside their peaks, each in a row where there is room for it.
    const taken = [];
    context2d.fillStyle = colour("ink");
    for (const [text, peakX, peakY] of labels.sort((a, b) => a[1] - b[1])) {
      const wide = context2d.measureText(text).width + 8;
      const left = Math.min(Math.max(30, peakX - wide / 2), width - wide);
      let y = Math.max(peakY + 4, 14);
      while (taken.some(([from, to, at]) => Math.abs(at - y) < 14 && left < to && left + wide > from)) y += 15;
      taken.push([left, left + wide, y]);
      context2d.fillText(text, left + 4, y);
    }
    context2d.fillStyle = colour("soft");
    context2d.fillText("10 s ago", 30, height - 4);
    context2d.fillText("now", width - 28, height - 4);
  }

  function heed(content) {
    look = content;
    const scores = {};
    for (const [hand, found] of Object.entries(look.scores)) {
      for (const [label, score] of Object.entries(found)) if (label !== "nothing") scores[`${hand}/${label}`] = score;
    }
    if (traces.length && look.t_ms < traces.at(-1).t_ms) traces.length = 0;
    traces.push({ t_ms: look.t_ms, scores });
    while (traces[0].t_ms < look.t_ms - SHOWN_MS) traces.shift();
    drawChart();
    tellNow();
    tellRules();
  }

  function tellNow() {
    const rows = Object.entries(look?.scores ?? {}).flatMap(([hand, scores]) =>
      Object.entries(scores).slice(0, 4).map(([label, score]) => [hand, label, score]));
    fill(bars, rows.length ? rows.map(([hand, label, score]) => {
      const bar = h("i");
      bar.style.setProperty("width", `${Math.round(score * 100)}%`);
      return h("li", { className: label === "nothing" ? "nothing" : hand }, h("span", {}, words(label)),
        h("span", { className: "bar", ariaHidden: "true" }, bar), h("span", { className: "end small", title: `${hand} hand` }, score.toFixed(2)));
    }) : h("li", { className: "soft" }, "No hand in view."));
  }

  function tellRules() {
    const one = look?.refused?.[0];
    now.textContent = one ? `Now: ${words(one.gesture)}, refused by “${one.rule}”: ${one.reason}.` : "Each candidate has to pass every rule.";
  }

  function attempt(one) {
    const outcome = !one.fired ? `refused by “${one.rule}”: ${one.reason}`
      : one.action ? `fired: ${one.action}` : `fired, and did nothing: ${short(one.reason || "it still has to be held")}`;
    return h("details", { className: "attempt", open: !attempts.children.length },
      h("summary", {}, h("span", { className: `mark ${one.fired ? "good" : "bad"}` }, one.fired ? "✓ " : "× "), h("strong", {}, words(one.gesture)),
        ` (${one.hand}) `, h("span", { className: "soft" }, outcome)),
      h("p", { className: "small soft" }, `Score ${one.score.toFixed(2)} of ${one.threshold.toFixed(2)}, lead ${one.margin.toFixed(2)}, agreement ${one.agreement.toFixed(2)}.`),
      h("ul", { className: "rules" }, one.rules.filter((verdict) => verdict.reason).map((verdict) => h("li", {},
        h("span", { className: "mark bad" }, "×"), h("span", {}, verdict.rule), h("span", { className: "soft" }, verdict.reason)))),
      h("ul", { className: "passed", ariaLabel: "Rules that it passed" }, one.rules.filter((verdict) => !verdict.reason).map((verdict) => h("li", { className: "pill" }, `✓ ${verdict.rule}`))));
  }

  async function tellAttempts() {
    try {
      const answer = await ask("why", newest === null ? { last: 6 } : { after: newest });
      newest = answer.newest;
      for (const one of answer.candidates) {
        for (const other of attempts.children) other.open = false;
        attempts.prepend(attempt(one));
        attempts.firstChild.open = true;
      }
      while (attempts.children.length > 6) attempts.lastChild.remove();
    } catch { /* said by the banner */ }
  }

  function tellCost(status) {
    const stages = Object.entries(status?.stage_ms ?? {});
    const all = Math.max(...stages.map(([, ms]) => ms), 10);
    fill(cost, stages.length ? stages.map(([stage, ms]) => {
      const bar = h("i");
      bar.style.setProperty("width", `${Math.round(100 * ms / all)}%`);
      return h("li", { className: "plain" }, h("span", {}, stage), h("span", { className: "bar", ariaHidden: "true" }, bar), h("span", { className: "end small" }, `${ms.toFixed(1)} ms`));
    }) : h("li", { className: "soft" }, "Nothing has been looked at yet."));
    spent.textContent = [
      stages.length ? "Median of each stage a frame" : "",
      status?.cpu_percent == null ? "" : `${status.cpu_percent.toFixed(1)} % of one core, this page’s pictures included`,
      status?.latency_ms?.actions ? `${Math.round(status.latency_ms.median)} ms from frame to action` : "",
      status?.frames ? `${status.dropped} of ${status.frames} frames dropped` : "",
    ].filter(Boolean).join(" · ") + (stages.length ? "." : "");
  }

  function tellFired(entry) {
    log.querySelector(".none")?.remove();
    log.prepend(h("li", {}, h("time", { className: "soft" }, clock(entry.at_s)),
      h("span", {}, h("strong", {}, words(entry.gesture)), ` (${entry.hand}) `,
        h("span", { className: "soft" }, entry.action ? `→ ${entry.action}` : `nothing: ${short(entry.reason)}`))));
    while (log.children.length > 6) log.lastChild.remove();
  }

  async function explain() {
    await tellAttempts();
    const refused = [...attempts.children].find((one) => one.querySelector("summary .bad"));
    if (!refused) { announce("Nothing was refused lately"); now.textContent = "Nothing was refused lately."; return; }
    for (const other of attempts.children) other.open = other === refused;
    refused.querySelector("summary").focus();
  }

  const stops = [
    context.line.on("status", ({ status }) => tellCost(status)),
    context.line.on("event", ({ entry }) => {
      if (!entry) return;
      tellFired(entry);
      if (entry.gesture === wanted) count.textContent = String(++counted);
      fill(fired, h("strong", {}, words(entry.gesture)), h("span", {}, entry.action ?? `nothing: ${short(entry.reason)}`));
      fired.hidden = false;
      announce(`${words(entry.gesture)}: ${entry.action ?? entry.reason}`);
      clearTimeout(hideFired);
      hideFired = setTimeout(() => { fired.hidden = true; }, 2500);
    }),
  ];
  tellNow();
  tellCost(context.status);
  drawChart();
  const asking = setInterval(() => { if (!document.hidden) tellAttempts(); }, 1000);
  await tellAttempts();
  for (const entry of (await api("GET", "history")).slice(-6)) tellFired(entry);
  if (!log.children.length) log.append(h("li", { className: "none" }, h("span", { className: "soft" }, "—"), h("span", { className: "soft" }, "Nothing yet.")));
  return () => { for (const stop of stops) stop(); view.stop(); clearTimeout(hideFired); clearInterval(asking); };
}
