// Sends what waits in the store, one request at a time; tries again by itself until the server has it.

const PAUSE = 800;
const LONGEST = 60_000;

export class Sender {
  // `hooks`: sending(items), waiting(items, why, detail), answered(items, answer)
  constructor(store, config, hooks) {
    Object.assign(this, { store, config, hooks });
    this.refused = new Set();
    this.held = new Set();
    this.failures = 0;
    this.busy = null;
    addEventListener("online", () => this.kick(0));
    addEventListener("focus", () => this.kick(0));
    document.addEventListener("visibilitychange", () => this.flush({ keepalive: document.hidden }));
    addEventListener("pagehide", () => this.flush({ keepalive: true }));
  }

  // What can be sent now: not what was refused as it stands, nor what is still being typed.
  ready() {
    const { refused, held } = this;
    return this.store.items().filter((item) => !refused.has(item.stamp) && !held.has(item.indicator));
  }

  kick(delay = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  async flush({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    if (this.busy) return this.busy.then(() => (this.ready().length ? this.kick(0) : undefined));
    const items = this.ready();
    if (!items.length) return undefined;
    this.busy = this.#send(items, keepalive).finally(() => (this.busy = null));
    return this.busy;
  }

  async #send(items, keepalive) {
    this.hooks.sending(items);
    const body = JSON.stringify({ user: this.config.user, items });
    let response;
    try {
      response = await fetch(this.config.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.#token() },
        credentials: "same-origin",
        redirect: "manual",
        // A browser lets only small bodies outlive the page; the rest waits in the store.
        keepalive: keepalive && body.length < 60_000,
        body,
      });
    } catch {
      return this.#wait(items, "offline");
    }
    const answer = await response.json().catch(() => null);
    if (response.status === 403 && answer) return this.#wait(items, "refused", answer.detail);
    if (response.type === "opaqueredirect" || [401, 403].includes(response.status)) {
      return this.#wait(items, "signIn");
    }
    if (!response.ok || !answer) return this.#wait(items, "server");
    this.failures = 0;
    this.#note(items, answer);
    this.hooks.answered(items, answer);
    if (this.ready().length) this.kick(0);
    return undefined;
  }

  // After signing in anew in another tab the cookie holds the newer token.
  #token() {
    const cookies = document.cookie.split("; ").map((pair) => pair.split("="));
    return cookies.find(([name]) => name === this.config.cookie)?.[1] ?? this.config.token;
  }

  #note(items, answer) {
    const stamps = new Map(items.map((item) => [item.indicator, item.stamp]));
    for (const told of answer.items) {
      const stamp = stamps.get(told.indicator);
      if (told.status === "error" || told.status === "conflict") this.refused.add(stamp);
      else this.store.settle(told.indicator, stamp);
    }
  }

  #wait(items, why, detail = "") {
    this.failures += 1;
    this.hooks.waiting(items, why, detail);
    // Back-off with a little chance in it, so that a province does not come back in one second.
    const delay = Math.min(LONGEST, 1000 * 2 ** this.failures) * (0.75 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }
}
