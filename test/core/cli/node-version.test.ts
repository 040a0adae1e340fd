import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LEAST_NODE, nodeVersionProblem } from "../../../core/cli/node-version.ts";

describe("nodeVersionProblem", () => {
  it("names an old version and the one that is needed", () => {
    const text = nodeVersionProblem("20.20.2");
    expect(text).toContain("value:  20.20.2");
    expect(text).toContain("Use Node 26 or later");
    expect(text).toContain("XV_ERR_CLI_NODE_VERSION");
  });

  it("is content with what package.json asks for, and more", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as {
      engines: { node: string };
    };
    expect(engines.node).toBe(`>=${LEAST_NODE}`);
    expect(nodeVersionProblem(`${LEAST_NODE}.0.0`)).toBeUndefined();
    expect(nodeVersionProblem("100.1.0")).toBeUndefined();
  });
});
