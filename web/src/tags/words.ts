import { phrases } from "../words/phrases";

const en = {
  "suggested.label": "Suggested tags",
  "suggested": "Suggested",
  "suggested.add": "Add tag “{tag}”",
  "suggested.refuse": "Do not suggest “{tag}”",
  "suggested.refused": "“{tag}” is not suggested here any more",
  "suggested.failed": "“{tag}” could not be refused: {why}",
};

const de: { [K in keyof typeof en]: string } = {
  "suggested.label": "Vorgeschlagene Schlagwörter",
  "suggested": "Vorschläge",
  "suggested.add": "Schlagwort „{tag}“ hinzufügen",
  "suggested.refuse": "„{tag}“ nicht vorschlagen",
  "suggested.refused": "„{tag}“ wird hier nicht mehr vorgeschlagen",
  "suggested.failed": "„{tag}“ ließ sich nicht ablehnen: {why}",
};

export const t = phrases(en, de);
