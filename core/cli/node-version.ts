// Says so when Node is too old, before anything is loaded that an old Node can't load.

/** The least major version, as under `engines` in package.json. */
export const LEAST_NODE = 26;

/** @returns what to print, or undefined when the version (as in `process.versions.node`) will do. */
export function nodeVersionProblem(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= LEAST_NODE) return undefined;
  return [
    "extravirt: This Node is too old.",
    "  where:  node",
    `  value:  ${version}`,
    `  remedy: Use Node ${LEAST_NODE} or later; \`npm install node@${LEAST_NODE}\` beside extravirt brings it.`,
    "  code:   XV_ERR_CLI_NODE_VERSION (docs/errors.md)",
    "",
  ].join("\n");
}
