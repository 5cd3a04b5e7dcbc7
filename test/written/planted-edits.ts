import { WrittenFolder } from './written-folder';
import { guideMesh } from '../../examples/guide/mesh';
import { replicated } from '../../examples/replicated/mesh';
import { threeClusters } from '../../examples/three-clusters/mesh';

/** An edit by hand that stops a request. */
export interface PlantedEdit {
  readonly what: string;
  readonly program: (app: any) => unknown;
  readonly edit: (folder: WrittenFolder) => unknown;
  readonly code: string;
  /** File, with its line, that the finding names. */
  readonly place: string;
  /** Arguments of `explain` for a request that stops. */
  readonly request: string[];
}

const object = (cluster: string, kind: string, namespace: string, name: string) => `${cluster}/${kind}_${namespace}_${name}.yaml`;
const entry = (namespace: string, name: string) => object('cluster1', 'ServiceEntry.networking.istio.io', namespace, name);
const rule = (namespace: string, name: string) => object('cluster1', 'DestinationRule.networking.istio.io', namespace, name);
const routes = (namespace: string, name: string) => object('cluster1', 'VirtualService.networking.istio.io', namespace, name);
const opening = (name: string) => object('cluster2', 'Gateway.networking.istio.io', 'istio-system', `mesh-${name}`);
const workloadEntry = object('cluster1', 'WorkloadEntry.networking.istio.io', 'back', 'mesh.api.cluster2.0');

const HTTPBIN = { program: guideMesh as (app: any) => unknown, request: ['cluster1', 'foo', 'httpbin.bar.global:8000'] };
const API = { program: replicated as (app: any) => unknown, request: ['cluster1', 'back', 'api:8000'] };
const shop = (namespace: string, service: string) => (
  { program: threeClusters as (app: any) => unknown, request: ['cluster1', namespace, `${service}.shop.global:8000`] }
);

/** Each kind of edit that stops a request. */
export const PLANTED_EDITS: PlantedEdit[] = [
  {
    ...HTTPBIN,
    what: 'mutual TLS is turned off',
    code: 'MESH021',
    place: `${rule('foo', 'httpbin-bar')}:31`,
    edit: folder => folder.edit(rule('foo', 'httpbin-bar'), 'ISTIO_MUTUAL', 'DISABLE'),
  },
  {
    ...HTTPBIN,
    what: 'the DestinationRule is gone',
    code: 'MESH021',
    place: `${entry('foo', 'httpbin-bar')}:20`,
    edit: folder => folder.remove(rule('foo', 'httpbin-bar')),
  },
  {
    ...HTTPBIN,
    what: 'the SNI names another port',
    code: 'MESH088',
    place: `${rule('foo', 'httpbin-bar')}:31`,
    edit: folder => folder.edit(rule('foo', 'httpbin-bar'), '_.8000_', '_.80_'),
  },
  {
    ...HTTPBIN,
    what: 'the SNI names another Service',
    code: 'MESH088',
    place: `${rule('foo', 'httpbin-bar')}:31`,
    edit: folder => folder.edit(rule('foo', 'httpbin-bar'), 'httpbin.bar.svc', 'admin.bar.svc'),
  },
  {
    ...HTTPBIN,
    what: 'the SNI is gone',
    code: 'MESH088',
    place: `${rule('foo', 'httpbin-bar')}:31`,
    edit: folder => folder.edit(rule('foo', 'httpbin-bar'), / +sni: .*\n/, ''),
  },
  {
    ...HTTPBIN,
    what: 'the identity of the server is gone',
    code: 'MESH093',
    place: `${entry('foo', 'httpbin-bar')}:11`,
    edit: folder => folder.edit(entry('foo', 'httpbin-bar'), / +subjectAltNames:\n.*\n/, ''),
  },
  {
    ...HTTPBIN,
    what: 'the import asks for another identity',
    code: 'MESH093',
    place: `${entry('foo', 'httpbin-bar')}:28`,
    edit: folder => folder.edit(entry('foo', 'httpbin-bar'), 'sa/httpbin', 'sa/other'),
  },
  {
    ...HTTPBIN,
    what: 'the VIP is gone',
    code: 'MESH094',
    place: `${entry('foo', 'httpbin-bar')}:11`,
    edit: folder => folder.edit(entry('foo', 'httpbin-bar'), / +addresses:\n.*\n/, ''),
  },
  {
    ...HTTPBIN,
    what: 'the endpoint maps no port',
    code: 'MESH094',
    place: `${entry('foo', 'httpbin-bar')}:15`,
    edit: folder => folder.edit(entry('foo', 'httpbin-bar'), 'http1: 15443', 'http: 15443'),
  },
  {
    ...HTTPBIN,
    what: 'the entry has no endpoint',
    code: 'MESH094',
    place: `${entry('foo', 'httpbin-bar')}:14`,
    edit: folder => folder.edit(entry('foo', 'httpbin-bar'), /endpoints:[\s\S]*exportTo/, 'endpoints: []\n  exportTo'),
  },
  {
    ...HTTPBIN,
    what: 'the Gateway of the exporter is gone',
    code: 'MESH087',
    place: `${entry('foo', 'httpbin-bar')}:15`,
    edit: folder => folder.remove(opening('httpbin-bar')),
  },
  {
    ...HTTPBIN,
    what: 'the Gateway opens another host',
    code: 'MESH087',
    place: `${entry('foo', 'httpbin-bar')}:15`,
    edit: folder => folder.edit(opening('httpbin-bar'), '- httpbin.bar', '- httpbin.foo'),
  },
  {
    ...HTTPBIN,
    what: 'the Service has another port',
    code: 'MESH088',
    place: 'cluster2/Service_bar_httpbin.yaml:14',
    edit: folder => folder.edit('cluster2/Service_bar_httpbin.yaml', 'port: 8000', 'port: 80'),
  },
  {
    ...HTTPBIN,
    what: 'mutual TLS is off at the workload',
    code: 'MESH026',
    place: 'cluster2/off.yaml:5',
    edit: folder => folder.write('cluster2/off.yaml', [
      'apiVersion: security.istio.io/v1', 'kind: PeerAuthentication', 'metadata: { name: off, namespace: bar }', 'spec:',
      '  mtls: { mode: DISABLE }', '',
    ].join('\n')),
  },
  {
    ...HTTPBIN,
    what: 'another host takes the VIP',
    code: 'MESH010',
    place: 'cluster1/other.yaml:6',
    edit: folder => folder.write('cluster1/other.yaml', [
      'apiVersion: networking.istio.io/v1', 'kind: ServiceEntry', 'metadata: { name: other, namespace: foo }', 'spec:',
      '  hosts: [other.example]', '  addresses: [252.149.251.240]', '  ports: [{ number: 80, name: http, protocol: HTTP }]', '',
    ].join('\n')),
  },
  {
    ...shop('direct', 'cart'),
    what: 'the import lacks a subset',
    code: 'MESH012',
    place: `${rule('direct', 'cart-shop')}:15`,
    edit: folder => folder.edit(rule('direct', 'cart-shop'), 'name: v2', 'name: v3'),
  },
  {
    ...shop('direct', 'cart'),
    what: 'the exporter lacks a subset',
    code: 'MESH012',
    place: 'cluster2/DestinationRule.networking.istio.io_shop_mesh.cart.yaml:13',
    edit: folder => folder.edit('cluster2/DestinationRule.networking.istio.io_shop_mesh.cart.yaml', 'name: v2', 'name: v3'),
  },
  {
    ...shop('direct', 'orders'),
    what: 'the exporter accepts no caller of the namespace',
    code: 'MESH066',
    place: 'cluster2/AuthorizationPolicy.security.istio.io_shop_mesh.orders.yaml:13',
    edit: folder => folder.edit('cluster2/AuthorizationPolicy.security.istio.io_shop_mesh.orders.yaml', 'ns/direct/', 'ns/indirect/'),
  },
  {
    ...shop('egress', 'catalog'),
    what: 'the route of the egress gateway is gone',
    code: 'MESH094',
    place: `${object('cluster1', 'Gateway.networking.istio.io', 'istio-system', 'mesh-istio-egressgateway')}:3`,
    edit: folder => folder.remove(routes('istio-system', 'mesh-catalog-shop')),
  },
  {
    ...shop('egress', 'catalog'),
    what: 'the egress gateway does not listen',
    code: 'MESH094',
    place: `${entry('egress', 'catalog-shop')}:15`,
    edit: folder => folder.remove(object('cluster1', 'Gateway.networking.istio.io', 'istio-system', 'mesh-istio-egressgateway')),
  },
  {
    ...shop('egress', 'catalog'),
    what: 'the egress gateway knows no remote gateway',
    code: 'MESH094',
    place: `${routes('istio-system', 'mesh-catalog-shop')}:18`,
    edit: folder => folder.remove(entry('istio-system', 'mesh-catalog-shop')),
  },
  {
    ...API,
    what: 'a remote endpoint takes plain text',
    code: 'MESH021',
    place: `${workloadEntry}:13`,
    edit: folder => folder.edit(workloadEntry, / +security\.istio\.io\/tlsMode: istio\n/, ''),
  },
  {
    ...API,
    what: 'a remote endpoint maps no port',
    code: 'MESH094',
    place: `${workloadEntry}:12`,
    edit: folder => folder.edit(workloadEntry, 'http: 15443', 'grpc: 15443'),
  },
  {
    ...API,
    what: 'a remote endpoint has no address',
    code: 'MESH094',
    place: `${workloadEntry}:16`,
    edit: folder => folder.edit(workloadEntry, / +address: .*\n/, ''),
  },
  {
    ...API,
    what: 'no remote endpoint is left',
    code: 'MESH094',
    place: `${object('cluster1', 'DestinationRule.networking.istio.io', 'back', 'mesh-import.api')}:3`,
    edit: folder => folder.remove(workloadEntry).remove(workloadEntry.replace('cluster2', 'cluster3')),
  },
];
