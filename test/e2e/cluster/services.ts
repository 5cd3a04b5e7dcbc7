import { spawn } from 'child_process';
import { run } from '../process';
import type { Kube } from './kube';

/** Makes a host the node of a cluster: what is sent to the clusterIP of a Service passes through it. */
export async function makeNode(netns: string): Promise<void> {
  const inside = (...command: string[]) => run('ip', ['netns', 'exec', netns, ...command]);
  for (const setting of [
    'ip_forward=1',
    'conf.all.send_redirects=0',
    'conf.eth0.send_redirects=0',
  ]) {
    await inside('sysctl', '-qw', `net.ipv4.${setting}`);
  }
  await inside('iptables', '-t', 'nat', '-N', 'KUBE');
  await inside('iptables', '-t', 'nat', '-A', 'PREROUTING', '-j', 'KUBE');
  // All hosts share one network, so answers must be made to come back the same way.
  await inside('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-m', 'conntrack', '--ctstate', 'DNAT', '-j', 'MASQUERADE');
}

/**
 * Stands in for kube-proxy: the node sends connections to the clusterIP of a Service to one of the endpoints that the
 * API server's own EndpointSlices name.
 */
export async function syncServices(kube: Kube, node: string): Promise<void> {
  const [services, slices] = await Promise.all(
    [kube.api('GET', '/api/v1/services'), kube.api('GET', '/apis/discovery.k8s.io/v1/endpointslices')],
  );
  const rules = services.items.filter(
    (service: any) => service.spec.clusterIP && service.spec.clusterIP !== 'None',
  ).flatMap((service: any) => {
    const own = slices.items.filter((slice: any) => slice.metadata.namespace === service.metadata.namespace
      && slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name);
    return service.spec.ports.flatMap((port: any) => {
      const targets = own.flatMap((slice: any) => {
        const number = slice.ports?.find((p: any) => (p.name ?? '') === (port.name ?? ''))?.port;
        const ready = (slice.endpoints ?? []).filter((endpoint: any) => endpoint.conditions?.ready !== false);
        return number ? ready.map((endpoint: any) => `${endpoint.addresses[0]}:${number}`) : [];
      });
      const protocol = (port.protocol ?? 'TCP').toLowerCase();
      return targets.map((target: string, i: number) => [
        `-A KUBE -d ${service.spec.clusterIP}/32 -p ${protocol} --dport ${port.port}`,
        ...i < targets.length - 1 ? [`-m statistic --mode random --probability ${(1 / (targets.length - i)).toFixed(6)}`] : [],
        `-j DNAT --to-destination ${target}`,
      ].join(' '));
    });
  });
  await restore(node, ['*nat', ':KUBE - [0:0]', ...rules, 'COMMIT', ''].join('\n'));
}

/** Replaces the chain in one step. */
function restore(netns: string, table: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ip', ['netns', 'exec', netns, 'iptables-restore', '--noflush'], { stdio: ['pipe', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', chunk => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', code => code === 0 ? resolve() : reject(new Error(`iptables-restore in ${netns}: ${errors}`)));
    child.stdin.end(table);
  });
}
