import { toStrings } from '../../attribute-values.ts';
import type { BoundRecorder } from '../../instrument-interfaces.ts';
import { sharedBySeries, type SeriesIdentity } from '../../process-state.ts';
import type { PipelineServices } from './pipeline-services.ts';
import { UserFunctions } from './user-functions.ts';

/** A value now, or a function that tells it, asked before every collection. */
export type Observed = number | (() => number);

/** Who tells what a gauge is worth: the last one that said so, whichever handle it was given to. */
interface Teller {
  tell: (() => number) | undefined;
}

/** Records a gauge now, or has it recorded before every collection. For each series the last call counts. */
export function observeGauge(
  { constants, provider, beforeCollection }: PipelineServices,
  gauge: BoundRecorder,
  { name, attributes }: SeriesIdentity,
  observed: Observed,
): void {
  const identity = { name, attributes: toStrings({ ...constants, ...attributes }, () => {}) };
  const teller = sharedBySeries<Teller>(provider, identity, () => ({ tell: undefined }));
  if (typeof observed !== 'function') {
    teller.tell = undefined;
    gauge.record(observed);
    return;
  }
  teller.tell = observed;
  const functions = new UserFunctions(name);
  beforeCollection.do(JSON.stringify(identity), () => {
    const value =
      teller.tell === undefined ? undefined : functions.call('the function that tells it', teller.tell, undefined);
    if (value !== undefined) gauge.record(value);
  });
}
