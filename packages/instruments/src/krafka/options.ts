import type { ConstantAttributes } from '../attribute-values.ts';
import type { SetOptions } from '../create-instruments.ts';

/** How to create a Krafka set. */
export interface KrafkaOptions<
  Constants extends ConstantAttributes = ConstantAttributes,
> extends SetOptions<Constants> {
  /** How many topics the per-topic counters keep apart; further ones share `__other__`. Default: 1000; the views keep 10 000 apart. */
  readonly topicLimit?: number;
}
