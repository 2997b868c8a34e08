/**
 * Roboflow, a converter of robotics recordings into learning data sets: episodes are read from storage, converted
 * frame by frame, their videos encoded, and the results uploaded.
 */
import type { ConstantAttributes } from './attribute-values.ts';
import {
  createInstruments,
  type AttributesLeft,
  type DeclaredConstants,
  type GivenKeys,
  type Instruments,
  type SetOptions,
} from './create-instruments.ts';
import { conversionWith, type Conversion } from './roboflow/conversion.ts';
import { roboflowSet, type RoboflowDefinitions } from './roboflow/roboflow-set.ts';
import { storageWith, type Storage } from './roboflow/storage.ts';
import { uploadsWith, type Uploads } from './roboflow/upload.ts';

export { roboflowSet } from './roboflow/roboflow-set.ts';
export type { Attempt, UploadOptions } from './roboflow/upload.ts';

type Left<Property extends keyof RoboflowDefinitions, Given extends string> = AttributesLeft<
  RoboflowDefinitions[Property],
  Given
>;

/** Roboflow's hot paths in one call each, with the attributes that are not constant. */
export type RoboflowFlows<Given extends string = never> = Conversion<
  Omit<Left<'episodesProcessed', Given>, 'status'>,
  Left<'videoFramesEncoded', Given>
> &
  Storage<Left<'bytesRead', Given>, Left<'bytesWritten', Given>> &
  Uploads<Left<'uploadDurationSeconds', Given>>;

/** A Roboflow set: the typed instruments by property name, and the calls that are made of them. */
export type Roboflow<Given extends string = never> = Instruments<RoboflowDefinitions, Given> & RoboflowFlows<Given>;

/** Creates a Roboflow set, live as soon as a meter provider is registered. */
export function createRoboflow<const Constants extends ConstantAttributes = Record<never, never>>(
  options: SetOptions<Constants> & DeclaredConstants<RoboflowDefinitions> = {},
): Roboflow<GivenKeys<Constants>> {
  const instruments = createInstruments<RoboflowDefinitions, Constants>(roboflowSet, options);
  // The calls pass on the attributes that they are given, whether the others are constant or not.
  const flows = flowsOf(instruments as unknown as Instruments<RoboflowDefinitions>);
  return { ...instruments, ...flows };
}

function flowsOf(instruments: Instruments<RoboflowDefinitions>): RoboflowFlows {
  return { ...conversionWith(instruments), ...storageWith(instruments), ...uploadsWith(instruments) };
}
