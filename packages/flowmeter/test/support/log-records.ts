/** A line of the log as machines read it. */
export interface LoggedRecord {
  readonly level: string;
  readonly time: string;
  readonly target: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The records among lines of stderr, of the target where one is given; what Node itself writes there is none. */
export function recordsIn(lines: readonly string[], target?: string): LoggedRecord[] {
  const records = lines.filter((line) => line.startsWith('{"level":')).map((line) => JSON.parse(line) as LoggedRecord);
  return records.filter((record) => target === undefined || record.target === target);
}
