import { Answers } from './running-clusters';

/** Words after which every `kubectl get` of the command ends. */
const LIST = '--output=json --ignore-not-found';

/** The call of `kubectl get` with some arguments. */
export function get(words: string): string {
  return `get ${words} ${LIST}`;
}

/** Calls that tests change. */
export const CALLS = {
  version: 'get --raw=/version',
  groups: 'get --raw=/apis',
  services: get('services --all-namespaces'),
  nodes: get('nodes'),
  gateways: get('gateways.networking.istio.io --all-namespaces'),
  istiods: get('deployments.apps --all-namespaces --selector=app=istiod'),
  systemMaps: get('configmaps coredns coredns-custom kube-dns node-local-dns nodelocaldns kubeadm-config --namespace=kube-system'),
  systemSets: get('daemonsets.apps --namespace=kube-system'),
  istioMaps: get('configmaps istio istio-ca-root-cert --namespace=istio-system'),
  workloads: get('deployments.apps,daemonsets.apps --namespace=istio-system'),
};

const list = (items: object[]) => ({ apiVersion: 'v1', kind: 'List', items });
const configMap = (namespace: string, name: string, data: object) => (
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }
);

/** Corefile of kubeadm. */
export const COREFILE = [
  '.:53 {', '    errors', '    kubernetes cluster.local in-addr.arpa ip6.arpa', '    forward . /etc/resolv.conf', '    cache 30', '}', '',
].join('\n');

/** Service of an ingress gateway with Istio's labels. */
export function gatewayService(spec: object, status: object = {}, metadata: object = {}): any {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'istio-ingressgateway', namespace: 'istio-system', ...metadata },
    spec: {
      selector: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
      ports: [
        { name: 'status-port', port: 15021, targetPort: 15021, nodePort: 31021 },
        { name: 'tls', port: 15443, targetPort: 15443, nodePort: 31443 },
      ],
      ...spec,
    },
    status,
  };
}

/**
 * What kubectl answers about the two clusters of the guide: kubeadm, Istio 1.31, a load balancer each.
 * @param root root that workloads trust, as PEM
 */
export function guideClusters(root: string): Answers {
  return Object.fromEntries([['cluster1', '203.0.113.10'], ['cluster2', 'mesh.cluster2.example.com']].map(([name, address]) => {
    const status = { loadBalancer: { ingress: [/[a-z]/.test(address) ? { hostname: address } : { ip: address }] } };
    const egress = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'istio-egressgateway', namespace: 'istio-system' },
      spec: { clusterIP: '10.96.7.7', selector: { istio: 'egressgateway' }, ports: [{ name: 'tls', port: 15443 }] },
    };
    const httpbin = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'httpbin', namespace: 'bar' },
      spec: {
        clusterIP: '10.96.8.8',
        selector: { app: 'httpbin' },
        ports: [{ name: 'http', port: 8000, targetPort: 80 }, { port: 53, protocol: 'UDP' }],
      },
    };
    const dns = { metadata: { name: 'kube-dns', namespace: 'kube-system' }, spec: { clusterIP: '10.96.0.10', ports: [{ port: 53 }] } };
    const opens = {
      metadata: { name: 'mesh-httpbin-bar', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [{ hosts: ['httpbin.bar.svc.cluster.local'], port: { number: 15443 }, tls: { mode: 'AUTO_PASSTHROUGH' } }],
      },
    };
    const istiod = {
      metadata: { name: 'istiod', namespace: 'istio-system', labels: { 'app': 'istiod', 'istio.io/rev': 'default' } },
      spec: {
        template: {
          metadata: { labels: { app: 'istiod' } },
          spec: {
            containers: [{
              name: 'discovery',
              image: 'docker.io/istio/pilot:1.31.0-distroless',
              args: ['discovery', '--domain', 'cluster.local'],
              env: [{ name: 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE', value: 'true' }],
            }],
          },
        },
      },
    };
    const gateway = {
      metadata: { name: 'istio-ingressgateway', namespace: 'istio-system' },
      spec: {
        template: {
          metadata: { labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' } },
          spec: { containers: [{ name: 'istio-proxy', env: [{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: name }] }] },
        },
      },
    };
    const mesh = 'trustDomain: cluster.local\ndefaultConfig:\n  proxyMetadata:\n    ISTIO_META_DNS_CAPTURE: "true"\n';
    return [name, {
      [CALLS.version]: { gitVersion: 'v1.34.1' },
      [CALLS.groups]: { groups: [{ name: 'apps' }] },
      [CALLS.nodes]: list([{ metadata: { name: 'node-1' }, status: { addresses: [{ type: 'InternalIP', address: '192.0.2.11' }] } }]),
      [CALLS.services]: list(
        [gatewayService({ type: 'LoadBalancer', clusterIP: '10.96.9.9' }, status), dns, ...name === 'cluster1' ? [egress] : [httpbin]],
      ),
      [CALLS.gateways]: list(name === 'cluster1' ? [] : [opens]),
      [CALLS.istiods]: list([istiod]),
      [CALLS.systemMaps]: list(
        [configMap('kube-system', 'coredns', { Corefile: COREFILE }), configMap('kube-system', 'kubeadm-config', {})],
      ),
      [CALLS.systemSets]: list([]),
      [CALLS.istioMaps]: list(
        [configMap('istio-system', 'istio', { mesh }), configMap('istio-system', 'istio-ca-root-cert', { 'root-cert.pem': root })],
      ),
      [CALLS.workloads]: list([istiod, gateway]),
    }];
  }));
}
