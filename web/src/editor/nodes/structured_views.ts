// How the structured nodes are drawn and changed: scenario, list of assumptions, confidence chip.

import type { Node } from "@tiptap/pm/model";
import type { EditorView, NodeView } from "@tiptap/pm/view";
import {
  assumption_kinds, caseLabel, caseOf, confidence_levels, confidenceLabel, confidenceOf, kindLabel, kindOf, scenario_cases,
} from "../schema/attributes";
import { openMenu } from "../floating";
import { t } from "../words";
import { LabelBlock } from "./label_block";

type Position = () => number | undefined;

function setAttributes(view: EditorView, position: Position, change: Record<string, unknown>): void {
  const at = position();
  if (at === undefined || !view.editable) return;
  const transaction = view.state.tr;
  for (const [name, value] of Object.entries(change)) transaction.setNodeAttribute(at, name, value);
  view.dispatch(transaction);
}

export class AssumptionListView extends LabelBlock {
  private readonly label_ = document.createElement("button");

  constructor(node: Node, view: EditorView, position: Position) {
    super("assumptionList", "assumption-list");
    this.label_.type = "button";
    this.label_.className = "block-label";
    this.label_.addEventListener("click", () => {
      if (!view.editable) return;
      openMenu(this.label_, t("kind.label"), assumption_kinds.map((kind) => ({
        label: t(`kind.${kind}`), run: () => setAttributes(view, position, { kind, label: null }),
      })));
    });
    this.head.append(this.label_);
    this.show(node);
  }

  protected draw(node: Node): void {
    this.dom.dataset["kind"] = kindOf(node);
    this.label_.textContent = kindLabel(node);
  }
}

export class ScenarioView extends LabelBlock {
  private readonly label_ = document.createElement("button");
  private readonly likelihood_ = document.createElement("input");

  constructor(node: Node, view: EditorView, position: Position) {
    super("scenario", "scenario");
    this.label_.type = "button";
    this.label_.className = "block-label";
    this.label_.addEventListener("click", () => {
      if (!view.editable) return;
      openMenu(this.label_, t("case.label"), scenario_cases.map((which) => ({
        label: t(`case.${which}`), run: () => setAttributes(view, position, { case: which, label: null }),
      })));
    });
    this.likelihood_.className = "likelihood";
    this.likelihood_.addEventListener("focus", () => (this.likelihood_.readOnly = !view.editable));
    this.likelihood_.addEventListener("change", () => {
      setAttributes(view, position, { likelihood: this.likelihood_.value.trim() || null });
    });
    this.likelihood_.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === "Escape") view.focus();
    });
    this.head.append(this.label_, this.likelihood_);
    this.show(node);
  }

  protected draw(node: Node): void {
    this.dom.dataset["case"] = caseOf(node);
    this.label_.textContent = caseLabel(node);
    this.likelihood_.setAttribute("aria-label", t("case.likelihood"));
    this.likelihood_.placeholder = t("case.likelihood.empty");
    const likelihood: unknown = node.attrs["likelihood"];
    const value = typeof likelihood === "string" ? likelihood : "";
    if (document.activeElement !== this.likelihood_) this.likelihood_.value = value;
    this.likelihood_.size = Math.max(value ? 4 : this.likelihood_.placeholder.length, this.likelihood_.value.length);
    this.likelihood_.classList.toggle("blank", value === "");
  }
}

export class ConfidenceView implements NodeView {
  readonly dom = document.createElement("span");

  constructor(private node_: Node, view: EditorView, position: Position) {
    this.dom.dataset["node"] = "confidence";
    const change = (): void => {
      if (!view.editable) return;
      openMenu(this.dom, confidenceLabel(this.node_), confidence_levels.map((level) => ({
        label: t(`confidence.${level}`),
        run: () => {
          setAttributes(view, position, { level, label: null });
          view.focus();
        },
      })));
    };
    this.dom.addEventListener("click", change);
    this.dom.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      change();
    });
    this.draw_(view.editable);
  }

  update(node: Node): boolean {
    if (node.type !== this.node_.type) return false;
    this.node_ = node;
    this.draw_(this.dom.getAttribute("role") === "button");
    return true;
  }

  private draw_(editable: boolean): void {
    const label = confidenceLabel(this.node_);
    this.dom.className = `confidence confidence-${confidenceOf(this.node_)}`;
    this.dom.textContent = label;
    if (!editable) return;
    this.dom.setAttribute("role", "button");
    this.dom.tabIndex = 0;
    this.dom.setAttribute("aria-label", t("confidence.label", { level: label }));
  }

  stopEvent(event: Event): boolean {
    return event.type === "keydown";
  }

  ignoreMutation(): boolean {
    return true;
  }
}
