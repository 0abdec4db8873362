import { number } from "../words/phrases";
import { colourOf, initials } from "../account/identity";
import { t } from "./words";

export interface FacePerson {
  id: string;
  name: string;
  color?: string;
  idle?: boolean;
}

export function Face(props: { person: FacePerson }) {
  const { id, name, color, idle } = props.person;
  return (
    <span class={idle ? "face idle" : "face"} style={{ background: color ?? colourOf(id) }} title={name} role="img" aria-label={name}>
      {initials(name)}
    </span>
  );
}

export function Faces(props: { people: readonly FacePerson[]; most: number; label: string }) {
  const shown = props.people.slice(0, props.most);
  const rest = props.people.slice(props.most);
  if (shown.length === 0) return null;
  return (
    <ul class="faces" aria-label={props.label}>
      {shown.map((person) => (
        <li key={person.id}>
          <Face person={person} />
        </li>
      ))}
      {rest.length > 0 && (
        <li>
          <span class="face more" role="img" aria-label={t("people.more", { n: rest.length })} title={rest.map((person) => person.name).join(", ")}>
            +{number(rest.length)}
          </span>
        </li>
      )}
    </ul>
  );
}
