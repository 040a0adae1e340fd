import { expect, it } from "vitest";
import { inTurns } from "../../bench/in-turns.ts";

it("variants run in turns, one at a time, and keep their samples apart", async () => {
  const order: string[] = [];
  const notes: string[] = [];
  let running = 0;
  const variant = (name: string, value: number) => async (): Promise<number> => {
    expect(++running).toBe(1);
    order.push(name);
    await Promise.resolve();
    running--;
    return value + order.length;
  };
  const samples = await inTurns(2, { a: variant("a", 0), b: variant("b", 100) }, (text) =>
    notes.push(text),
  );
  expect(order).toEqual(["a", "b", "a", "b"]);
  expect(samples).toEqual({ a: [1, 3], b: [102, 104] });
  expect(notes).toEqual(["a, run 1 of 2", "b, run 1 of 2", "a, run 2 of 2", "b, run 2 of 2"]);
});
