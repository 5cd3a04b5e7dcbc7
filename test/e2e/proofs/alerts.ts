import { writeFileSync } from 'fs';
import { join } from 'path';
import { ApiObject } from 'cdk8s';
import { stringify } from 'yaml';
import { PROMTOOL } from './alerts-rig';
import { watchedMesh } from './watched-mesh';
import { IstioRelease } from '../../../src';
import { attempt } from '../process';
import { must, Proof, ProofRun } from '../proof';

/** Time series that make an alert fire, or come close to it. */
interface Scenario {
  readonly alert: string;
  readonly name: string;
  /** Values of each series, one a minute, in the notation of promtool. */
  readonly series: { readonly [series: string]: string };
  /** Number of firing alerts after 90 minutes. */
  readonly firing: number;
}

const DAY = 86400;
const chain = 'citadel_server_cert_chain_expiry_timestamp{pod="istiod"}';
const root = 'citadel_server_root_cert_expiry_timestamp{pod="istiod"}';
const workload = 'istio_agent_cert_expiry_seconds{resource_name="default", pod="a"}';
const rejects = 'pilot_total_xds_rejects{type="cds", pod="istiod"}';
const refused = 'galley_validation_failed{group="networking.istio.io", resource="serviceentries", pod="istiod"}';
const ejected = 'envoy_cluster_outlier_detection_ejections_active{cluster_name="outbound|8000||web.shop.global", pod="a"}';

function requests(code: string, cluster: string, service = 'web.shop.global', reporter = 'source'): string {
  const labels = { reporter, response_code: code, destination_cluster: cluster, destination_service: service };
  return `istio_requests_total{${Object.entries(labels).map(([key, value]) => `${key}="${value}"`).join(', ')}}`;
}

function healthy(cluster: string, pod = 'a'): string {
  return `envoy_cluster_membership_healthy{cluster_name="${cluster}", pod="${pod}"}`;
}

const IMPORT = 'outbound|8000||web.shop.global';
const LOCAL_IMPORT = 'outbound|80||api.back.svc.cluster.local';
const EXPORT = 'outbound_.80_._.api.back.svc.cluster.local';

const SCENARIOS: Scenario[] = [
  { alert: 'MeshRootCertificateEnds', name: 'in 179 days', series: { [root]: `${179 * DAY}x100` }, firing: 1 },
  { alert: 'MeshRootCertificateEnds', name: 'in 181 days', series: { [root]: `${181 * DAY}x100` }, firing: 0 },
  { alert: 'MeshCaCertificateEnds', name: 'in 29 days', series: { [chain]: `${29 * DAY}x100` }, firing: 1 },
  { alert: 'MeshCaCertificateEnds', name: 'in 31 days', series: { [chain]: `${31 * DAY}x100` }, firing: 0 },
  { alert: 'MeshCaCertificateEnds', name: 'renewed in time', series: { [chain]: `${29 * DAY}x40 ${300 * DAY}x60` }, firing: 0 },
  { alert: 'MeshWorkloadCertificateEnds', name: 'in an hour', series: { [workload]: '3600x100' }, firing: 1 },
  { alert: 'MeshWorkloadCertificateEnds', name: 'in twelve hours', series: { [workload]: '43200x100' }, firing: 0 },
  {
    alert: 'MeshWorkloadCertificateEnds',
    name: 'the root in the same agent',
    series: { 'istio_agent_cert_expiry_seconds{resource_name="ROOTCA"}': '3600x100' },
    firing: 0,
  },
  {
    alert: 'MeshRequestsFail',
    name: 'one of ten requests, in two clusters',
    series: {
      [requests('200', 'cluster2')]: '0+80x100', [requests('503', 'cluster2')]: '0+10x100', [requests('503', 'unknown')]: '0+10x100',
    },
    firing: 2,
  },
  {
    alert: 'MeshRequestsFail',
    name: 'connections that no cluster answered',
    series: { [requests('0', 'unknown', 'api.back.svc.cluster.local')]: '0+10x100' },
    firing: 1,
  },
  {
    alert: 'MeshRequestsFail',
    name: 'one of a hundred',
    series: { [requests('200', 'cluster2')]: '0+99x100', [requests('503', 'cluster2')]: '0+1x100' },
    firing: 0,
  },
  { alert: 'MeshRequestsFail', name: 'answers of 404', series: { [requests('404', 'cluster2')]: '0+10x100' }, firing: 0 },
  {
    alert: 'MeshRequestsFail',
    name: 'a service of no import',
    series: { [requests('503', 'x', 'a.b.svc.cluster.local')]: '0+10x100' },
    firing: 0,
  },
  {
    alert: 'MeshRequestsFail',
    name: 'reported by the server',
    series: { [requests('503', 'cluster2', 'web.shop.global', 'destination')]: '0+10x100' },
    firing: 0,
  },
  { alert: 'MeshGatewayEjected', name: 'for long', series: { [ejected]: '0x50 1x50' }, firing: 1 },
  { alert: 'MeshGatewayEjected', name: 'for two minutes', series: { [ejected]: '0x85 1x2 0x20' }, firing: 0 },
  {
    alert: 'MeshImportWithoutEndpoint',
    name: 'in every pod',
    series: { [healthy(IMPORT)]: '0x100', [healthy(IMPORT, 'b')]: '0x100' },
    firing: 1,
  },
  { alert: 'MeshImportWithoutEndpoint', name: 'under a local name', series: { [healthy(LOCAL_IMPORT)]: '0x100' }, firing: 1 },
  {
    alert: 'MeshImportWithoutEndpoint',
    name: 'in one of two pods',
    series: { [healthy(IMPORT)]: '0x100', [healthy(IMPORT, 'b')]: '1x100' },
    firing: 0,
  },
  {
    alert: 'MeshImportWithoutEndpoint',
    name: 'another service',
    series: { [healthy('outbound|80||x.y.svc.cluster.local')]: '0x100' },
    firing: 0,
  },
  { alert: 'MeshExportWithoutEndpoint', name: 'no ready pod', series: { [healthy(EXPORT)]: '0x100' }, firing: 1 },
  {
    alert: 'MeshExportWithoutEndpoint',
    name: 'of a version',
    series: { [healthy('outbound_.80_.v1_.api.back.svc.cluster.local')]: '0x100' },
    firing: 1,
  },
  { alert: 'MeshExportWithoutEndpoint', name: 'a ready pod', series: { [healthy(EXPORT)]: '1x100' }, firing: 0 },
  {
    alert: 'MeshExportWithoutEndpoint',
    name: 'a Service that is not exported',
    series: { [healthy('outbound_.80_._.x.y.svc.cluster.local')]: '0x100' },
    firing: 0,
  },
  { alert: 'MeshConfigurationRejectedByProxy', name: 'the first one', series: { [rejects]: '_x85 1x10' }, firing: 1 },
  { alert: 'MeshConfigurationRejectedByProxy', name: 'one more', series: { [rejects]: '4x85 5x10' }, firing: 1 },
  { alert: 'MeshConfigurationRejectedByProxy', name: 'one an hour ago', series: { [rejects]: '4x30 5x70' }, firing: 0 },
  { alert: 'MeshObjectRefused', name: 'the first one', series: { [refused]: '_x85 1x10' }, firing: 1 },
  { alert: 'MeshObjectRefused', name: 'one an hour ago', series: { [refused]: '_x30 1x70' }, firing: 0 },
];

/** Errors that are planted in the rules. The scenarios must find each of them. */
const PLANTED: Array<{ readonly text: string; readonly wrong: string }> = [
  { text: '[.]global', wrong: '[.]globl' },
  { text: 'response_code', wrong: 'responsecode' },
  { text: '== 0', wrong: '== 2' },
  { text: 'or sum by (type)', wrong: 'and sum by (type)' },
  { text: 'unless pilot_total_xds_rejects offset 10m', wrong: 'unless pilot_total_xds_rejects offset 0m' },
  { text: '< 30 * 86400', wrong: '< 32 * 86400' },
  { text: 'ejections_active', wrong: 'ejections_aktive' },
];

/** The rules as Prometheus itself loads them: each alert fires on series that it is for, and is silent on those that come close. */
export const alertProofs: Proof[] = [{
  name: 'alerts',
  parts: [PROMTOOL],
  show: async proof => {
    const rules = stringify(rulesOf(), { lineWidth: 0 });
    const verdict = await judged(proof, rules);
    must(verdict.ok, verdict.output);
    const alerts = new Set([...rules.matchAll(/alert: (\w+)/g)].map(([, alert]) => alert));
    for (const alert of alerts) {
      const sides = new Set(SCENARIOS.filter(scenario => scenario.alert === alert).map(({ firing }) => firing > 0));
      must(sides.size === 2, `${alert} has no scenario that fires, or none that is silent`);
    }
    for (const { text, wrong } of PLANTED) {
      const planted = rules.split(text).join(wrong);
      must(planted !== rules, `the rules hold no '${text}'`);
      must(!(await judged(proof, planted)).ok, `'${wrong}' in place of '${text}' was not found`);
    }
    const firing = SCENARIOS.filter(scenario => scenario.firing > 0).length;
    return `${alerts.size} alerts fire in ${firing} scenarios and are silent in ${SCENARIOS.length - firing}; `
      + `${PLANTED.length} planted errors found`;
  },
}];

function rulesOf(): object {
  const cluster = watchedMesh(IstioRelease.V1_31).cluster('cluster1');
  const rule = cluster.node.findAll().filter(ApiObject.isApiObject).find(({ kind }) => kind === 'PrometheusRule')!;
  return rule.toJson().spec;
}

async function judged(proof: ProofRun, rules: string): Promise<{ readonly ok: boolean; readonly output: string }> {
  writeFileSync(join(proof.folder, 'rules.yml'), rules);
  const tests = SCENARIOS.map(({ alert, name, series, firing }) => ({
    name: `${alert}: ${name}`,
    interval: '1m',
    input_series: Object.entries(series).map(([labelled, values]) => ({ series: labelled, values })),
    promql_expr_test: [{
      expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
      eval_time: '90m',
      exp_samples: [{ labels: '{}', value: firing }],
    }],
  }));
  const file = join(proof.folder, 'scenarios.yml');
  writeFileSync(file, stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests }, { lineWidth: 0 }));
  const checked = await attempt(proof.program('promtool'), ['check', 'rules', join(proof.folder, 'rules.yml')]);
  const tested = await attempt(proof.program('promtool'), ['test', 'rules', file]);
  return { ok: checked.code === 0 && tested.code === 0, output: [checked, tested].map(({ stdout, stderr }) => stdout + stderr).join('\n') };
}
