// The camera's picture with the hands drawn on it, wherever a page wants it.
import { h } from "./dom.js";
import { drawHand, sized } from "./skeleton.js";

// Shows pictures from now on. `seen` gets each look, before its picture is drawn; `stop` ends it.
export function preview(line, seen = () => {}) {
  const canvas = h("canvas", { role: "img", ariaLabel: "The camera’s picture, mirrored, with the hands’ joints drawn on it" });
  const over = h("div", { className: "over" }, "The picture comes as soon as the camera watches.");
  const corner = h("div", { className: "corner", hidden: true });
  const stage = h("div", { className: "stage" }, canvas, over, corner);
  let look = null;

  const stops = [
    line.on("look", (content) => {
      look = content;
      const hands = Object.keys(look.hands);
      corner.hidden = false;
      corner.textContent = hands.length ? hands.map((hand) => `${hand} hand`).join(", ") : "no hand";
      seen(look);
    }),
    line.on("picture", async (blob) => {
      const bitmap = await createImageBitmap(blob).catch(() => null);
      if (!bitmap) return;
      if (stage.isConnected) {
        const [context, width, height] = sized(canvas);
        stage.style.setProperty("aspect-ratio", String(bitmap.width / bitmap.height));
        over.hidden = true;
        context.save();
        context.translate(width, 0);
        context.scale(-1, 1);
        context.drawImage(bitmap, 0, 0, width, height);
        context.restore();
        for (const [hand, joints] of Object.entries(look?.hands ?? {})) drawHand(context, joints, hand, width, height, { thick: Math.max(2, width / 220) });
      }
      bitmap.close();
    }),
    line.on("status", ({ status }) => {
      if (status.state === "watching") return;
      over.hidden = false;
      corner.hidden = true;
      const [context, width, height] = sized(canvas);
      context.clearRect(0, 0, width, height);
      over.textContent = status.state === "paused" ? "Paused. The camera is off." : status.reason || "The camera isn’t ready yet.";
    }),
  ];
  line.watch(true);
  return { stage, stop: () => { for (const stop of stops) stop(); line.watch(false); } };
}
