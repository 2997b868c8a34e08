import type { Escaping } from '../negotiation/rendition.ts';
import type { TranslationStrategy } from './translation-strategy.ts';

/** What decides over names: first the strategy of the endpoint, then the escaping that the scraper asks for. */
export interface Naming {
  readonly strategy: TranslationStrategy;
  readonly escaping: Escaping;
}
