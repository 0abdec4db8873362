// What the three menus of typing offer in a report.

import type * as Y from "yjs";
import { insertions } from "./insert";
import type { Pick, Picker } from "./pickers";
import { addEntity, addTag, cleanTag, entitiesOf, entity_types, tagsOf } from "./shared_maps";
import { t } from "./words";

const most_picks = 8;

const blocks: Picker = {
  name: "blocks",
  sign: "/",
  pattern: /^\/([\p{L} ]{0,20})$/u,
  label: () => t("insert.label"),
  none: () => null,
  picks(query) {
    const wanted = query.trim().toLocaleLowerCase();
    return insertions
      .filter(({ key, words }) => `${t(key)} ${words}`.toLocaleLowerCase().includes(wanted))
      .map((insertion) => ({ label: t(insertion.key), run: (editor) => insertion.run(editor) }));
  },
};

function entities(doc: Y.Doc): Picker {
  return {
    name: "entities",
    sign: "@",
    pattern: /(?:^|[\s(“"'])@((?:[\p{L}\p{N}][\p{L}\p{N}.'’-]*(?: (?=[\p{L}\p{N}]|$))?){0,5})$/u,
    label: () => t("entity.menu"),
    none: () => null,
    picks(query) {
      const wanted = query.trim().toLocaleLowerCase();
      const mention = (id: string, label: string): Pick["run"] => (editor) => {
        editor.chain().focus().insertContent([{ type: "entityMention", attrs: { id, label } }, { type: "text", text: " " }]).run();
      };
      const known: Pick[] = entitiesOf(doc)
        .filter(({ name, aliases }) => [name, ...aliases].some((word) => word.toLocaleLowerCase().includes(wanted)))
        .slice(0, most_picks)
        .map(({ id, name, type }) => ({ label: name, note: t(`entity.${type}`), run: mention(id, name) }));
      const name = query.trim();
      if (name.length < 2 || known.some((pick) => pick.label.toLocaleLowerCase() === wanted)) return known;
      const fresh = entity_types.map((type): Pick => ({
        label: t("entity.new", { name }),
        note: t(`entity.${type}`),
        run: (editor) => mention(addEntity(doc, name, type), name)(editor),
      }));
      return [...known, ...fresh];
    },
  };
}

function tags(doc: Y.Doc, by: string): Picker {
  return {
    name: "tags",
    sign: "#",
    pattern: /(?:^|\s)#(\p{L}[\p{L}\p{N}-]{0,40})$/u,
    label: () => t("tags.menu"),
    none: () => null,
    picks(query) {
      const tag = cleanTag(query);
      const folded = tag.toLocaleLowerCase();
      if (tagsOf(doc).some((known) => known.toLocaleLowerCase() === folded)) {
        return [{ label: t("tags.has", { tag }), run: () => undefined }];
      }
      return tag.length < 2 ? [] : [{ label: t("tags.new", { tag }), run: () => void addTag(doc, tag, by) }];
    },
  };
}

export function reportPickers(doc: Y.Doc, by: string): Picker[] {
  return [blocks, entities(doc), tags(doc, by)];
}
