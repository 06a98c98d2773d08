// Other tabs of the same person on the same report: what one has saved, the others show.

export class Tabs {
  constructor(config, heard) {
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel(`sonla.entry.${config.user}.${config.report}`);
    this.channel.addEventListener("message", (event) => heard(event.data));
  }

  // Refusals stay in the tab in which they were typed.
  tell(answer, sent) {
    const stamps = new Map(sent.map((item) => [item.indicator, item.stamp]));
    const items = answer.items
      .filter((item) => ["saved", "unchanged"].includes(item.status))
      .map((item) => ({ ...item, stamp: stamps.get(item.indicator) }));
    this.channel?.postMessage({ ...answer, items });
  }
}
