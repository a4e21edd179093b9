// The profile files as they are, edited as text; what each gesture does in an app, and why.
import { announce, fill, h, short, toast, words } from "./dom.js";
import { api } from "./net.js";

const NEW = `version = 1

[profile.default.intents]
# thumbs_up = "save"

[profile.default.actions]
# save = { keys = "Ctrl+S" }
`;

export async function show(place, context) {
  let files = await api("GET", "profiles");
  let open = null, checked = 0, timer = 0, wrong = [];
  const list = h("ul", { className: "files" });
  const title = h("h2", { id: "file" });
  const hint = h("p", { className: "soft small" });
  const numbers = h("div", { className: "numbers", ariaHidden: "true" });
  const marks = h("pre", { ariaHidden: "true" });
  const area = h("textarea", { spellcheck: false, ariaLabel: "The file’s text", autocapitalize: "off", autocomplete: "off" });
  area.setAttribute("wrap", "off");
  area.setAttribute("aria-describedby", "verdict");
  const verdict = h("p", { id: "verdict", role: "status", className: "small" });
  const mistakes = h("ul", { className: "mistakes" });
  const save = h("button", { type: "button", className: "primary", onclick: store }, "Save");
  const remove = h("button", { type: "button", className: "danger", onclick: discard }, "Delete");
  const revert = h("button", { type: "button", className: "quiet", onclick: () => select(open) }, "Undo changes");
  const editor = h("section", { className: "card", ariaLabelledby: "file" },
    h("div", { className: "row spread" }, title, h("div", { className: "row" }, revert, remove, save)), hint,
    h("div", { className: "editor" }, numbers, h("div", { className: "field" }, marks, area)), verdict, mistakes);
  const rows = h("tbody");
  const app = h("select", { onchange: explain }), hand = h("select", { onchange: explain }, h("option", { value: "right" }, "right hand"), h("option", { value: "left" }, "left hand"));
  const winner = h("p", { className: "soft", role: "status" });
  const whole = h("section", { className: "card" }, h("h2", {}, "Which binding wins"),
    h("div", { className: "row" }, h("label", {}, "In", app), h("label", {}, "with the", hand)), winner,
    h("div", { className: "wide" }, h("table", {}, h("thead", {}, h("tr", {}, ["Gesture", "Does", "Because"].map((name) => h("th", { scope: "col" }, name)))), rows)));
  fill(place, h("h1", {}, "Profiles"),
    h("p", { className: "lead" }, "What gestures mean and do, app by app: plain files, yours to edit here or in any editor. A file with mistakes is never saved, and changes nothing."),
    h("div", { className: "two" }, editor, h("div", { className: "stack" },
      h("section", { className: "card" }, h("div", { className: "row spread" }, h("h2", {}, "Files"), h("button", { type: "button", onclick: create }, "New file…")), list))), h("p"), whole);

  const dirty = () => open && area.value !== open.text;

  function tellFiles() {
    fill(list, files.map((file) => h("li", {}, h("button", { type: "button", ariaCurrent: file === open ? "true" : null, onclick: () => choose(file) },
      file.name, " ", h("span", { className: "pill" }, file.own ? "yours" : file.replaced ? "bundled, replaced by yours" : "bundled")))));
  }

  function choose(file) {
    if (dirty() && !confirm(`Leave the changes in ${open.name}?`)) return;
    select(file);
  }

  function select(file) {
    open = file;
    area.value = file.text;
    area.readOnly = !file.own;
    title.textContent = file.name;
    hint.textContent = file.own ? file.path : `${file.path}: it comes with gesturectl and can’t be changed. What you write in a file of your own wins, key by key.`;
    for (const button of [save, remove, revert]) button.hidden = !file.own;
    remove.disabled = !file.sum;
    tellFiles();
    tell([]);
    verdict.textContent = "";
    edited();
  }

  function edited() {
    save.disabled = true;
    revert.disabled = !dirty();
    layout();
    clearTimeout(timer);
    if (open.own) timer = setTimeout(check, 350);
  }

  async function check() {
    const number = ++checked, text = area.value, file = open;
    try {
      const found = (await api("POST", "profiles/check", { name: file.name, text })).mistakes;
      if (number !== checked || file !== open || text !== area.value) return;
      tell(found);
      save.disabled = !dirty() || found.some((mistake) => mistake.file === file.name);
    } catch (error) {
      verdict.textContent = error.message;
    }
  }

  function tell(found) {
    wrong = found;
    const count = found.length;
    verdict.textContent = count ? `${count} mistake${count > 1 ? "s" : ""}` : open.own ? "No mistakes." : "";
    verdict.className = count ? "small bad" : "small good";
    fill(mistakes, found.map((mistake) => h("li", {}, h("button", { type: "button", onclick: () => go(mistake) },
      h("strong", {}, mistake.file === open.name ? (mistake.line ? `Line ${mistake.line}` : "The file") : mistake.file), mistake.column ? `, character ${mistake.column}` : "", `: ${mistake.fact}. `, h("span", { className: "soft" }, mistake.remedy)))));
    layout();
  }

  function layout() {
    const lines = area.value.split("\n");
    const bad = new Set(wrong.filter((mistake) => mistake.file === open?.name).map((mistake) => mistake.line));
    fill(numbers, lines.map((_, k) => [bad.has(k + 1) ? h("b", {}, `${k + 1}`) : `${k + 1}`, "\n"]));
    fill(marks, lines.map((line, k) => {
      const here = wrong.filter((mistake) => mistake.file === open?.name && mistake.line === k + 1 && mistake.column).sort((a, b) => a.column - b.column);
      const parts = [];
      let at = 0;
      for (const mistake of here) {
        const start = Math.max(at, mistake.column - 1), end = Math.max(start + 1, mistake.end ? mistake.end - 1 : mistake.column);
        parts.push(line.slice(at, start), h("mark", {}, line.slice(start, end) || " "));
        at = end;
      }
      return [...parts, line.slice(at), "\n"];
    }));
    area.style.setProperty("height", `${Math.max(22, lines.length * 1.3125 + 2)}rem`);
    follow();
  }

  function follow() {
    marks.scrollTop = numbers.scrollTop = area.scrollTop;
    marks.scrollLeft = area.scrollLeft;
  }

  function go(mistake) {
    if (mistake.file !== open.name) return;
    const before = area.value.split("\n").slice(0, Math.max(0, mistake.line - 1)).join("\n").length;
    const start = before + (mistake.line > 1 ? 1 : 0) + Math.max(0, mistake.column - 1);
    area.focus();
    area.setSelectionRange(start, mistake.end ? start + mistake.end - mistake.column : start + 1);
  }

  async function store() {
    save.disabled = true;
    const file = open, text = area.value;
    try {
      const saved = await api("PUT", `profiles/${encodeURIComponent(file.name)}`, { text, sum: file.sum });
      files = await api("GET", "profiles");
      select(files.find((other) => other.own && other.name === saved.name));
      announce("Saved");
      toast(`${saved.name} is saved and in force.`);
      explain();
    } catch (error) {
      toast(error.message, { bad: true });
      save.disabled = false;
    }
  }

  async function discard() {
    const file = open;
    try {
      await api("DELETE", `profiles/${encodeURIComponent(file.name)}?sum=${file.sum}`);
      files = (await api("GET", "profiles"));
      select(files.find((other) => other.own) ?? files[0]);
      explain();
      toast(`${file.name} is deleted.`, { undo: async () => {
        try {
          await api("PUT", `profiles/${encodeURIComponent(file.name)}`, { text: file.text, sum: "" });
          files = await api("GET", "profiles");
          select(files.find((other) => other.own && other.name === file.name));
          explain();
        } catch (error) { toast(error.message, { bad: true }); }
      } });
    } catch (error) {
      toast(error.message, { bad: true });
    }
  }

  function create() {
    const name = prompt("A name for the file, such as my-apps.toml")?.trim();
    if (!name) return;
    const full = name.endsWith(".toml") ? name : `${name}.toml`;
    const known = files.find((file) => file.own && file.name === full);
    if (known) { select(known); return; }
    const file = { name: full, path: "It isn’t written yet.", own: true, text: "", sum: "" };
    files = [...files, file];
    select(file);
    area.value = NEW;
    edited();
    area.focus();
  }

  async function explain() {
    const chosen = app.value;
    try {
      const fixed = context.status?.profile_fixed ? context.status.profile : "";
      const answer = await api("POST", "bindings", { app: chosen, fixed });
      const apps = [...new Set([context.status?.app ?? "", ...(context.state?.apps ?? []), ...answer.apps].filter(Boolean))];
      fill(app, h("option", { value: "" }, "any other app"), apps.map((name) => h("option", { value: name }, name === context.status?.app ? `${name} (in front)` : name)));
      app.value = chosen;
      winner.textContent = `The profile “${answer.profile}” is in force there.${fixed ? " It is fixed." : ""}`;
      const found = answer.bindings.map(({ gesture, hands }) => [gesture, hands[hand.value]]);
      fill(rows, found.sort((a, b) => (b[1].action !== null) - (a[1].action !== null)).map(([gesture, row]) => h("tr", {}, h("td", {}, words(gesture)),
        h("td", {}, row.action ?? h("span", { className: "soft" }, "nothing")),
        h("td", {}, h("details", {}, h("summary", { className: "soft" }, row.profile ? `profile “${row.profile}”` : short(row.reason.replace(/^.*?does nothing: /, ""))),
          h("p", { className: "small" }, row.reason), row.place ? h("p", { className: "small mono" }, row.place) : null,
          h("ul", { className: "small" }, row.considered.map((one) => h("li", {}, `${one.profile}: ${one.says} (${one.because})`))))))));
    } catch (error) {
      winner.textContent = error.message;
      fill(rows);
    }
  }

  area.addEventListener("input", edited);
  area.addEventListener("scroll", follow);
  area.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); if (!save.disabled) store(); }
  });
  const warn = (event) => { if (dirty()) event.preventDefault(); };
  window.addEventListener("beforeunload", warn);
  select(files.find((file) => file.own) ?? files.find((file) => file.name === "default.toml") ?? files[0]);
  app.append(h("option", { value: context.status?.app ?? "" }, ""));
  await explain();
  return () => { clearTimeout(timer); window.removeEventListener("beforeunload", warn); };
}
