// Where the cards of the rail stand: level with their words where there is room, else one below the other in the text's order. The
// focused card keeps its level, and the others make way above and below it.

export interface Card {
  id: string;
  wanted: number;
  height: number;
}

export const card_gap = 12;

export function layOut(cards: readonly Card[], focused: string | null): Map<string, number> {
  const order = [...cards].sort((a, b) => a.wanted - b.wanted);
  const fixed = Math.max(0, order.findIndex(({ id }) => id === focused));
  const tops = new Map<string, number>();
  let next = -Infinity;
  for (const card of order.slice(fixed)) {
    const top = Math.max(card.wanted, next);
    tops.set(card.id, top);
    next = top + card.height + card_gap;
  }
  let bottom = tops.get(order[fixed]?.id ?? "") ?? Infinity;
  for (const card of order.slice(0, fixed).reverse()) {
    const top = Math.min(card.wanted, bottom - card_gap - card.height);
    tops.set(card.id, top);
    bottom = top;
  }
  return pushedDown(order, tops);
}

// Nothing may stand above the rail's beginning.
function pushedDown(order: readonly Card[], tops: Map<string, number>): Map<string, number> {
  let next = 0;
  for (const { id, height } of order) {
    const top = Math.max(tops.get(id)!, next);
    tops.set(id, top);
    next = top + height + card_gap;
  }
  return tops;
}
