// Met, not met, unknown while one types: the same meaning as programs/rules/verdicts.py, exact (BigInt).
// After saving the server's verdict wins.

import { compare } from "./numbers.js";

const HOLDS = {
  ">=": (order) => order >= 0,
  "<=": (order) => order <= 0,
  "==": (order) => order === 0,
  ">": (order) => order > 0,
  "<": (order) => order < 0,
  is: (order) => order === 0,
};

// `figures`: {part: {value, denominator, notApplicable}} in smallest steps, '' the indicator itself.
// `measures`: {part: {kind, decimals}}.
export function judge(rule, figures, measures) {
  if (figures[""]?.notApplicable) return "not_applicable";
  return rule && Object.keys(rule).length ? judgeNode(rule, figures, measures) : "unknown";
}

// The bars of one part, to show its percentage so that it agrees with them.
export function barsOf(rule, part) {
  if (!rule) return [];
  const group = rule.all ?? rule.any;
  if (group) return group.flatMap((child) => barsOf(child, part));
  if ((rule.part ?? "") !== part || rule.op === "is" || rule.value === null) return [];
  return [{ op: rule.op, value: fraction(rule.value) }];
}

export function holds(op, actual, threshold) {
  return HOLDS[op](compare(actual[0] * threshold[1], threshold[0] * actual[1]));
}

function judgeNode(node, figures, measures) {
  if (node.when) {
    const applies = whenHolds(node.when, figures, measures);
    if (applies !== true) return applies === null ? "unknown" : "not_applicable";
  }
  if (node.all) return firstOf(node.all, ["not_met", "unknown", "met"], figures, measures);
  if (node.any) return firstOf(node.any, ["met", "unknown", "not_met"], figures, measures);
  const part = node.part ?? "";
  if (figures[part]?.notApplicable) return "not_applicable";
  const actual = actualOf(figures[part], measures[part]);
  if (actual === null || node.value === null) return "unknown";
  return holds(node.op, actual, fraction(node.value)) ? "met" : "not_met";
}

function firstOf(children, order, figures, measures) {
  const verdicts = children.map((child) => judgeNode(child, figures, measures));
  return order.find((verdict) => verdicts.includes(verdict)) ?? "not_applicable";
}

function whenHolds(when, figures, measures) {
  const figure = figures[when.part ?? ""];
  const measure = measures[when.part ?? ""];
  if (!figure || !measure || figure.notApplicable || when.value === null) return null;
  let actual = null;
  if (when.of === "value") actual = actualOf(figure, measure);
  else {
    const raw = when.of === "denominator" ? figure.denominator : figure.value;
    if (raw !== null && raw !== undefined && !figure.alone) actual = [raw, 10n ** BigInt(measure.decimals)];
  }
  return actual === null ? null : holds(when.op, actual, fraction(when.value));
}

// A figure in its own unit (percent for a percentage) as [numerator, denominator]; null where unknown.
function actualOf(figure, measure) {
  if (!figure || !measure || figure.value === null || figure.value === undefined) return null;
  if (measure.kind !== "percent") return [figure.value, 10n ** BigInt(measure.decimals)];
  return figure.denominator ? [figure.value * 100n, figure.denominator] : null;
}

// A threshold from JSON by way of its text: 12.5 is 125/10 however it was written.
function fraction(value) {
  if (typeof value === "boolean") return [value ? 1n : 0n, 1n];
  const [whole, decimals = ""] = String(value).split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}
