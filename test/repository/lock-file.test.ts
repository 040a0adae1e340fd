// `npm ci` has to work on every platform and fetch from whichever registry the
// reader's npm is set to: the lock file is complete and names no host.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const ROOT = resolve(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as Manifest;
const lock = JSON.parse(readFileSync(resolve(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const locked = Object.entries(lock.packages).filter(([path]) => path !== "");

describe("package-lock.json", () => {
  it("has the binaries of every platform, so that npm ci works on all of them", () => {
    const missing: string[] = [];
    for (const [path, { optionalDependencies }] of locked) {
      for (const name of Object.keys(optionalDependencies ?? {})) {
        const isLocked = locked.some(([other]) => other.endsWith(`node_modules/${name}`));
        if (!isLocked) missing.push(`${path} -> ${name}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it("names no registry host", () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it("has a checksum for every package", () => {
    expect(locked.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
  });
});

describe("package.json", () => {
  it("pins every dependency to one exact version", () => {
    const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(ranges).toEqual([]);
  });
});
