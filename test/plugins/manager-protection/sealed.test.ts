import { describe, expect, it } from "vitest";
import { defaultOptionsOf } from "../../../core/config/default-options.ts";
import { none } from "../../../plugins/manager-protection/none.ts";
import { sealed } from "../../../plugins/manager-protection/sealed.ts";

const defences = Object.entries(none.create({})).flatMap(([name, value]) =>
  value === false ? [name] : [],
);

describe("sealed", () => {
  it("has every defence on by default, with and without its defaults written out", () => {
    for (const options of [{}, defaultOptionsOf(sealed)]) {
      const protection = sealed.create(options);
      expect(Object.entries(protection).filter(([, value]) => value === false)).toEqual([]);
      expect(Object.keys(protection)).toEqual(expect.arrayContaining(defences));
    }
  });

  it.each(defences)("can do without %s", (defence) => {
    expect(sealed.create({ [defence]: false })).toEqual({ ...sealed.create({}), [defence]: false });
  });
});
