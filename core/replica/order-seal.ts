// Orders that travel as messages, with their number and a seal over what they say.
import { sealOf, sealOfRecord } from "../integrity/seal.ts";
import type { ReplicaOrder } from "./replica-setup.ts";

export interface SealedOrder {
  readonly order: ReplicaOrder;
  readonly number: number;
  readonly seal: number;
}

export function sealOrder(order: ReplicaOrder, number: number): SealedOrder {
  return { order, number, seal: sealOfOrder(order, number) };
}

/** @param number of the order that is due */
export function isOrderIntact({ order, number, seal }: SealedOrder, due: number): boolean {
  return number === due && seal === sealOfOrder(order, due);
}

function sealOfOrder(order: ReplicaOrder, number: number): number {
  const kind = sealOf(Buffer.from(order.kind), number);
  if (order.kind === "epoch") return sealOfRecord(order.record, kind);
  return order.kind === "restore" ? sealOf(order.state, kind) : kind;
}
