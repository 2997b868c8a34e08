import * as fc from 'fast-check';

const { FLOWMETER_FC_SEED: SEED, FLOWMETER_FC_PATH: PATH, FLOWMETER_FC_RUNS: RUNS } = process.env;

/** Long enough for a slow machine, and short of the test runner's own limit, which would say nothing of the case. */
const LIMIT_MS = 100_000;

/**
 * Checks a property with as many cases, and throws with the smallest failing one and how to run it again.
 *
 * The cases are the same in every run, so that a test that fails on one machine fails on all: to look further, set
 * `FLOWMETER_FC_SEED` to another number and `FLOWMETER_FC_RUNS` to how many cases.
 */
export async function holds<Case>(
  arbitrary: fc.Arbitrary<Case>,
  runs: number,
  property: (candidate: Case) => Promise<void> | void,
): Promise<void> {
  const numRuns = PATH === undefined ? Number(RUNS ?? runs) : 1;
  const details = await fc.check(
    fc.asyncProperty(arbitrary, async (candidate) => await property(candidate)),
    {
      seed: Number(SEED ?? 1),
      numRuns,
      interruptAfterTimeLimit: LIMIT_MS,
      ...(PATH === undefined ? {} : { path: PATH }),
    },
  );
  if (details.failed) {
    const { seed, counterexamplePath } = details;
    const again = `FLOWMETER_FC_SEED=${seed} FLOWMETER_FC_PATH=${counterexamplePath ?? ''}`;
    throw new Error(
      `${fc.stringify(details.counterexample?.[0])}\n\nTo run this case again: ${again}, and this test only.`,
      { cause: details.errorInstance },
    );
  }
  if (details.numRuns < numRuns) throw new Error(`only ${details.numRuns} of ${numRuns} cases in ${LIMIT_MS} ms`);
}

export { fc };
