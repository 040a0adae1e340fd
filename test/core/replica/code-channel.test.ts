import { afterEach, describe, expect, it } from "vitest";
import { createClaims } from "../../../core/replica/code-claims.ts";
import { CodeChannel, type CodeChannelSetup } from "../../../core/replica/code-channel.ts";

/** The smallest module there is. */
const MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe("CodeChannel", () => {
  const open: CodeChannel[] = [];
  let number = 0;

  function join(setup: CodeChannelSetup, replica: number): CodeChannel {
    const channel = new CodeChannel(setup, replica);
    open.push(channel);
    return channel;
  }

  const setup = (earlier: readonly object[] = []): CodeChannelSetup => ({
    channel: `code-channel-test-${number++}`,
    claims: createClaims(),
    earlier,
  });

  afterEach(() => {
    for (const channel of open.splice(0)) channel.close();
  });

  it("brings modules and plain data to all others, in order, and nothing back", () => {
    const common = setup();
    const [first, second, third] = [join(common, 0), join(common, 1), join(common, 2)];
    first.publish({ module: new WebAssembly.Module(MODULE), regions: [new Map([[0, 7]])] });
    first.publish({ regions: [] });
    for (const other of [second, third]) {
      const [batch, next] = other.take() as { module: unknown; regions: unknown[] }[];
      expect(batch?.module).toBeInstanceOf(WebAssembly.Module);
      expect(batch?.regions).toEqual([new Map([[0, 7]])]);
      expect(next?.regions).toEqual([]);
    }
    expect(first.take()).toEqual([]);
  });

  it("has news until they are taken", () => {
    const common = setup();
    const [first, second] = [join(common, 0), join(common, 1)];
    second.take();
    expect(second.hasNews).toBe(false);
    first.publish({});
    expect(second.hasNews).toBe(true);
    second.take();
    expect(second.hasNews).toBe(false);
  });

  it("starts with what was published before", () => {
    const late = join(setup([{ batch: 1 }]), 5);
    expect(late.hasNews).toBe(true);
    expect(late.take()).toEqual([{ batch: 1 }]);
    expect(late.take()).toEqual([]);
  });

  it("lets one replica claim a key at a time", () => {
    const common = setup();
    const [first, second] = [join(common, 0), join(common, 1)];
    expect(first.claim(3, false)).toBe(true);
    expect(second.claim(3, false)).toBe(false);
    first.release(3);
    expect(second.claim(3, false)).toBe(true);
  });
});
