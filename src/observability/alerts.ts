/** Hosts of a cluster that the rules and panels are about. */
export interface WatchedHosts {
  /** DNS suffix of imports under the global name. */
  readonly suffix: string;
  /** Hosts of imports under the local name. */
  readonly localHosts: string[];
  /** Hosts of exported Services, as the ingress gateway knows them. */
  readonly exportedHosts: string[];
}

/** Limits at which alerts fire. */
export interface AlertLimits {
  /** Days before the end of the root. */
  readonly rootDays: number;
  /** Days before the end of the CA certificate of the cluster. */
  readonly caDays: number;
  /** Share of failed requests, from 0 to 1. */
  readonly failedShare: number;
}

/** An alert, before it gets the address of its runbook. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
}

/** Alerts of one subject. */
export interface AlertGroup {
  readonly name: string;
  readonly alerts: Alert[];
}

/** Seconds before its end at which a workload certificate should have been renewed. Istio renews after half of the validity, 12 hours. */
const WORKLOAD_CERTIFICATE_SECONDS = 2 * 3600;

/** Regular expression for a host. A class needs no backslash, which PromQL, YAML and JSON each escape differently. */
function pattern(host: string): string {
  return host.replace(/\./g, '[.]');
}

/** Regular expression for the hosts of imports. */
export function importedHosts({ suffix, localHosts }: WatchedHosts): string {
  return [`.+[.]${pattern(suffix)}`, ...localHosts.map(pattern)].join('|');
}

/** Selector of requests of the workloads of a cluster to imports, without braces. */
export function importedRequests(hosts: WatchedHosts): string {
  return `reporter="source", destination_service=~"${importedHosts(hosts)}"`;
}

/** Selector of the Envoy clusters of imports in sidecars, without braces. */
export function importedClusters(hosts: WatchedHosts): string {
  return `cluster_name=~"outbound[|][0-9]+[|][^|]*[|](${importedHosts(hosts)})"`;
}

/** Selector of the Envoy clusters of exports in the ingress gateway, without braces. */
export function exportedClusters({ exportedHosts }: WatchedHosts): string {
  return `cluster_name=~"outbound_[.][0-9]+_[.].*_[.](${exportedHosts.map(pattern).join('|')})"`;
}

/**
 * Growth of a counter within ten minutes. A counter that did not exist before has grown too: istiod exposes a counter from its first
 * event on, and `increase` sees no growth in a series that begins.
 */
function growth(counter: string, labels: string): string {
  return `sum by (${labels}) (increase(${counter}[10m])) > 0 or sum by (${labels}) (${counter} unless ${counter} offset 10m) > 0`;
}

/** The alerts of a cluster. */
export function alertGroups(hosts: WatchedHosts, limits: AlertLimits): AlertGroup[] {
  return [
    { name: 'mesh-certificates', alerts: certificateAlerts(limits) },
    { name: 'mesh-traffic', alerts: trafficAlerts(hosts, limits) },
    { name: 'mesh-configuration', alerts: configurationAlerts() },
  ];
}

function certificateAlerts({ rootDays, caDays }: AlertLimits): Alert[] {
  const ends = (metric: string, days: number) => `${metric} - time() < ${days} * 86400`;
  return [
    {
      alert: 'MeshRootCertificateEnds',
      expr: ends('citadel_server_root_cert_expiry_timestamp', rootDays),
      for: '1h',
      severity: 'warning',
      summary: `The root certificate of the mesh ends within ${rootDays} days.`,
    },
    {
      alert: 'MeshCaCertificateEnds',
      expr: ends('citadel_server_cert_chain_expiry_timestamp', caDays),
      for: '1h',
      severity: 'critical',
      summary: `The CA certificate of the cluster ends within ${caDays} days.`,
    },
    {
      alert: 'MeshWorkloadCertificateEnds',
      expr: `istio_agent_cert_expiry_seconds{resource_name="default"} < ${WORKLOAD_CERTIFICATE_SECONDS}`,
      for: '15m',
      severity: 'critical',
      summary: 'The certificate of a workload ends within 2 hours and is not renewed.',
    },
  ];
}

function trafficAlerts(hosts: WatchedHosts, { failedShare }: AlertLimits): Alert[] {
  const requests = importedRequests(hosts);
  const failed = `sum by (destination_service, destination_cluster) (rate(istio_requests_total{${requests}, response_code=~"0|5.."}[5m]))`;
  const all = `sum by (destination_service) (rate(istio_requests_total{${requests}}[5m]))`;
  return [
    {
      alert: 'MeshRequestsFail',
      expr: `${failed} / ignoring (destination_cluster) group_left () ${all} > ${failedShare}`,
      for: '5m',
      severity: 'critical',
      summary: 'More than {{ $value | humanizePercentage }} of the requests to {{ $labels.destination_service }} fail, '
        + 'in cluster {{ $labels.destination_cluster }} ("unknown": no cluster answered).',
    },
    {
      alert: 'MeshGatewayEjected',
      expr: 'sum by (cluster_name) (envoy_cluster_outlier_detection_ejections_active{cluster_name=~"outbound[|].*"}) > 0',
      for: '5m',
      severity: 'warning',
      summary: 'Callers ejected {{ $value }} endpoints of {{ $labels.cluster_name }}: connections to a gateway fail.',
    },
    {
      alert: 'MeshImportWithoutEndpoint',
      expr: `max by (cluster_name) (envoy_cluster_membership_healthy{${importedClusters(hosts)}}) == 0`,
      for: '5m',
      severity: 'critical',
      summary: 'No gateway is left for {{ $labels.cluster_name }}.',
    },
    ...hosts.exportedHosts.length > 0 ? [{
      alert: 'MeshExportWithoutEndpoint',
      expr: `max by (cluster_name) (envoy_cluster_membership_healthy{${exportedClusters(hosts)}}) == 0`,
      for: '5m',
      severity: 'critical' as const,
      summary: 'The ingress gateway has no ready pod for {{ $labels.cluster_name }}.',
    }] : [],
  ];
}

function configurationAlerts(): Alert[] {
  return [
    {
      alert: 'MeshConfigurationRejectedByProxy',
      expr: growth('pilot_total_xds_rejects', 'type'),
      for: '0m',
      severity: 'critical',
      summary: 'A proxy rejected configuration of type {{ $labels.type }}, and keeps the one from before.',
    },
    {
      alert: 'MeshObjectRefused',
      expr: growth('galley_validation_failed', 'group, resource'),
      for: '0m',
      severity: 'warning',
      summary: 'istiod refused an object of {{ $labels.resource }}.{{ $labels.group }}.',
    },
  ];
}
