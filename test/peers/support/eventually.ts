import { setTimeout } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const BETWEEN_LOOKS_MS = 100;

/**
 * Other programs do not say when they have got somewhere: they are asked again until the answer is right. What is
 * wrong with the last answer is thrown when a minute is over.
 */
export async function eventually<Answer>(look: () => Answer | Promise<Answer>, limitMs = LIMIT_MS): Promise<Answer> {
  for (const end = Date.now() + limitMs; ; await setTimeout(BETWEEN_LOOKS_MS)) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
