import { describe, expect, it } from "vitest";
import { createLogger, plainLine } from "../../core/logger.ts";

function capture(options: { isJson?: boolean } = {}): {
  lines: string[];
  logger: ReturnType<typeof createLogger>;
} {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  return { lines, logger: createLogger("info", { ...options, write }) };
}

describe("the root logger", () => {
  it("writes one plain line per message", () => {
    const { lines, logger } = capture();
    logger.warn({ step: 17, what: "x5" }, "fault injected");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} warn {2}fault injected \(step=17, what=x5\)\n$/,
    );
  });

  it("names plugin and replica of children", () => {
    const { lines, logger } = capture();
    logger.child({ plugin: "debian", replica: 1 }).info({}, "hello");
    expect(lines[0]).toMatch(/ info {2}\[debian, replica 1\] hello\n$/);
  });

  it("writes JSON lines on request", () => {
    const { lines, logger } = capture({ isJson: true });
    logger.child({ replica: 0 }).error({ step: 3 }, "bad");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "error",
      replica: 0,
      step: 3,
      msg: "bad",
    });
  });

  it("leaves out what is below its level", () => {
    const { lines, logger } = capture();
    logger.debug({}, "detail");
    expect(lines).toEqual([]);
    createLogger("silent", { write: (line) => void lines.push(line) }).error({}, "no");
    expect(lines).toEqual([]);
  });

  it("shows an error's message, not its stack", () => {
    const { lines, logger } = capture();
    logger.error({ err: new Error("broken pipe") }, "backend failed");
    expect(lines[0]).toContain("backend failed (error=broken pipe)\n");
  });
});

describe("plainLine", () => {
  it("formats pino's JSON", () => {
    const json = '{"level":"info","time":"2026-01-01T12:34:56.789Z","msg":"m","a":{"b":1}}';
    expect(plainLine(json)).toBe('12:34:56.789 info  m (a={"b":1})\n');
  });
});
