// Ratings and levels, as they lie in the document and as the keys name them.

export const steps = ["II", "I", "N", "C", "CC"] as const;
export type Step = (typeof steps)[number];
export type Rating = Step | "NA";
// Worst first, as on the keys 1 to 5 and 0.
export const ratings: readonly Rating[] = [...steps, "NA"];

export const levels = ["L", "M", "H"] as const;
export type Level = (typeof levels)[number];

export const asRating = (value: unknown): Rating | null => ratings.find((rating) => rating === value) ?? null;
export const asLevel = (value: unknown): Level | null => levels.find((level) => level === value) ?? null;

// -2 to 2.
export const stepOf = (rating: Rating | null): number | null => {
  const at = steps.indexOf(rating as Step);
  return at < 0 ? null : at - 2;
};

export const symbols: Readonly<Record<Rating, string>> = { II: "− −", I: "−", N: "0", C: "+", CC: "+ +", NA: "n/a" };

// The digit that rates: 1 to 5 from very inconsistent to very consistent, 0 for not applicable.
export function ratingOfKey(key: string): Rating | null {
  if (key === "0") return "NA";
  return /^[1-5]$/.test(key) ? steps[Number(key) - 1]! : null;
}
