import type { TranslationStrategy } from '../names/translation-strategy.ts';

/** What is decided for all bodies of an endpoint. */
export interface ExpositionOptions {
  readonly translationStrategy: TranslationStrategy;
  /** Whether series bear the name, version and schema URL of their scope. */
  readonly scopeInfo: boolean;
  /** Whether there is a `target_info`. */
  readonly targetInfo: boolean;
  /** Whether start times are series where there is no other form for them. */
  readonly createdSeries: boolean;
  /** Which resource attributes are labels of every series. */
  readonly resourceConstantLabels: (key: string) => boolean;
}
