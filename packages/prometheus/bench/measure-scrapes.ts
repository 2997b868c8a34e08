import { type Name, NAMES } from './contenders/load.ts';
import type { Change, Extent, Rounds } from './extent.ts';
import { type Figures, median } from './figures.ts';
import { StandingEndpoint } from './standing-endpoint.ts';

/** What is asked of a scrape. */
const ASPECTS = [
  'request to last byte',
  'request to body made',
  'longest block',
  'longest block, worst',
  'allocated on the heap',
  'allocated outside',
] as const;
type Aspect = (typeof ASPECTS)[number];

export function scrapeQuestion(series: number, change: Change, aspect: Aspect): string {
  return `${titleOf(series)}, ${change}: ${aspect}`;
}

/** What a scrape of so many series is: all endpoints stand ready, and are scraped by turns. */
export async function measureScrapes({ rounds, asks }: Extent, tell: (doing: string) => void): Promise<Figures[]> {
  const figures: Figures[] = [];
  for (const each of rounds) {
    const title = titleOf(each.size.series);
    if (asks(title)) figures.push(...(await measureSize(each, (doing) => tell(`${title}: ${doing}`))));
  }
  return figures;
}

function titleOf(series: number): string {
  return `${series.toLocaleString('en')} series`;
}

async function measureSize(rounds: Rounds, tell: (doing: string) => void): Promise<Figures[]> {
  const endpoints = new Map<Name, StandingEndpoint>();
  const { series } = rounds.size;
  try {
    for (const name of NAMES) {
      tell(`start of ${name}`);
      endpoints.set(name, await StandingEndpoint.start(name, rounds.size));
    }
    const found = await measureChanges(endpoints, rounds, tell);
    const figures = [...found].flatMap(([change, samples]) =>
      ASPECTS.map((aspect): Figures => {
        const of = new Map([...samples].map(([name, ofName]) => [name, ofName.results()[aspect]] as const));
        const unit = aspect.startsWith('allocated') ? 'B' : 'ms';
        return { question: scrapeQuestion(series, change, aspect), unit, of };
      }),
    );
    const sizes = new Map([...endpoints].map(([name, endpoint]) => [name, endpoint.bodyBytes] as const));
    return [...figures, { question: `${titleOf(series)}: body`, unit: 'B', of: sizes }];
  } finally {
    for (const endpoint of endpoints.values()) endpoint.end();
  }
}

type Results = Readonly<Record<Aspect, number>>;

async function measureChanges(
  endpoints: ReadonlyMap<Name, StandingEndpoint>,
  { changes, warmUps, times, blocks, allocations }: Rounds,
  tell: (doing: string) => void,
): Promise<Map<Change, Map<Name, Samples>>> {
  const all = new Map(
    changes.map((change) => [change, new Map([...endpoints.keys()].map((name) => [name, new Samples()] as const))]),
  );
  const inTurn = async (
    doing: string,
    turns: number,
    measure: (endpoint: StandingEndpoint, into: Samples) => Promise<unknown>,
  ): Promise<void> => {
    for (const [change, samples] of all) {
      for (let turn = 0; turn < turns; turn += 1) {
        tell(`${change}, ${doing}, ${turn + 1} of ${turns}`);
        for (const [name, into] of startingAt(turn, [...samples])) {
          const endpoint = endpoints.get(name);
          if (endpoint === undefined) continue;
          if (change === 'all changed') await endpoint.record();
          await measure(endpoint, into);
        }
      }
    }
  };
  for (let turn = 1; turn <= warmUps; turn += 1) {
    tell(`warm-up ${turn} of ${warmUps}`);
    for (const endpoint of endpoints.values()) {
      await endpoint.record();
      await endpoint.scrape();
    }
  }
  await inTurn('times', times, async (endpoint, into) => {
    into.scrapes.push(await endpoint.scrape());
    into.bodies.push(await endpoint.order('took'));
  });
  await inTurn('blocks', blocks, async (endpoint, into) => {
    await endpoint.order('watchBlocks');
    await endpoint.scrape();
    into.blocks.push(await endpoint.order('longestBlock'));
  });
  // Last: what has been watched by the profiler is slow for a while.
  await inTurn('allocations', allocations, async (endpoint, into) => {
    await endpoint.order('watchAllocations');
    await endpoint.scrape();
    const { heap, outside } = await endpoint.order('allocated');
    into.heap.push(heap);
    into.outside.push(outside);
  });
  return all;
}

/** Who comes first, comes last the next time. */
function startingAt<Each>(turn: number, all: readonly Each[]): Each[] {
  const first = turn % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

class Samples {
  readonly scrapes: number[] = [];
  readonly bodies: number[] = [];
  readonly blocks: number[] = [];
  readonly heap: number[] = [];
  readonly outside: number[] = [];

  results(): Results {
    return {
      'request to last byte': median(this.scrapes),
      'request to body made': median(this.bodies),
      'longest block': median(this.blocks),
      'longest block, worst': Math.max(...this.blocks),
      'allocated on the heap': median(this.heap),
      'allocated outside': median(this.outside),
    };
  }
}
