// Hands as lines between joints: over the camera's picture, and moving by themselves in small pictures.
import { calm, colour } from "./dom.js";

const FINGERS = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16], [17, 18, 19, 20]];
const BONES = [[0, 1], [0, 5], [5, 9], [9, 13], [13, 17], [0, 17],
  ...FINGERS.flatMap((finger) => finger.slice(1).map((joint, k) => [finger[k], joint]))];

// Mirrored, because people know themselves from mirrors: a swipe to the left goes to the left.
export function drawHand(context, joints, hand, width, height, { thick = 2.5, shade = 1, outline = true } = {}) {
  const at = joints.map(([x, y]) => [(1 - x) * width, y * height]);
  context.globalAlpha = shade;
  context.lineCap = "round";
  const pass = (style, line) => {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.beginPath();
    for (const [from, to] of BONES) {
      context.moveTo(...at[from]);
      context.lineTo(...at[to]);
    }
    context.stroke();
  };
  if (outline) pass("rgb(0 0 0 / 55%)", thick + 2.5);
  pass(colour(hand), thick);
  context.fillStyle = outline ? "#fff" : colour(hand);
  for (const [x, y] of at) {
    context.beginPath();
    context.arc(x, y, thick * 0.85, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
}

export function sized(canvas) {
  const scale = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale), height = Math.round(canvas.clientHeight * scale);
  if (width && height && (canvas.width !== width || canvas.height !== height)) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return [context, canvas.clientWidth, canvas.clientHeight];
}

// The part of the picture that a motion uses, with some room, in the canvas' proportions.
function excerpt(motion, ratio) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const frames of Object.values(motion.hands)) {
    for (const joints of frames) {
      for (const [x, y] of joints ?? []) {
        left = Math.min(left, x * motion.aspect);
        right = Math.max(right, x * motion.aspect);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
  }
  if (left > right) return { left: 0, top: 0, width: motion.aspect, height: 1 };
  const room = 0.12 * Math.max(right - left, bottom - top);
  let width = right - left + 2 * room, height = bottom - top + 2 * room;
  if (width / height < ratio) width = height * ratio;
  else height = width / ratio;
  return { left: (left + right - width) / 2, top: (top + bottom - height) / 2, width, height };
}

// A canvas in which a motion plays again and again while it can be seen; who wants calm sees it as a still with its trail.
export function motionCanvas(motion, label) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  const last = motion.t_ms.at(-1) ?? 0;
  const pause = 700;
  let seen = false, started = performance.now();

  const draw = (k, shade = 1, clear = true) => {
    const [context, width, height] = sized(canvas);
    if (!width) return;
    if (clear) context.clearRect(0, 0, width, height);
    const part = excerpt(motion, width / height);
    const place = ([x, y]) => [(x * motion.aspect - part.left) / part.width, (y - part.top) / part.height];
    for (const [hand, frames] of Object.entries(motion.hands)) {
      if (frames[k]) drawHand(context, frames[k].map(place), hand, width, height, { thick: 2, shade, outline: false });
    }
  };
  const still = () => {
    const count = motion.t_ms.length;
    for (let k = 0; k < 5; k++) draw(Math.round((count - 1) * k / 5), 0.15 + 0.12 * k, k === 0);
    draw(Math.round((count - 1) * 0.8), 1, false);
  };
  const step = () => {
    if (!seen || !canvas.isConnected) return;
    const t = Math.min((performance.now() - started) % (last + pause), last);
    let k = motion.t_ms.findIndex((at) => at > t);
    k = k < 0 ? motion.t_ms.length - 1 : Math.max(0, k - 1);
    draw(k);
    setTimeout(() => requestAnimationFrame(step), 50);
  };
  new IntersectionObserver(([entry]) => {
    if (calm()) { if (entry.isIntersecting) still(); return; }
    const before = seen;
    seen = entry.isIntersecting;
    if (seen && !before) { started = performance.now(); step(); }
  }).observe(canvas);
  return canvas;
}
