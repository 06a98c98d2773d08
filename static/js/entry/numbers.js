// Numbers as they are typed here, read and written exactly (BigInt): the same rules as programs/rules/numbers.py.
// Only for what is shown while one types; what is stored is read by the server.

const GROUPED = /^[1-9]\d{0,2}([. ]\d{3})+$/;
const ONE_GROUP = /^[1-9]\d{0,2}[.,]\d{3}$/;
const LIMIT = 10n ** 15n;

// The typed text in steps of 10^-decimals; null when it is not a number that could be stored.
export function parseNumber(text, decimals, ambiguousIsError = false) {
  let body = text.normalize("NFC").replace(/[−–]/g, "-").split(/\s+/).filter(Boolean).join(" ");
  const negative = body.startsWith("-");
  if (negative) body = body.slice(1).trimStart();
  if (!/^[0-9., ]*[0-9][0-9., ]*$/.test(body)) return null;
  let whole = body;
  let fraction = "0";
  if (body.includes(",")) {
    const at = body.indexOf(",");
    [whole, fraction] = [body.slice(0, at), body.slice(at + 1)];
    if (/[,. ]/.test(fraction) || (decimals < 3 && ONE_GROUP.test(body))) return null;
  } else if (GROUPED.test(body)) {
    if (ambiguousIsError && ONE_GROUP.test(body)) return null;
  } else if (body.split(".").length === 2) {
    [whole, fraction] = body.split(".");
  }
  const grouped = GROUPED.test(whole) && !(whole.includes(".") && whole.includes(" "));
  if (!/^\d+$/.test(fraction) || !(/^\d+$/.test(whole) || grouped)) return null;
  fraction = fraction.replace(/0+$/, "");
  if (fraction.length > decimals) return null;
  const steps = BigInt(whole.replace(/[. ]/g, "") + fraction.padEnd(decimals, "0") || "0");
  if (steps >= LIMIT) return null;
  return negative ? -steps : steps;
}

// What stands in a box, in the steps in which it is stored. `field`: kind, decimals, scale (6 for triệu).
export function parseBox(text, field) {
  const twice = field.scale > 0 || (field.kind === "percent" && field.decimals >= 3);
  if (!field.scale) return parseNumber(text, field.decimals, twice);
  const room = field.decimals + field.scale;
  const typed = Math.min(3, room);
  const value = parseNumber(text, typed, twice);
  if (value === null) return null;
  const steps = value * 10n ** BigInt(room - typed);
  return steps < LIMIT && steps > -LIMIT ? steps : null;
}

// numerator/denominator in percent, half up, with as many decimals as it takes not to contradict a bar.
// `bars`: [{op, value: [numerator, denominator] in percent}].
export function formatPercent(numerator, denominator, bars = []) {
  const shown = bars.map((bar) => {
    let places = 2;
    while (places < 15 && !agrees(numerator, denominator, bar, places)) places += 1;
    return percentText(numerator, denominator, places);
  });
  return shown.sort((a, b) => b.length - a.length)[0] ?? percentText(numerator, denominator, 2);
}

function agrees(numerator, denominator, bar, places) {
  const [top, bottom] = bar.value;
  const exact = compare(numerator * 100n * bottom, top * denominator);
  const rounded = compare(percentSteps(numerator, denominator, places) * bottom, top * 10n ** BigInt(places));
  return rounded === exact || (bar.met && rounded === 0);
}

function percentSteps(numerator, denominator, places) {
  const scaled = numerator * 100n * 10n ** BigInt(places);
  const size = scaled < 0n ? -scaled : scaled;
  const steps = (2n * size + denominator) / (2n * denominator);
  return scaled < 0n ? -steps : steps;
}

function percentText(numerator, denominator, places) {
  const steps = percentSteps(numerator, denominator, places);
  const digits = (steps < 0n ? -steps : steps).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${steps < 0n ? "-" : ""}${whole},${digits.slice(-places)}%`;
}

export function compare(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}
