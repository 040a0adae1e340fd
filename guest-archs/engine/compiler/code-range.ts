// Which bytes of which pages a region was compiled from: a change of one of them ends it.

export interface CodeRange {
  readonly page: number;
  readonly from: number;
  readonly end: number;
}

export function overlaps(range: CodeRange, from: number, end: number): boolean {
  return range.from < end && from < range.end;
}
