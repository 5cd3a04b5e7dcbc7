/** The same objects with cdk8s alone, as a user would write them. Arguments: output folder, clusters, imports of each. */
import { createHash } from 'crypto';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';

const [outdir, clusterCount, imports] = process.argv.slice(2);
const CLUSTERS = Number(clusterCount);
const IMPORTS = Number(imports);
const EXPORTS_EACH = Math.ceil(IMPORTS / (CLUSTERS - 1));
const apiVersion = 'networking.istio.io/v1';
const labels = { 'app.kubernetes.io/managed-by': 'cdk8s-istio-multicluster', 'app.kubernetes.io/part-of': 'mesh1' };

/** The VIP of a host: its hash within 240.0.0.0/4, without the addresses that Istio or the network use. */
function vipOf(host: string, attempt = 0): string {
  const number = createHash('sha256').update(`${attempt} ${host}`).digest().readUInt32BE(28) % 2 ** 28;
  const address = [240 + (number >>> 24), number >>> 16 & 255, number >>> 8 & 255, number & 255].join('.');
  return /^240\.240\.|^240\.0\.0\.0$|^255\.255\.255\.255$/.test(address) ? vipOf(host, attempt + 1) : address;
}

const app = new App({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
const clusters = Array.from(
  { length: CLUSTERS },
  (_, i) => ({ chart: new Chart(app, `cluster-${i}`), gateway: `198.18.${i >> 8}.${i & 255}` }),
);
const services = clusters.flatMap((cluster, i) => Array.from(
  { length: EXPORTS_EACH },
  (_, n) => ({ cluster, name: `service-${i}-${n}`, host: `service-${i}-${n}.shop.global` }),
));
for (const { cluster, name } of services) {
  new ApiObject(cluster.chart, `export-${name}`, {
    apiVersion,
    kind: 'Gateway',
    metadata: { name: `mesh-${name}-shop`, namespace: 'istio-system', labels },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{
        port: { number: 15443, name: 'tls', protocol: 'TLS' },
        tls: { mode: 'AUTO_PASSTHROUGH' },
        hosts: [`${name}.shop.svc.cluster.local`],
      }],
    },
  });
}
for (const importer of clusters) {
  for (const { cluster, name, host } of services.filter(service => service.cluster !== importer).slice(0, IMPORTS)) {
    const metadata = { name: `${name}-shop`, namespace: 'shop', labels };
    new ApiObject(importer.chart, `rule-${name}`, {
      apiVersion,
      kind: 'DestinationRule',
      metadata,
      spec: {
        host,
        exportTo: ['.'],
        trafficPolicy: {
          connectionPool: { tcp: { connectTimeout: '5s', tcpKeepalive: { time: '60s', interval: '10s', probes: 3 } } },
          outlierDetection: {
            splitExternalLocalOriginErrors: true,
            consecutiveLocalOriginFailures: 2,
            consecutive5xxErrors: 0,
            interval: '1s',
            baseEjectionTime: '30s',
            maxEjectionPercent: 100,
            minHealthPercent: 1,
          },
          tls: { mode: 'ISTIO_MUTUAL', sni: `outbound_.8000_._.${name}.shop.svc.cluster.local` },
        },
      },
    });
    new ApiObject(importer.chart, `routes-${name}`, {
      apiVersion,
      kind: 'VirtualService',
      metadata,
      spec: { hosts: [host], exportTo: ['.'], http: [{ route: [{ destination: { host } }] }] },
    });
    new ApiObject(importer.chart, `entry-${name}`, {
      apiVersion,
      kind: 'ServiceEntry',
      metadata,
      spec: {
        hosts: [host],
        exportTo: ['.'],
        location: 'MESH_INTERNAL',
        resolution: 'STATIC',
        addresses: [vipOf(host)],
        ports: [{ name: 'http', number: 8000, protocol: 'HTTP' }],
        subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/web'],
        endpoints: [{ address: cluster.gateway, ports: { http: 15443 } }],
      },
    });
  }
}
app.synth();
