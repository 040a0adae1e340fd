import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredResult } from "../../../core/index.ts";
import { exportResults } from "../../../core/campaign/export-results.ts";
import { RESULT_COLUMNS } from "../../../core/campaign/result-columns.ts";

const PLAIN: StoredResult = {
  variant: "base",
  index: 0,
  experiment: {
    index: 0,
    stratum: "even",
    weight: 1.5,
    fault: { use: "register-bit-flip", at: 12, register: "x5", bit: 3, replica: 0 },
  },
  outcome: "masked",
  ended: "not-reached",
};
const RICH: StoredResult = {
  ...PLAIN,
  index: 1,
  outcome: "silent-corruption",
  detector: "ballots",
  injected: 'bit 3, the "third"',
  injectedAt: 12,
  struck: { hart: 0, pc: 0xffff_ffff_8000_0010n, symbol: "main+0x10", text: "addi x5, x5, 1" },
  detail: "two\nlines",
  latencySteps: 9_007_199_254_740_991,
  latencyEpochs: 1,
  lostSteps: 0,
  firstWrong: { register: "hart0.x5", page: 7, output: "uart0, byte 17" },
  ended: "wrong-output",
  measured: { wallMs: 3 },
};

async function* both(): AsyncGenerator<StoredResult> {
  yield PLAIN;
  yield RICH;
}

describe("exported results", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "extravirt-export-"));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it("are lines of CSV", async () => {
    const path = join(home, "results.csv");
    expect(await exportResults(both(), "csv", path)).toBe(2);
    const fault = '"{""bit"":3,""register"":""x5"",""replica"":0}"';
    expect(readFileSync(path, "utf8").split("\r\n")).toEqual([
      RESULT_COLUMNS.map(({ name }) => name).join(","),
      `base,0,even,1.5,register-bit-flip,12,${fault},masked,,not-reached,,,,,,,,,,,,,`,
      `base,1,even,1.5,register-bit-flip,12,${fault},silent-corruption,ballots,wrong-output,"bit 3, the ""third""",12,0,` +
        '0xffffffff80000010,main+0x10,"addi x5, x5, 1",9007199254740991,1,0,hart0.x5,7,"uart0, byte 17","two\nlines"',
      "",
    ]);
  });

  it("are an array in JSON, empty where there are none", async () => {
    const path = join(home, "results.json");
    await exportResults(both(), "json", path);
    const rows = JSON.parse(readFileSync(path, "utf8")) as object[];
    expect(rows[0]).toEqual({
      variant: "base",
      index: 0,
      stratum: "even",
      weight: 1.5,
      model: "register-bit-flip",
      at: 12,
      fault: '{"bit":3,"register":"x5","replica":0}',
      outcome: "masked",
      ended: "not-reached",
    });
    expect(rows[1]).toMatchObject({
      pc: "0xffffffff80000010",
      latencySteps: 9_007_199_254_740_991,
    });
    await exportResults((async function* () {})(), "json", path);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual([]);
  });

  it("come back from Parquet as they were", async () => {
    const path = join(home, "results.parquet");
    await exportResults(both(), "parquet", path);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    const expected = [PLAIN, RICH].map((result) =>
      Object.fromEntries(
        RESULT_COLUMNS.map(({ name, kind, of }) => {
          const value = of(result);
          if (value === undefined) return [name, null];
          return [name, kind === "integer" ? BigInt(value) : value];
        }),
      ),
    );
    expect(rows).toEqual(expected);
  });

  it("say so where the file can't be written", async () => {
    for (const format of ["csv", "json", "parquet"] as const) {
      await expect(exportResults(both(), format, "/dev/null/x")).rejects.toMatchObject({
        code: "XV_ERR_CLI_OUTPUT_FILE",
        message: expect.stringContaining("ENOTDIR"),
      });
    }
  });

  it("leave the file that was there alone when something fails", async () => {
    const path = join(home, "kept.csv");
    writeFileSync(path, "kept");
    const failing = async function* (): AsyncGenerator<StoredResult> {
      yield PLAIN;
      throw new Error("the database is gone");
    };
    for (const format of ["csv", "json", "parquet"] as const) {
      await expect(exportResults(failing(), format, path)).rejects.toThrow("the database is gone");
    }
    expect(readFileSync(path, "utf8")).toBe("kept");
    expect(readdirSync(home).filter((name) => name.startsWith("kept"))).toEqual(["kept.csv"]);
  });
});
