// The rule of housing/rules/classes.py: at or below the line, from the cutoff on poor, else near-poor.

const numbers = new Intl.NumberFormat("vi");

/** The class with what it rests on; null while a side is missing. */
export function classify(standard, { b1, income, b2 }) {
  const byPoints = standard.line !== null;
  const measured = byPoints ? b1 : income;
  const line = byPoints ? standard.line : standard.income;
  if (measured === null || b2 === null) return null;
  const below = measured <= line;
  let kind = "neither";
  if (below) kind = b2 >= standard.cutoff ? "poor" : "near_poor";
  return { kind, below, byPoints, measured, line, b2, cutoff: standard.cutoff };
}

/** 'Nông thôn: B1 135 ≤ 140, B2 40 ≥ 30 → hộ nghèo' */
export function explain(found, { area, income, word }) {
  const name = found.byPoints ? "B1" : income;
  let words = `${area}: ${name} ${numbers.format(found.measured)} ${found.below ? "≤" : ">"} ${numbers.format(found.line)}`;
  if (found.below) words += `, B2 ${found.b2} ${found.b2 >= found.cutoff ? "≥" : "<"} ${found.cutoff}`;
  return `${words} → ${word}`;
}
