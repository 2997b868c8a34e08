import type { FailureClass } from './failure-class.ts';

/** What libraries call their errors, by the class of failure that each means. */
export type KnownWords = { readonly [Class in FailureClass]?: readonly string[] };
