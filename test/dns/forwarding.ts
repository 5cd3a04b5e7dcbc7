import { App, Chart, Testing } from 'cdk8s';
import { ClusterDns, DnsForwarding } from '../../src';
import { problemText } from '../../src/errors/problem';
import { warningsIn } from '../../src/errors/reports';

/** What a forwarding writes. */
export interface Forwarding {
  readonly objects: any[];
  readonly files: any[];
}

/** Returns what the forwarding for a platform writes. */
export function forwarding(dns: ClusterDns): Forwarding {
  const chart = new Chart(new App(), 'chart');
  const construct = new DnsForwarding(chart, 'dns', { dns });
  return { objects: Testing.synth(chart), files: construct.files() };
}

/** Problems of a chart with a forwarding alone, as text. */
export function problems(dns: ClusterDns): string[] {
  return chartWith(dns).node.findAll().flatMap(node => node.node.validate());
}

/** Warnings of a chart with a forwarding alone, as text. */
export function warnings(dns: ClusterDns): string[] {
  return warningsIn(chartWith(dns).node.findAll()).map(problemText);
}

function chartWith(dns: ClusterDns): Chart {
  const chart = new Chart(new App(), 'chart');
  new DnsForwarding(chart, 'dns', { dns });
  return chart;
}
