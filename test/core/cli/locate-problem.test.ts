import { describe, expect, it } from "vitest";
import { locateProblem } from "../../../core/cli/locate-problem.ts";
import { loadConfigObject } from "../../../core/config/load-config.ts";
import { ExtravirtError } from "../../../core/index.ts";
import { expectProblem } from "../config/expect-problem.ts";
import { openFakeHost } from "../config/fake-providers.ts";

const loaded = await loadConfigObject(
  {
    machine: {
      boot: { use: "elf", file: "guest.elf" },
      devices: [{ use: "virtio-block", backend: { use: "disk-file", path: "d.img" } }],
    },
  },
  { cwd: "/here", openHost: openFakeHost },
);

function located(value: string | undefined, place?: string): unknown {
  const details = {
    remedy: "Mend it.",
    ...(value === undefined ? {} : { value }),
    ...(place === undefined ? {} : { place }),
  };
  return locateProblem(new ExtravirtError("XV_ERR_DISK_UNREADABLE", "no", details), loaded);
}

describe("locateProblem", () => {
  it("finds the option that holds the value a provider complains about", () => {
    const expected = { code: "XV_ERR_DISK_UNREADABLE", message: "no", remedy: "Mend it." };
    expectProblem(located("/here/d.img", "path"), {
      ...expected,
      place: "config: machine.devices[0].backend.path",
      value: "/here/d.img",
    });
    expectProblem(located("/here/guest.elf"), { ...expected, place: "config: machine.boot.file" });
  });

  it("names all options of that name when several hold the value", async () => {
    const disk = { use: "virtio-block", backend: { use: "disk-file", path: "d.img" } };
    const two = await loadConfigObject(
      { machine: { boot: { use: "elf", file: "d.img" }, devices: [disk, disk] } },
      { cwd: "/here", openHost: openFakeHost },
    );
    const details = { place: "path", value: "/here/d.img", remedy: "Mend it." };
    const error = new ExtravirtError("XV_ERR_DISK_IN_USE", "no", details);
    expect(locateProblem(error, two)).toMatchObject({
      place: "config: machine.devices[0].backend.path, config: machine.devices[1].backend.path",
    });
  });

  it("names the config at least, when no option or several hold the value", () => {
    expect(located("/elsewhere", "path")).toMatchObject({ place: "config: path" });
    expect(located("100", "x")).toMatchObject({ value: "100" });
    expect(located(undefined)).toMatchObject({ place: "config", value: undefined });
  });

  it("leaves defects as they are", () => {
    const error = new TypeError("oops");
    expect(locateProblem(error, loaded)).toBe(error);
  });
});
