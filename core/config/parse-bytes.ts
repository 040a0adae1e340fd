// Sizes as people write them: "256 MiB", "1.5GiB", or a number of bytes.

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** @returns whole bytes, or undefined when the text is no size. Units are binary and must be written out (KiB, MiB, GiB). */
export function parseBytes(size: string | number): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(String(size).trim());
  const unit = UNITS[(match?.[2] ?? "?").toLowerCase()];
  if (match === null || unit === undefined) return undefined;
  const bytes = Number(match[1]) * unit;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The size in the largest unit that divides it, at least with one decimal: "256 MiB". */
export function bytesText(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  let step = 0;
  let amount = bytes;
  while (amount >= 1024 && step < names.length - 1) {
    amount /= 1024;
    step++;
  }
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${names[step]!}`;
}
