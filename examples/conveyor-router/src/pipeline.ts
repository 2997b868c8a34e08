import { pump } from './source-pump.ts';
import type { RoutedRecord, Fields } from './record.ts';
import type { Source } from './sources.ts';
import { Stage, type StageDefinition } from './stage.ts';

/** The way from one source through stages to sinks. */
export interface PipelineDefinition {
  readonly pipelineId: string;
  readonly source: Source;
  /** At least one; records pass through them in order. */
  readonly stages: readonly [StageDefinition, ...StageDefinition[]];
  /** The sink that a record is for once it has passed the last stage. */
  sinkFor(fields: Fields): string;
}

/** What a pipeline asks of the router, and tells it. */
export interface PipelineOutlets {
  readonly from: number;
  isStopped(): boolean;
  accepted(count: number): void;
  filteredOut(records: readonly RoutedRecord[]): void;
  /** Resolves when the sink's stage has room for all of them. */
  deliver(sinkId: string, records: readonly RoutedRecord[]): Promise<void>;
}

/** A chain of stages, each of which puts into the buffer of the next. */
export class Pipeline {
  readonly definition: PipelineDefinition;
  readonly stages: readonly [Stage, ...Stage[]];

  constructor(definition: PipelineDefinition) {
    const [first, ...others] = definition.stages;
    const toStage = (stage: StageDefinition): Stage => new Stage(definition.pipelineId, stage);
    this.definition = definition;
    this.stages = [toStage(first), ...others.map(toStage)];
  }

  /** Takes the source's rows in; resolves when it has ended or is stopped. */
  async takeIn({ from, isStopped, accepted }: PipelineOutlets): Promise<void> {
    const { source, pipelineId } = this.definition;
    await pump({ source, pipelineId, into: this.stages[0], from, isStopped, accepted });
  }

  /** Works until the pipeline is closed and every record in it has found its place in a delivery. */
  async run({ filteredOut, deliver }: PipelineOutlets): Promise<void> {
    const toSinks = async (records: RoutedRecord[]): Promise<void> => {
      const bySink = Map.groupBy(records, ({ fields }) => this.definition.sinkFor(fields));
      for (const [sinkId, some] of bySink) await deliver(sinkId, some);
    };
    await Promise.all(
      this.stages.map(async (stage, index) => {
        const next = this.stages[index + 1];
        const passOn = next ? (records: RoutedRecord[]) => next.buffer.put(records) : toSinks;
        await stage.run({ passOn, filteredOut });
        next?.buffer.close();
      }),
    );
  }

  /** Takes nothing more in. */
  close(): void {
    this.stages[0].buffer.close();
  }

  /** Gives up what is in the stages. */
  abort(reason: Error): void {
    for (const { buffer } of this.stages) buffer.abort(reason);
  }
}
