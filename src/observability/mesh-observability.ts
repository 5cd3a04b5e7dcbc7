import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { alertGroups, AlertLimits, WatchedHosts } from './alerts';
import { dashboard } from './dashboard';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dnsLabel, dnsName, labels } from '../names';
import { OwnObject } from '../objects/provenance';
import { checkedProps } from '../options/checked';
import { list, mapOf, numeric, text } from '../options/kinds';
import { optional, required, schema } from '../options/schema';

/** Page of this project with a section for each alert. */
const RUNBOOK = 'https://github.com/cdk8s-istio-multicluster/cdk8s-istio-multicluster/blob/main/docs/how-to/answer-an-alert.md';

/** Options of alerts and the dashboard. */
export interface ObservabilityOptions {
  /**
   * Namespace of the PrometheusRule and of the ConfigMap with the dashboard.
   * @default - the namespace of the control plane
   */
  readonly namespace?: string;

  /**
   * Labels of the PrometheusRule, by which a Prometheus selects its rules.
   * @default - none
   */
  readonly ruleLabels?: { [key: string]: string };

  /**
   * Labels of the ConfigMap, by which Grafana finds the dashboard.
   * @default - { grafana_dashboard: "1" }, the label that the Helm chart of Grafana looks for
   */
  readonly dashboardLabels?: { [key: string]: string };

  /**
   * URL of the page with a section for each alert. The annotation `runbook_url` adds the name of the alert, in lower case, after "#".
   * @default - the page of this project
   */
  readonly runbookUrl?: string;

  /**
   * Days before the end of the root certificate at which an alert fires.
   * @default 180
   */
  readonly rootDays?: number;

  /**
   * Days before the end of the CA certificate of the cluster at which an alert fires.
   * @default 30
   */
  readonly caDays?: number;

  /**
   * Share of failed requests to an import, between 0 and 1, above which an alert fires.
   * @default 0.05
   */
  readonly failedShare?: number;

  /**
   * URL at which people reach the Kiali of the cluster. The install values for Kiali in other clusters link to it.
   * @default - Kiali in other clusters shows the cluster without a link
   */
  readonly kialiUrl?: string;
}

export const OBSERVABILITY_OPTIONS = schema<ObservabilityOptions>({
  namespace: optional(text),
  ruleLabels: optional(mapOf(text)),
  dashboardLabels: optional(mapOf(text)),
  runbookUrl: optional(text),
  rootDays: optional(numeric),
  caDays: optional(numeric),
  failedShare: optional(numeric),
  kialiUrl: optional(text),
});

/** Properties of a `MeshObservability`. */
export interface MeshObservabilityProps extends ObservabilityOptions {
  /** Name of the cluster. */
  readonly cluster: string;

  /**
   * DNS suffix of imports under the global name.
   * @default "global"
   */
  readonly suffix?: string;

  /**
   * Hosts of imports under the local name, such as `api.back.svc.cluster.local`.
   * @default - none
   */
  readonly localHosts?: string[];

  /**
   * Hosts of exported Services, such as `api.back.svc.cluster.local`.
   * @default - none
   */
  readonly exportedHosts?: string[];
}

export const MESH_OBSERVABILITY_PROPS = schema<MeshObservabilityProps>({
  ...OBSERVABILITY_OPTIONS.options,
  cluster: required(text),
  suffix: optional(text),
  localHosts: optional(list(text)),
  exportedHosts: optional(list(text)),
});

/**
 * Alerts and a dashboard for the traffic of a cluster to others: a PrometheusRule of the Prometheus operator, and a ConfigMap for Grafana.
 * Proxies expose some of the metrics only with the install values of a cluster that has `observability`.
 *
 * @example
 * new MeshObservability(chart, 'observability', { cluster: 'cluster1' });
 */
export class MeshObservability extends Construct {
  /** Object of kind PrometheusRule. */
  public readonly rule: ApiObject;
  /** Object of kind ConfigMap. */
  public readonly dashboard: ApiObject;

  private readonly watched: { hosts: () => WatchedHosts };

  /**
   * Adds the alerts and the dashboard of one cluster.
   * @param scope chart, or construct in a chart, that the objects are added to
   * @param id id of the construct, unique within `scope`; no object is named by it
   * @param props the cluster, and the limits of the alerts
   * @throws MESH001 for invalid names and labels, MESH083 for limits that never or always fire
   */
  public constructor(scope: Construct, id: string, props: MeshObservabilityProps) {
    super(scope, id);
    const checked = checkedProps(MESH_OBSERVABILITY_PROPS, this, props);
    const where = `observability of '${checked.cluster}'`;
    const cluster = dnsLabel(checked.cluster, 'cluster name', where);
    const namespace = dnsLabel(checked.namespace ?? 'istio-system', 'namespace', where);
    const limits = checkedLimits(checked, where);
    const runbook = checkedUrl(checked.runbookUrl ?? RUNBOOK, 'runbookUrl', 'https://wiki.example.com/mesh-alerts', where);
    checkedUrl(checked.kialiUrl ?? RUNBOOK, 'kialiUrl', 'https://kiali.example.com/kiali', where);
    const { localHosts = [], exportedHosts = [] } = checked;
    const hosts = {
      suffix: dnsName(checked.suffix ?? 'global', 'DNS suffix', where),
      localHosts: localHosts.map(host => dnsName(host, 'host', where)),
      exportedHosts: exportedHosts.map(host => dnsName(host, 'host', where)),
    };
    this.watched = { hosts: () => hosts };
    this.rule = new OwnObject(this, 'rule', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'mesh-alerts', namespace, labels: labelsOf(checked.ruleLabels, 'ruleLabels', where) },
      spec: { groups: Lazy.any({ produce: () => ruleGroups(this.watched.hosts(), limits, runbook) }) },
    });
    this.dashboard = new OwnObject(this, 'dashboard', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'mesh-dashboard',
        namespace,
        labels: labelsOf(checked.dashboardLabels ?? { grafana_dashboard: '1' }, 'dashboardLabels', where),
      },
      data: { [`mesh-${cluster}.json`]: Lazy.any({ produce: () => dashboard(cluster, this.watched.hosts()) }) },
    });
  }

  /**
   * Watches other hosts, which are computed at synth.
   * @internal
   */
  public _watch(hosts: () => WatchedHosts): void {
    this.watched.hosts = hosts;
  }
}

function ruleGroups(hosts: WatchedHosts, limits: AlertLimits, runbook: string): object[] {
  return alertGroups(hosts, limits).map(({ name, alerts }) => ({
    name,
    rules: alerts.map(({ alert, expr, severity, summary, ...rule }) => ({
      alert,
      expr,
      ...rule.for !== '0m' && { for: rule.for },
      labels: { severity },
      annotations: { summary, runbook_url: `${runbook}#${alert.toLowerCase()}` },
    })),
  }));
}

function labelsOf(given: { [key: string]: string } | undefined, what: string, where: string): { [key: string]: string } | undefined {
  return given && Object.keys(given).length > 0 ? labels(given, what, where) : undefined;
}

function checkedLimits({ rootDays = 180, caDays = 30, failedShare = 0.05 }: ObservabilityOptions, where: string): AlertLimits {
  for (const [name, days] of Object.entries({ rootDays, caDays })) {
    if (!(Number.isInteger(days) && days >= 1 && days <= 3650)) {
      throw invalid(where, `${name} is no whole number of days`, days, 'a whole number from 1 to 3650');
    }
  }
  if (!(failedShare > 0 && failedShare < 1)) {
    throw invalid(where, 'failedShare is no share', failedShare, 'a number between 0 and 1, such as 0.05');
  }
  return { rootDays, caDays, failedShare };
}

function checkedUrl(url: string, option: string, example: string, where: string): string {
  if (/^https?:\/\/[^\s#"'`\\]+$/.test(url)) {
    return url;
  }
  throw invalid(where, `${option} is no URL of a page`, url, `a URL without "#", such as ${example}`);
}

function invalid(where: string, what: string, got: unknown, expected: string): MeshError {
  const fix = `write ${expected}, or leave the option out`;
  return new MeshError({ code: MeshErrorCode.OBSERVABILITY, where, what, got, expected, fix });
}
