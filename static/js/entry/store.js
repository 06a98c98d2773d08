// What was typed and is not on the server yet, kept on this machine: by person, report and indicator, with the
// version it was based on. One person never sees what another left on a shared machine.

const PREFIX = "sonla.entry";

export class Store {
  constructor(user, report) {
    this.prefix = `${PREFIX}.${user}.${report}.`;
    this.memory = new Map();
    this.safe = true;
    for (const key of this.#keys()) {
      const item = parse(localStorage.getItem(key));
      if (item) this.memory.set(key.slice(this.prefix.length), item);
    }
  }

  #keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    } catch {
      this.safe = false;
      return [];
    }
  }

  get size() {
    return this.memory.size;
  }

  items() {
    return [...this.memory.values()];
  }

  get(code) {
    return this.memory.get(code);
  }

  // Keeps the item and marks it with a stamp, by which `settle` knows whether it was changed since.
  put(item) {
    item.stamp = `${Date.now()}.${Math.random()}`;
    this.memory.set(item.indicator, item);
    this.#write(this.prefix + item.indicator, JSON.stringify(item));
    return item;
  }

  // The server has this very item: forget it, unless something newer was typed meanwhile (in any tab).
  settle(code, stamp) {
    if (this.memory.get(code)?.stamp === stamp) this.memory.delete(code);
    try {
      const kept = parse(localStorage.getItem(this.prefix + code));
      if (kept?.stamp === stamp) localStorage.removeItem(this.prefix + code);
    } catch {
      // Nothing was kept there.
    }
  }

  remove(code) {
    this.memory.delete(code);
    try {
      localStorage.removeItem(this.prefix + code);
    } catch {
      // Nothing was kept there.
    }
  }

  #write(key, text) {
    try {
      localStorage.setItem(key, text);
    } catch {
      this.safe = false;
    }
  }
}

function parse(text) {
  try {
    const item = JSON.parse(text);
    return item && typeof item.indicator === "string" ? item : null;
  } catch {
    return null;
  }
}
