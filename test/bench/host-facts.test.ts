import { describe, expect, it } from "vitest";
import { hostText } from "../../bench/host-facts.ts";

const HOST = { processor: "CPU", cores: 2, node: "v26.0.0", qemu: null, loadBefore: 0.4 };

describe("the facts about the host", () => {
  it("name processor and versions", () => {
    expect(hostText(HOST)).toBe("CPU, cores: 2; Node v26.0.0\n");
    expect(hostText({ ...HOST, qemu: "QEMU emulator version 7.2" })).toBe(
      "CPU, cores: 2; Node v26.0.0; QEMU emulator version 7.2\n",
    );
  });

  it("warn where other work was running", () => {
    expect(hostText({ ...HOST, loadBefore: 3.25 })).toContain(
      "Load average before the first run: 3.3",
    );
  });
});
