import { readFileSync } from 'fs';
import { join } from 'path';
import type { Sample } from './exposition';
import { moduleAt } from '../parts';
import { must } from '../proof';

/** Metrics, each with names of labels. */
export type Labels = Map<string, Set<string>>;

/**
 * The source of Istio's filter for standard metrics, which Envoy of these clusters lacks: Istio builds its own Envoy with the filter.
 * @see https://github.com/envoyproxy/envoy/tree/v1.39.0/contrib/istio/filters/http/istio_stats
 */
const STANDARD_METRICS = {
  path: 'github.com/envoyproxy/envoy',
  version: 'v1.39.0',
  sum: 'h1:XmcOmCafBtgAcm2FkdYvHTFHepTuPx/17CAVrOr/djM=',
  file: 'contrib/istio/filters/http/istio_stats/source/istio_stats.cc',
};

/** The metrics that expressions name, with the labels by which they select and group. */
export function namedBy(expressions: string[]): Labels {
  const named: Labels = new Map();
  for (const text of expressions) {
    const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
    const groupings = [...bare.matchAll(/\b(?:by|without|ignoring|on|group_left|group_right)\s*\(([^)]*)\)/g)];
    const grouping = groupings.flatMap(([, list]) => namesIn(list));
    const metrics = [...bare.matchAll(/\b((?:istio|envoy|pilot|galley|citadel)_\w+)(?:\{([^}]*)\})?/g)];
    must(metrics.length > 0, `no metric found in ${text}`);
    for (const [, name, selector = ''] of metrics) {
      const selected = [...selector.matchAll(/(\w+)\s*[=!]~?/g)].map(([, label]) => label);
      add(named, name.replace(/_bucket$/, ''), [...selected, ...grouping].filter(label => label !== 'le'));
    }
  }
  must([...named.values()].some(labels => labels.size > 0), 'no expression names a label');
  return named;
}

function namesIn(list: string): string[] {
  return list.split(',').map(name => name.trim()).filter(Boolean);
}

function add(labels: Labels, metric: string, more: string[]): void {
  labels.set(metric, new Set([...labels.get(metric) ?? [], ...more]));
}

/** The exposed metrics, each with its labels. */
export function labelsOf(samples: Sample[]): Labels {
  const exposed: Labels = new Map();
  for (const { metric, labels } of samples) {
    add(exposed, metric, [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label));
  }
  return exposed;
}

/** The metrics that Istio's filter makes, each with all labels that the filter knows. */
export async function standardMetrics(): Promise<Labels> {
  const source = readFileSync(join(await moduleAt(STANDARD_METRICS), STANDARD_METRICS.file), 'utf8');
  const fields = [...source.matchAll(/\{"([a-z_]+)", ([a-z_]+)_\}/g)];
  const names = fields.filter(([, name, field]) => field === name).map(([, name]) => name);
  const [metricNames, labels] = split(new Map(names.map(name => [name, new Set<string>()])), name => source.includes(`"istio_${name}"`));
  must(metricNames.size > 0 && labels.size > 0, 'no metrics found in the source of the filter');
  return new Map([...metricNames.keys()].map(name => [`istio_${name}`, new Set(labels.keys())]));
}

/** Parts metrics into those for which the condition holds, and the others. */
export function split(labels: Labels, isFirst: (metric: string) => boolean): [Labels, Labels] {
  const entries = [...labels];
  return [new Map(entries.filter(([name]) => isFirst(name))), new Map(entries.filter(([name]) => !isFirst(name)))];
}

/** Metrics, and labels of metrics, that are named and not known. */
export function missingFrom(known: Labels, named: Labels): string[] {
  return [...named].flatMap(([metric, labels]) => {
    const has = known.get(metric);
    return has === undefined ? [metric] : [...labels].filter(label => !has.has(label)).map(label => `${label} of ${metric}`);
  });
}

/** Number of the labels of all metrics. */
export function labelCount(labels: Labels): number {
  return [...labels.values()].reduce((sum, { size }) => sum + size, 0);
}
