import type { Rig } from '../cluster/rig';

/** A value of a metric that a program exposes. */
export interface Sample {
  readonly metric: string;
  /** As exposed, with `pod`, which a Prometheus adds: `pod="sleep", reporter="source"`. */
  readonly labels: string;
  readonly value: number;
}

/** Pods of the clusters that expose what the alerts of cluster1 and of an exporting cluster are about. */
const TARGETS = [
  { cluster: 'cluster1', namespace: 'direct', pod: 'sleep', address: 'http://127.0.0.1:15020/stats/prometheus' },
  { cluster: 'cluster2', namespace: 'istio-system', pod: 'istio-ingressgateway', address: 'http://127.0.0.1:15020/stats/prometheus' },
  { cluster: 'cluster1', namespace: 'istio-system', pod: 'istiod', address: 'http://127.0.0.1:15014/metrics' },
] as const;

/** What a sidecar, an ingress gateway and istiod expose now. */
export async function exposedBy(rig: Rig): Promise<Sample[]> {
  const texts = await Promise.all(TARGETS.map(async ({ cluster, namespace, pod, address }) => {
    const { stdout } = await rig[cluster].inPod(rig[cluster].pod(namespace, pod), 'curl', '-s', '-m', '10', address);
    return samplesIn(stdout, pod);
  }));
  return texts.flat();
}

/** The samples of a text in the format of Prometheus. */
function samplesIn(text: string, pod: string): Sample[] {
  return [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, metric, labels, value]) => ({
    metric,
    labels: [`pod="${pod}"`, ...labels ? [labels] : []].join(', '),
    value: Number(value),
  }));
}
