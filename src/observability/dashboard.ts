import { importedClusters, importedRequests, WatchedHosts } from './alerts';

interface Panel {
  readonly title: string;
  readonly expr: string;
  readonly legend: string;
  readonly unit: string;
}

/** Width and height of a panel. A row of a dashboard has 24 columns. */
const WIDTH = 12;
const HEIGHT = 8;

/** A Grafana dashboard of the traffic from a cluster to others, as JSON. */
export function dashboard(cluster: string, hosts: WatchedHosts): string {
  const panels = panelsOf(hosts).map((panel, i) => ({
    id: i + 1,
    type: 'timeseries',
    title: panel.title,
    datasource: { type: 'prometheus', uid: '${datasource}' },
    gridPos: { x: i % 2 * WIDTH, y: Math.floor(i / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
    fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
    targets: [{ refId: 'A', expr: panel.expr, legendFormat: panel.legend }],
  }));
  return `${JSON.stringify({
    uid: `mesh-${cluster}`.slice(0, 40),
    title: `Mesh: traffic from ${cluster} to other clusters`,
    tags: ['istio', 'mesh'],
    timezone: 'browser',
    refresh: '1m',
    time: { from: 'now-3h', to: 'now' },
    schemaVersion: 39,
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }] },
    panels,
  }, null, 2)}\n`;
}

function panelsOf(hosts: WatchedHosts): Panel[] {
  const requests = importedRequests(hosts);
  const byCluster = 'sum by (destination_service, destination_cluster)';
  const rate = (selector: string) => `(rate(istio_requests_total{${selector}}[5m]))`;
  const legend = '{{destination_service}} in {{destination_cluster}}';
  const buckets = `rate(istio_request_duration_milliseconds_bucket{${requests}}[5m])`;
  return [
    { title: 'Requests', expr: `${byCluster} ${rate(requests)}`, legend, unit: 'reqps' },
    { title: 'Failed requests', expr: `${byCluster} ${rate(`${requests}, response_code=~"0|5.."`)}`, legend, unit: 'reqps' },
    {
      title: 'Latency, 99th percentile',
      expr: `histogram_quantile(0.99, sum by (le, destination_service, destination_cluster) (${buckets}))`,
      legend,
      unit: 'ms',
    },
    {
      title: 'Opened TCP connections',
      expr: `${byCluster} (rate(istio_tcp_connections_opened_total{${requests}}[5m]))`,
      legend,
      unit: 'cps',
    },
    {
      title: 'Healthy endpoints of imports, fewest of all callers',
      expr: `min by (cluster_name) (envoy_cluster_membership_healthy{${importedClusters(hosts)}})`,
      legend: '{{cluster_name}}',
      unit: 'short',
    },
    {
      title: 'Ejected endpoints, sum of all callers',
      expr: 'sum by (cluster_name) (envoy_cluster_outlier_detection_ejections_active{cluster_name=~"outbound[|].*"})',
      legend: '{{cluster_name}}',
      unit: 'short',
    },
    {
      title: 'Time until the CA certificate ends',
      expr: 'min(citadel_server_cert_chain_expiry_timestamp) - time()',
      legend: 'CA of the cluster',
      unit: 's',
    },
    {
      title: 'Time until the root certificate ends',
      expr: 'min(citadel_server_root_cert_expiry_timestamp) - time()',
      legend: 'root',
      unit: 's',
    },
  ];
}
