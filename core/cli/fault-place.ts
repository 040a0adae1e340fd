// Where a fault happened or was to happen, for people.

/** "replica 1", "core 0", "the coordinator". */
export function faultPlaceText({
  replica,
  core,
}: {
  readonly replica?: number | undefined;
  readonly core?: number | undefined;
}): string {
  if (core !== undefined) return `core ${core}`;
  return replica === undefined ? "the coordinator" : `replica ${replica}`;
}
