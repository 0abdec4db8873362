// The report as far as this page knows its parts, drawn without binding it: nothing is written, nothing is dropped.

import { Fragment, DOMSerializer, type Node, type Schema } from "@tiptap/pm/model";
import { useEffect, useRef } from "preact/hooks";
import * as Y from "yjs";
import { reportSchema } from "./schema/report_schema";
import { t } from "./words";

export function ReadableCopy(props: { doc: Y.Doc }) {
  const mount = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const schema = reportSchema();
    const fragment = props.doc.getXmlFragment("default");
    const draw = (): void => mount.current?.replaceChildren(
      DOMSerializer.fromSchema(schema).serializeFragment(Fragment.from(readableBlocks(fragment, schema))));
    draw();
    fragment.observeDeep(draw);
    return () => fragment.unobserveDeep(draw);
  }, [props.doc]);
  return <div class="paper-text" ref={mount} />;
}

export function readableBlocks(parent: Y.XmlFragment, schema: Schema): Node[] {
  return parent.toArray().flatMap((child) => {
    if (child instanceof Y.XmlText) return words(child, schema);
    return child instanceof Y.XmlElement ? [readable(child, schema)] : [];
  });
}

function readable(element: Y.XmlElement, schema: Schema): Node {
  const type = schema.nodes[element.nodeName];
  if (!type || type.isText) return schema.nodes["paragraph"]!.create(null, schema.text(`[${t("newer.part")}]`));
  const children = readableBlocks(element, schema).filter((child) => type.contentMatch.matchType(child.type) !== null);
  const declared = Object.entries(element.getAttributes()).filter(([name]) => name in (type.spec.attrs ?? {}));
  return type.create(Object.fromEntries(declared), children);
}

function words(text: Y.XmlText, schema: Schema): Node[] {
  const parts = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return parts.flatMap(({ insert, attributes }) => {
    if (typeof insert !== "string" || insert === "") return [];
    const marks = Object.entries(attributes ?? {}).flatMap(([name, value]) => {
      const type = schema.marks[name];
      return type ? [type.create(typeof value === "object" ? (value as Record<string, unknown>) : null)] : [];
    });
    return [schema.text(insert, marks)];
  });
}
