// What the plugin `ach` says of the matrix, read once into values that fit: its rows and columns are matched by id, since the text
// may have moved on since it was asked.

import { asLevel, asRating, type Level, type Rating } from "./rating";

export interface PanelStanding {
  scores: readonly number[];
  leaders: readonly number[];
  // [worst, best] of each hypothesis.
  bounds: readonly (readonly [number, number])[];
  coverage: readonly number[];
}

export interface PanelGroup extends PanelStanding {
  // Hypotheses that could still overtake the leader by its unrated cells.
  rivals: readonly number[];
  methods: readonly { method: string; leaders: readonly number[] }[];
  agree: boolean;
  // One a row.
  bits: readonly number[];
  range: readonly number[];
  marginal: readonly number[];
  zero: readonly number[];
  aggregate: readonly (readonly (Rating | null)[])[];
  spread: readonly (readonly number[])[];
  alpha: number | null;
  without: readonly number[];
  origins: readonly string[];
  weights: readonly { row: number; what: "credibility" | "relevance"; to: Level }[];
  steps: readonly { row: number; column: number; to: Rating }[];
  distance: { steps: number; column: number } | null;
  noise: readonly number[];
  oneAnalystDecides: boolean;
  originCollapsed: readonly number[] | null;
  byStance: { sincere: readonly number[]; deceptive: readonly number[] } | null;
}

export interface AchPanel {
  hypotheses: readonly string[];
  evidence: readonly string[];
  tooLarge: boolean;
  group: PanelGroup | null;
  analysts: ReadonlyMap<string, PanelStanding>;
}

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const num = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const numbers = (value: unknown, size: number): number[] => Array.from({ length: size }, (_, at) => num(list(value)[at]));
const indexes = (value: unknown, size: number): number[] => list(value).filter((at): at is number => Number.isInteger(at) && (at as number) >= 0 && (at as number) < size);
const names = (value: unknown): string[] => list(value).filter((name): name is string => typeof name === "string");

function standing(fields: Fields, columns: number): PanelStanding {
  return {
    scores: numbers(fields["scores"], columns),
    leaders: indexes(fields["leaders"], columns),
    bounds: Array.from({ length: columns }, (_, j) => {
      const range = numbers(list(fields["bounds"])[j], 2);
      return [range[0]!, range[1]!] as const;
    }),
    coverage: numbers(fields["coverage"], columns),
  };
}

function group(fields: Fields, rows: number, columns: number): PanelGroup {
  const flips = fieldsOf(fields["flips"]);
  const distance = fieldsOf(flips["distance"]);
  const by_stance = fields["byStance"] === undefined ? null : fieldsOf(fields["byStance"]);
  const grid = <T>(value: unknown, cell: (one: unknown) => T): T[][] => (
    Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => cell(list(list(value)[i])[j]))));
  return {
    ...standing(fields, columns),
    rivals: indexes(fields["rivals"], columns),
    methods: Object.entries(fieldsOf(fields["methods"])).map(([method, leaders]) => ({ method, leaders: indexes(leaders, columns) })),
    agree: fields["agree"] === true,
    bits: numbers(fields["bits"], rows), range: numbers(fields["range"], rows), marginal: numbers(fields["marginal"], rows),
    zero: indexes(fields["zero"], rows),
    aggregate: grid(fields["aggregate"], asRating),
    spread: grid(fields["spread"], num),
    alpha: typeof fields["alpha"] === "number" ? fields["alpha"] : null,
    without: indexes(flips["leaveOneOut"], rows),
    origins: names(flips["origins"]),
    weights: list(flips["weights"]).flatMap((flip) => {
      const [row, what, to] = list(flip);
      const level = asLevel(to);
      return indexes([row], rows).length === 1 && (what === "credibility" || what === "relevance") && level ? [{ row: row as number, what, to: level }] : [];
    }),
    steps: list(flips["steps"]).flatMap((flip) => {
      const [row, column, to] = list(flip);
      const rating = asRating(to);
      return indexes([row], rows).length === 1 && indexes([column], columns).length === 1 && rating ? [{ row: row as number, column: column as number, to: rating }] : [];
    }),
    distance: Number.isInteger(distance["steps"]) && indexes([distance["hypothesis"]], columns).length === 1
      ? { steps: num(distance["steps"]), column: num(distance["hypothesis"]) } : null,
    noise: numbers(fields["noise"], columns),
    oneAnalystDecides: fields["oneAnalystDecides"] === true,
    originCollapsed: fields["originCollapsed"] === undefined ? null : indexes(fields["originCollapsed"], columns),
    byStance: by_stance && { sincere: indexes(by_stance["sincere"], columns), deceptive: indexes(by_stance["deceptive"], columns) },
  };
}

export function readPanel(data: unknown): AchPanel | null {
  const fields = fieldsOf(data);
  if (!Array.isArray(fields["hypotheses"]) || !Array.isArray(fields["evidence"])) return null;
  const hypotheses = names(fields["hypotheses"]);
  const evidence = names(fields["evidence"]);
  const said = fields["group"];
  return {
    hypotheses, evidence,
    tooLarge: fields["tooLarge"] === true,
    group: typeof said === "object" && said !== null ? group(fieldsOf(said), evidence.length, hypotheses.length) : null,
    analysts: new Map(Object.entries(fieldsOf(fields["analysts"])).map(([user, own]) => [user, standing(fieldsOf(own), hypotheses.length)])),
  };
}
