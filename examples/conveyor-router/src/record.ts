/** The columns of a row, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** One row on its way from a source to a sink. */
export interface RoutedRecord {
  readonly sourceId: string;
  readonly pipelineId: string;
  /** The place of the row in its source, from 0. */
  readonly offset: number;
  /** When the router took it in, in milliseconds on the clock of `performance.now()`. */
  readonly acceptedAt: number;
  readonly fields: Fields;
}
