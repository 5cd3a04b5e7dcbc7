import { writeFileSync } from 'fs';
import { join } from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { stringify } from 'yaml';
import type { Sample } from './exposition';
import { MeshObservability, MeshObservabilityProps } from '../../../src';
import type { Part } from '../parts';
import { attempt } from '../process';
import { must, ProofRun } from '../proof';

/** The program by which Prometheus tests rules. */
export const PROMTOOL: Part = { name: 'promtool', module: 'prometheus', package: 'github.com/prometheus/prometheus/cmd/promtool' };

/** A minute of the series, and the alerts that then fire, each with the labels that tell what it is about. */
export interface Firing {
  readonly minute: number;
  readonly alerts: string[];
}

/** Minute from which on the series have the later values. */
export const CHANGE = 30;

/**
 * Loads rules in Prometheus, with series of real programs: their values before a change for 30 minutes, and then those after it. Throws
 * when other alerts fire than expected.
 */
export async function mustFire(
  run: ProofRun, props: Partial<MeshObservabilityProps>, before: Sample[], after: Sample[], expected: Firing[],
): Promise<void> {
  const chart = new Chart(new App(), 'rules');
  new MeshObservability(chart, 'observability', { cluster: 'cluster1', ...props });
  const { spec } = Testing.synth(chart).find(({ kind }) => kind === 'PrometheusRule');
  const [rules, tests] = ['rig-rules.yml', 'rig-tests.yml'].map(name => join(run.folder, name));
  writeFileSync(rules, stringify(spec, { lineWidth: 0 }));
  const test = {
    interval: '1m',
    // The certificates of the clusters end at times of today's clock.
    start_timestamp: Math.floor(Date.now() / 1000),
    input_series: seriesOf(before, after),
    promql_expr_test: expected.map(({ minute, alerts }) => ({
      expr: 'count by (alertname, type, resource, cluster_name) (ALERTS{alertstate="firing"})',
      eval_time: `${minute}m`,
      exp_samples: alerts.map(labels => ({ labels: `{${labels}}`, value: 1 })),
    })),
  };
  writeFileSync(tests, stringify({ rule_files: [rules], evaluation_interval: '1m', tests: [test] }, { lineWidth: 0 }));
  const { code, stdout, stderr } = await attempt(run.program('promtool'), ['test', 'rules', tests]);
  must(code === 0, `with series of the clusters: ${stdout}${stderr}`);
}

/** Each series in the notation of promtool. It begins or ends with the change where it is exposed on one side of it only. */
function seriesOf(before: Sample[], after: Sample[]): object[] {
  const [earlier, later] = [before, after].map(samples => new Map(
    samples.filter(({ value }) => Number.isFinite(value)).map(({ metric, labels, value }) => [`${metric}{${labels}}`, value]),
  ));
  return [...new Set([...earlier.keys(), ...later.keys()])].map(series => {
    const first = earlier.has(series) ? `${earlier.get(series)}+0x${CHANGE - 1}` : `_x${CHANGE}`;
    return { series, values: `${first} ${later.has(series) ? `${later.get(series)}+0x60` : 'stale'}` };
  });
}
