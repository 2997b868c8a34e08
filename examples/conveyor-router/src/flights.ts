/** Domestic flights: those delayed by an hour go to the safety desk, those ahead of time are of no interest. */
import type { PipelineDefinition } from './pipeline.ts';
import type { Fields } from './record.ts';
import { jsonArraySource, vegaDataset } from './sources.ts';

const KILOMETRES_IN_A_MILE = 1.609344;
const LONG_DELAY_MINUTES = 60;

/** The pipeline from flights-200k.json to the archive and the safety desk. */
export const flights: PipelineDefinition = {
  pipelineId: 'flights',
  source: jsonArraySource('flights', vegaDataset('flights-200k.json')),
  stages: [
    { stageId: 'flights-validate', capacity: 1000, transform: validate },
    { stageId: 'flights-enrich', capacity: 500, transform: enrich },
    { stageId: 'flights-route', capacity: 500, transform: route },
  ],
  sinkFor: ({ sinkId }) => String(sinkId),
};

function validate(row: Fields): Fields | undefined {
  const { delay, distance, time } = row;
  return Number.isFinite(delay) && Number.isFinite(time) && Number(distance) > 0 ? row : undefined;
}

function enrich({ delay, distance, time }: Fields): Fields {
  const kilometres = Math.round(Number(distance) * KILOMETRES_IN_A_MILE);
  return { key: `${String(distance)} mi`, kilometres, hour: Math.floor(Number(time)), delayInMinutes: delay };
}

function route(flight: Fields): Fields | undefined {
  const delay = Number(flight['delayInMinutes']);
  if (delay < 0) return undefined;
  return { ...flight, sinkId: delay >= LONG_DELAY_MINUTES ? 'safety-desk' : 'archive' };
}
