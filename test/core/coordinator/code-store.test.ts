import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CodeStore } from "../../../core/coordinator/code-store.ts";
import { CodeChannel } from "../../../core/replica/code-channel.ts";

describe("CodeStore", () => {
  let store: CodeStore;
  const open: CodeChannel[] = [];

  const join = (invitation: ReturnType<CodeStore["invite"]>, replica: number): CodeChannel => {
    const channel = new CodeChannel(invitation.setup, replica);
    open.push(channel);
    return channel;
  };
  /** The coordinator's thread has heard of so many batches. */
  const arrival = (batches: number): Promise<void> =>
    vi.waitFor(() => expect(store.invite().setup.earlier).toHaveLength(batches));

  beforeEach(() => {
    store = new CodeStore();
  });

  afterEach(() => {
    for (const channel of open.splice(0)) channel.close();
    store.close();
  });

  it("hands a newcomer what was published before it came", async () => {
    const first = join(store.invite(), 0);
    first.publish({ batch: 1 });
    first.publish({ batch: 2 });
    await arrival(2);
    expect(join(store.invite(), 1).take()).toEqual([{ batch: 1 }, { batch: 2 }]);
  });

  it("repeats what a newcomer missed while it started", async () => {
    const first = join(store.invite(), 0);
    first.publish({ batch: 1 });
    await arrival(1);
    const invitation = store.invite();
    first.publish({ batch: 2 });
    await arrival(2);
    const newcomer = join(invitation, 1);
    invitation.joined();
    expect(newcomer.hasNews).toBe(true);
    expect(newcomer.take()).toEqual([{ batch: 1 }, { batch: 2 }]);
  });

  it("repeats nothing for a newcomer that missed nothing", () => {
    const first = join(store.invite(), 0);
    first.take();
    store.invite().joined();
    expect(first.hasNews).toBe(false);
  });
});
