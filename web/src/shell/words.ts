import { phrases } from "../words/phrases";
import { de } from "./words_de";
import { en } from "./words_en";

export const t = phrases(en, de);
