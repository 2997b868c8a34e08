import { DataPointType, type SeriesMetric } from '@flowmeter/engine';
import type { MetricDescriptor } from '@opentelemetry/sdk-metrics';
import { attributeText } from '../labels/attribute-value.ts';
import { metricNameOf, type NamedMetric } from '../names/metric-name.ts';
import type { TranslationStrategy } from '../names/translation-strategy.ts';
import type { Rendition } from '../negotiation/rendition.ts';
import type { Family, FamilyName, FamilyType } from './family.ts';
import type { TimeSlices } from './time-slices.ts';

interface Growing extends Family {
  help: string;
  unit: string | undefined;
  readonly metrics: SeriesMetric[];
}

/**
 * Puts metrics into families: one name, one type, one help, whatever meters they come from. What cannot be told from another
 * family by its names is left out and warned of (specification, compatibility, "Metric Metadata").
 *
 * @param warn is told each conflict; the caller says each only once
 */
export async function toFamilies(
  metrics: readonly SeriesMetric[],
  strategy: TranslationStrategy,
  rendition: Rendition,
  slices: TimeSlices,
  warn: (message: string) => void,
): Promise<readonly Family[]> {
  const families = new Map<string, Growing>();
  /** Which family a name of metadata or samples belongs to. */
  const target = targetNameOf(strategy, rendition);
  const owners = new Map([target.family, target.sample].map((name) => [name, target.family]));
  for (const metric of metrics) {
    await slices.giveWay();
    const type = typeOf(metric);
    const texts = textsOf(metric);
    const familyName = metricNameOf(texts, type, strategy, rendition);
    const present = families.get(familyName.family);
    if (present?.type === type) {
      join(present, metric, familyName, warn);
      continue;
    }
    const names = namesOf(familyName, type, rendition);
    const taken = names.find((each) => owners.has(each));
    if (taken !== undefined) {
      warn(
        `${describe(metric, type)} is not exposed: the name ${taken} is ${describeOwner(families.get(owners.get(taken) ?? ''))}; give one of them another name, for instance with a view`,
      );
      continue;
    }
    for (const each of names) owners.set(each, familyName.family);
    families.set(familyName.family, {
      ...familyName,
      type,
      help: texts.description,
      metrics: [metric],
      identity: metric.descriptor,
    });
  }
  return [...families.values()];
}

/** The name of the resource's own metric. */
export function targetNameOf(strategy: TranslationStrategy, rendition: Rendition): FamilyName {
  return metricNameOf({ name: 'target', unit: '' }, 'info', strategy, rendition);
}

/**
 * Whether one of the names that a scrape asks for is that of the family or of its samples, as the format has them; in JSON, where
 * a counter's name has no `_total` of ours, with it as well as without.
 */
export function isAskedFor(family: Family, names: ReadonlySet<string>, rendition: Rendition): boolean {
  if (namesOf(family, family.type, rendition).some((each) => names.has(each))) return true;
  if (rendition.format !== 'json' || family.type !== 'counter') return false;
  const { sample } = family;
  return names.has(sample.endsWith('_total') ? sample.slice(0, -'_total'.length) : `${sample}_total`);
}

const HISTOGRAM_SUFFIXES = ['_bucket', '_sum', '_count'];

function typeOf(metric: SeriesMetric): FamilyType {
  if (metric.dataPointType === DataPointType.GAUGE) return 'gauge';
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'gauge';
  return 'histogram';
}

function namesOf({ family, sample }: FamilyName, type: FamilyType, { format }: Rendition): readonly string[] {
  const names = new Set([family, sample]);
  if (type === 'histogram') for (const suffix of HISTOGRAM_SUFFIXES) names.add(sample + suffix);
  if (format === 'openmetrics' && type !== 'gauge') names.add(`${family}_created`);
  return [...names];
}

function join(family: Growing, metric: SeriesMetric, { unit }: FamilyName, warn: (message: string) => void): void {
  const { description } = textsOf(metric);
  if (description !== '' && description !== family.help) {
    if (family.help === '') family.help = description;
    else
      warn(
        `${family.family} has two descriptions, ${JSON.stringify(family.help)} and ${JSON.stringify(description)}; the first one is used`,
      );
  }
  if (unit !== family.unit) {
    warn(`${family.family} has two units, ${family.unit ?? 'none'} and ${unit ?? 'none'}; none is told`);
    family.unit = undefined;
  }
  family.metrics.push(metric);
}

/** The descriptor's texts: whoever writes JavaScript may have passed anything. */
function textsOf({ descriptor }: SeriesMetric): NamedMetric & { readonly description: string } {
  const { name, unit, description, type } = descriptor as MetricDescriptor & { readonly type?: string };
  const texts = { name: attributeText(name), unit: attributeText(unit), description: attributeText(description) };
  return type === undefined ? texts : { ...texts, type };
}

function describe(metric: SeriesMetric, type: FamilyType): string {
  return `the ${type} ${JSON.stringify(textsOf(metric).name)} of the meter ${JSON.stringify(attributeText(metric.scope.name))}`;
}

function describeOwner(family: Growing | undefined): string {
  const first = family?.metrics[0];
  return first === undefined ? 'that of the resource' : `taken by ${describe(first, family?.type ?? 'gauge')}`;
}
