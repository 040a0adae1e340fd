// Test projects: unit (mirrors the sources), conformance (kits every provider
// must pass), e2e (whole runs, one file at a time) and types (compile-time
// contracts, checked by the type checker and never executed).
import { defineConfig, type ViteUserConfig } from "vitest/config";

const REQUIRED_NODE_MAJOR = 26;
const MAX_WORKERS = 2;
const E2E_TIMEOUT_MS = 300_000;
/** Most take milliseconds; those that start threads or a database take seconds on a busy host. */
const UNIT_TIMEOUT_MS = 30_000;

const nodeMajor = Number.parseInt(process.versions.node, 10);
if (nodeMajor < REQUIRED_NODE_MAJOR) {
  throw new Error(
    `The tests need Node ${REQUIRED_NODE_MAJOR}, this is Node ${process.versions.node}. ` +
      "Start them with `npm test` or `npx vitest`, which find the Node in node_modules/.bin first.",
  );
}

const config: ViteUserConfig = defineConfig({
  test: {
    maxWorkers: MAX_WORKERS,
    // A stray `.only` must not turn a green run into a run of one test.
    allowOnly: false,
    testTimeout: UNIT_TIMEOUT_MS,
    hookTimeout: UNIT_TIMEOUT_MS,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/conformance/**", "test/e2e/**", "test/types/**"],
        },
      },
      {
        extends: true,
        test: { name: "conformance", include: ["test/conformance/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          // Whole runs are long: in Node as they are shipped, not as rewritten for module mocks, which none of them has.
          experimental: { viteModuleRunner: false },
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: E2E_TIMEOUT_MS,
          hookTimeout: E2E_TIMEOUT_MS,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "./tsconfig.json",
            // Everything else is the business of `npm run typecheck`.
            ignoreSourceErrors: true,
          },
        },
      },
    ],
  },
});

export default config;
