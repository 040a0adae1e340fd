import { expect, it } from "vitest";
import { checksumOf } from "../../../core/boundary/checksum.ts";

it("a checksum depends on bytes and on whose they are, not on how they are cut", () => {
  const [one, other] = [Buffer.from("ab"), Buffer.from("cd")];
  const whole = Buffer.concat([one, other]);
  expect(checksumOf("d", other, checksumOf("d", one))).toBe(checksumOf("d", whole));
  expect(checksumOf("e", whole)).not.toBe(checksumOf("d", whole));
  expect(checksumOf("d", one)).not.toBe(checksumOf("d", other));
});
