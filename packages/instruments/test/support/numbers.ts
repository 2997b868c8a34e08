import type { Collected, Series } from './collected-series.ts';

/** A family as plain numbers, by its labels as JSON: for a histogram how many there were and their sum. */
export async function numbersOf({ series }: Collected, name: string): Promise<Readonly<Record<string, unknown>>> {
  return Object.fromEntries((await series(name)).map((each) => [labelsOf(each), numberOf(each)]));
}

/** All families that there are, each as {@link numbersOf} has it. */
export async function allNumbers({ families }: Collected): Promise<Readonly<Record<string, unknown>>> {
  return Object.fromEntries(
    [...(await families())].map(([name, { series }]) => [
      name.replace('deltaforge_', ''),
      Object.fromEntries(series.map((each) => [labelsOf(each), numberOf(each)])),
    ]),
  );
}

/** The values of the labels in the order of their keys. */
function labelsOf({ attributes }: Series): string {
  return Object.keys(attributes)
    .toSorted()
    .map((key) => String(attributes[key]))
    .join(' ');
}

function numberOf({ value }: Series): unknown {
  return typeof value === 'number' ? value : { count: value.count, sum: value.sum };
}
