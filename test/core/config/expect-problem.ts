// Asserts that something fails the way users are promised: code, place, value and remedy.
import { expect } from "vitest";
import { ExtravirtError } from "../../../core/index.ts";
import { ConfigError } from "../../../core/config/config-error.ts";

export interface ExpectedProblem {
  readonly code: string;
  /** Parts that must occur. */
  readonly message?: string;
  readonly place?: string;
  readonly value?: string;
  readonly remedy: string;
}

export function expectProblem(error: unknown, expected: ExpectedProblem): void {
  expect(error).toBeInstanceOf(ExtravirtError);
  const problem = error as ExtravirtError;
  expect(problem.code).toBe(expected.code);
  expect(problem.message).toContain(expected.message ?? "");
  if (expected.place !== undefined) expect(problem.place).toContain(expected.place);
  if (expected.value !== undefined) expect(problem.value).toContain(expected.value);
  expect(problem.remedy).toContain(expected.remedy);
}

/** @returns what the promise or function fails with; fails when it doesn't. */
export async function failureOf(action: Promise<unknown> | (() => unknown)): Promise<unknown> {
  try {
    await (typeof action === "function" ? action() : action);
  } catch (error) {
    return error;
  }
  throw new Error("expected a failure, there was none");
}

/** All problems of a failed load. */
export async function problemsOf(action: Promise<unknown>): Promise<readonly ExtravirtError[]> {
  const error = await failureOf(action);
  if (error instanceof ConfigError) return error.problems;
  expect(error).toBeInstanceOf(ExtravirtError);
  return [error as ExtravirtError];
}
