import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';

/** Addresses that the guide reads from its clusters, with the values of examples/guide-1.5. */
const ADDRESSES = {
  gateway2: '203.0.113.20',
  egress1: '10.0.12.34',
  istiocoredns: '10.0.0.10',
};

/** Manifests that the guide applies, as data, in the order of the guide. */
export const BLOCKS = {
  stubDomain: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    data: { stubDomains: `{"global": ["${ADDRESSES.istiocoredns}"]}\n` },
  },
  direct: serviceEntry('DNS', [{ address: ADDRESSES.gateway2, ports: { http1: 15443 } }]),
  egress: serviceEntry('STATIC', [
    { address: ADDRESSES.gateway2, network: 'external', ports: { http1: 15443 } },
    { address: ADDRESSES.egress1, ports: { http1: 15443 } },
  ]),
  versions: serviceEntry('DNS', [{ address: ADDRESSES.gateway2, labels: { cluster: 'cluster2' }, ports: { http1: 15443 } }]),
};

function serviceEntry(resolution: string, endpoints: object[]) {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'ServiceEntry',
    metadata: { name: 'httpbin-bar', namespace: 'foo' },
    spec: {
      hosts: ['httpbin.bar.global'],
      location: 'MESH_INTERNAL',
      ports: [{ name: 'http1', number: 8000, protocol: 'http' }],
      resolution,
      addresses: ['240.0.0.2'],
      endpoints,
    },
  };
}

/**
 * YAML blocks in the text of the guide, with values for its variables. The text is read from the file that the environment variable
 * ISTIO_GUIDE_TEXT names, or from a folder beside this project; undefined without the text.
 */
export function blocksOfGuideText(): unknown[] | undefined {
  const file = guideTextFile();
  if (!file) {
    return undefined;
  }
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/kubectl apply (.*)-f - <<EOF\n([\s\S]*?)EOF/g)].map(([, options, yaml]) => {
    const withValues = yaml
      .replace('$(kubectl get svc -n istio-system istiocoredns -o jsonpath={.spec.clusterIP})', ADDRESSES.istiocoredns)
      .replace('${CLUSTER2_GW_ADDR}', ADDRESSES.gateway2)
      .replace('${CLUSTER1_EGW_ADDR}', ADDRESSES.egress1);
    const manifest = parse(withValues) as { metadata: { namespace?: string } };
    const namespace = /-n (\S+)/.exec(options)?.[1];
    return namespace ? { ...manifest, metadata: { ...manifest.metadata, namespace } } : manifest;
  });
}

function guideTextFile(): string | undefined {
  if (process.env.ISTIO_GUIDE_TEXT) {
    return process.env.ISTIO_GUIDE_TEXT;
  }
  const parent = join(__dirname, '..', '..', '..');
  return readdirSync(parent, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(parent, entry.name, 'seed-replicated-control-planes.txt'))
    .find(existsSync);
}
