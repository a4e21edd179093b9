// The ways to the daemon: requests that are answered, and one websocket that tells what happens.

export class Refused extends Error {
  constructor(message, problems, status) {
    super(message);
    this.problems = problems;
    this.status = status;
  }
}

export async function api(method, path, body) {
  const given = { method, cache: "no-store" };
  if (body !== undefined) {
    given.headers = { "Content-Type": "application/json" };
    given.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(`api/${path}`, given);
  } catch {
    throw new Refused("gesturectl doesn't answer. It may have ended.", [], 0);
  }
  if (answer.status === 403) throw new Refused(await answer.text(), [], 403);
  const content = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(content?.error ?? `It failed (${answer.status}).`, content?.problems ?? [], answer.status);
  return content;
}

export const ask = (command, given = {}) => api("POST", "ask", { command, ...given });

// One websocket for the whole page. Its listeners get what the daemon tells, by type; "picture" comes after a "look".
export class Line {
  constructor() {
    this.listeners = new Map();
    this.watching = false;
    this.tries = 0;
    this.connect();
    document.addEventListener("visibilitychange", () => this.wish());
  }

  on(type, call) {
    if (!this.listeners.has(type)) this.listeners.set(type, new Set());
    this.listeners.get(type).add(call);
    return () => this.listeners.get(type).delete(call);
  }

  // Pictures are made only while somebody looks: a page in the background asks for none.
  watch(wanted) {
    this.watching = wanted;
    this.wish();
  }

  wish() {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ watch: this.watching && !document.hidden }));
    }
  }

  connect() {
    const at = new URL("live", location.href);
    at.protocol = "ws:";
    at.hash = "";
    this.socket = new WebSocket(at);
    this.socket.binaryType = "blob";
    this.socket.onopen = () => { this.tries = 0; this.wish(); this.tell("open", {}); };
    this.socket.onmessage = (message) => {
      if (message.data instanceof Blob) this.tell("picture", message.data);
      else {
        const content = JSON.parse(message.data);
        this.tell(content.type, content);
      }
    };
    this.socket.onclose = () => {
      this.tell("closed", { tries: this.tries });
      if (this.tries++ < 6) setTimeout(() => this.connect(), 500 * 2 ** Math.min(this.tries, 4));
    };
  }

  tell(type, content) {
    for (const call of this.listeners.get(type) ?? []) call(content);
  }
}
