/** Aircraft that hit birds: reports of damage, of cost or of a large bird go to the safety desk, the rest is archived. */
import type { PipelineDefinition } from './pipeline.ts';
import type { Fields } from './record.ts';
import { csvSource, vegaDataset } from './sources.ts';

const DAMAGE_LEVELS = new Set(['None', 'Minor', 'Medium', 'Substantial']);

/** The pipeline from birdstrikes.csv to the archive and the safety desk. */
export const birdStrikes: PipelineDefinition = {
  pipelineId: 'bird-strikes',
  source: csvSource('birdstrikes', vegaDataset('birdstrikes.csv')),
  stages: [
    { stageId: 'bird-strikes-validate', capacity: 1000, transform: validate },
    { stageId: 'bird-strikes-enrich', capacity: 500, transform: enrich },
    { stageId: 'bird-strikes-route', capacity: 500, transform: route },
  ],
  sinkFor: ({ sinkId }) => String(sinkId),
};

/** Drops the few rows whose damage is a bare letter and no level. */
function validate(row: Fields): Fields | undefined {
  const damage = row['Effect Amount of damage'];
  const date = row['Flight Date'];
  return DAMAGE_LEVELS.has(String(damage)) && !Number.isNaN(Date.parse(String(date))) ? row : undefined;
}

function enrich(row: Fields): Fields {
  const speed = row['Speed IAS in knots'];
  return {
    key: row['Airport Name'],
    date: row['Flight Date'],
    operator: row['Aircraft Airline Operator'],
    species: row['Wildlife Species'],
    size: row['Wildlife Size'],
    damage: row['Effect Amount of damage'],
    costInDollars: Number(row['Cost Total $']),
    speedInKnots: speed === '' ? null : Number(speed),
  };
}

function route(strike: Fields): Fields {
  const concernsSafety = strike['damage'] !== 'None' || strike['costInDollars'] !== 0 || strike['size'] !== 'Small';
  return { ...strike, sinkId: concernsSafety ? 'safety-desk' : 'archive' };
}
