// Bits of plain data where it stands, for faults. A number that fits is an integer of 32 bits, as the host keeps it; any
// other is a double. A text has 8 bits per character, a truth value one. References are not data: they are not struck.
import type { StateCell } from "../api/coordinator-state.ts";

type Replace = (value: unknown) => void;

/** @param replace puts another value in its place; where that cannot be, the value itself is no cell */
export function cellsOf(name: string, value: unknown, replace: Replace = () => {}): StateCell[] {
  if (typeof value === "number") return [numberCell(name, value, replace)];
  if (typeof value === "boolean") return [booleanCell(name, value, replace)];
  if (typeof value === "string") return value === "" ? [] : [textCell(name, value, replace)];
  if (ArrayBuffer.isView(value)) return value.byteLength === 0 ? [] : [bytesCell(name, value)];
  if (value instanceof Map) return mapCells(name, value);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      cellsOf(`${name}[${index}]`, item, (next) => {
        value[index] = next;
      }),
    );
  }
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Record<string, unknown>;
  return Object.keys(fields).flatMap((key) =>
    cellsOf(`${name}.${key}`, fields[key], (next) => {
      if (!Object.isFrozen(fields)) fields[key] = next;
      // Memory does not know that an object is frozen.
      else replace({ ...fields, [key]: next });
    }),
  );
}

function mapCells(name: string, map: Map<unknown, unknown>): StateCell[] {
  return [...map].flatMap(([key, value]) => [
    ...cellsOf(`${name} key ${String(key)}`, key, (next) => {
      map.delete(key);
      map.set(next, value);
    }),
    ...cellsOf(`${name}[${String(key)}]`, value, (next) => map.set(key, next)),
  ]);
}

/** A word of a table that exists anyhow: cells are made for those in use only. */
export function wordCell(
  name: string,
  words: Uint8Array | Int32Array | Uint32Array,
  index: number,
): StateCell {
  const bits = words.BYTES_PER_ELEMENT * 8;
  return {
    name,
    bits,
    flip: (bit, width) => {
      const before = words[index] ?? 0;
      words[index] = Number(BigInt.asUintN(bits, BigInt(before)) ^ maskOf(bit, width, bits));
      return change(before, words[index]);
    },
  };
}

function numberCell(name: string, value: number, replace: Replace): StateCell {
  const isInteger = Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0);
  const view = new DataView(new ArrayBuffer(8));
  return {
    name,
    bits: isInteger ? 32 : 64,
    flip: (bit, width) => {
      if (isInteger) {
        view.setInt32(0, value);
        view.setUint32(0, view.getUint32(0) ^ Number(maskOf(bit, width, 32)));
      } else {
        view.setFloat64(0, value);
        view.setBigUint64(0, view.getBigUint64(0) ^ maskOf(bit, width, 64));
      }
      const after = isInteger ? view.getInt32(0) : view.getFloat64(0);
      replace(after);
      return change(value, after);
    },
  };
}

function booleanCell(name: string, value: boolean, replace: Replace): StateCell {
  return {
    name,
    bits: 1,
    flip: () => {
      replace(!value);
      return change(value, !value);
    },
  };
}

function textCell(name: string, text: string, replace: Replace): StateCell {
  const bytes = Buffer.from(text, "latin1");
  const cell = bytesCell(name, bytes);
  return {
    ...cell,
    flip: (bit, width) => {
      cell.flip(bit, width);
      const after = bytes.toString("latin1");
      replace(after);
      return change(JSON.stringify(text), JSON.stringify(after));
    },
  };
}

function bytesCell(name: string, { buffer, byteOffset, byteLength }: ArrayBufferView): StateCell {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const bits = byteLength * 8;
  return {
    name,
    bits,
    flip: (bit, width) => {
      const first = Math.floor((bit % bits) / 8);
      const before = bytes[first] ?? 0;
      for (let index = bit; index < bit + width; index++) {
        const at = index % bits;
        bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) ^ (1 << (at & 7));
      }
      return `byte ${first}: ${change(before, bytes[first] ?? 0)}`;
    },
  };
}

function maskOf(bit: number, width: number, bits: number): bigint {
  let mask = 0n;
  for (let index = bit; index < bit + width; index++) mask ^= 1n << BigInt(index % bits);
  return mask;
}

const change = (before: unknown, after: unknown): string => `${String(before)} -> ${String(after)}`;
