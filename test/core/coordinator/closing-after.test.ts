import { describe, expect, it } from "vitest";
import { closingAfter, type OnClose } from "../../../core/coordinator/closing-after.ts";

describe("closingAfter", () => {
  const opened = (closed: string[], onClose: OnClose): void => {
    onClose(() => closed.push("first"));
    onClose(async () => {
      await Promise.resolve();
      closed.push("second");
      throw new Error("the second can't be closed");
    });
    onClose(() => {
      closed.push("third");
      throw new Error("the third can't be closed");
    });
  };

  it("hands on the result after everything is closed, the last one first", async () => {
    const closed: string[] = [];
    const result = closingAfter((onClose) => {
      onClose(() => closed.push("first"));
      onClose(async () => {
        await Promise.resolve();
        closed.push("second");
      });
      return Promise.resolve(5);
    });
    expect(await result).toBe(5);
    expect(closed).toEqual(["second", "first"]);
  });

  it("closes all, although some can't be closed, and says what went wrong first", async () => {
    const closed: string[] = [];
    const result = closingAfter((onClose) => {
      opened(closed, onClose);
      return Promise.resolve(5);
    });
    await expect(result).rejects.toThrow("the third can't be closed");
    expect(closed).toEqual(["third", "second", "first"]);
  });

  it("closes all after an error, and throws that one", async () => {
    const closed: string[] = [];
    const result = closingAfter((onClose) => {
      opened(closed, onClose);
      throw new Error("no way");
    });
    await expect(result).rejects.toThrow("no way");
    expect(closed).toEqual(["third", "second", "first"]);
  });
});
