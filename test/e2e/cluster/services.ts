import { spawn } from 'child_process';
import { run } from '../process';
import type { Kube } from './kube';

/** Makes a host the node of a cluster, which forwards traffic to the clusterIPs of Services. */
export async function makeNode(netns: string): Promise<void> {
  const inside = (...command: string[]) => run('ip', ['netns', 'exec', netns, ...command]);
  for (const setting of ['ip_forward=1', 'conf.all.send_redirects=0', 'conf.eth0.send_redirects=0']) {
    await inside('sysctl', '-qw', `net.ipv4.${setting}`);
  }
  await inside('iptables', '-t', 'nat', '-N', 'KUBE');
  await inside('iptables', '-t', 'nat', '-A', 'PREROUTING', '-j', 'KUBE');
  // All hosts share one network. Without masquerading, answers would bypass the node.
  await inside('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-m', 'conntrack', '--ctstate', 'DNAT', '-j', 'MASQUERADE');
}

/**
 * Replaces kube-proxy: the node forwards connections to the clusterIP and to the node ports of a Service to one of the endpoints in
 * the EndpointSlices of the API server.
 */
export async function syncServices(kube: Kube, node: string, nodeAddress: string): Promise<void> {
  const [services, slices] = await Promise.all(
    [kube.api('GET', '/api/v1/services'), kube.api('GET', '/apis/discovery.k8s.io/v1/endpointslices')],
  );
  const withClusterIp = services.items.filter(({ spec }: any) => spec.clusterIP && spec.clusterIP !== 'None');
  const rules = withClusterIp.flatMap((service: any) => {
    const ownSlices = slices.items.filter(({ metadata }: any) => metadata.namespace === service.metadata.namespace
      && metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name);
    return service.spec.ports.flatMap((port: any) => {
      const targets = targetsOf(ownSlices, port);
      const atNode = port.nodePort ? rulesOf(nodeAddress, { ...port, port: port.nodePort }, targets) : [];
      return [...rulesOf(service.spec.clusterIP, port, targets), ...atNode];
    });
  });
  await restore(node, ['*nat', ':KUBE - [0:0]', ...rules, 'COMMIT', ''].join('\n'));
}

/** Address and port of each ready endpoint for a port of a Service. */
function targetsOf(slices: any[], servicePort: any): string[] {
  return slices.flatMap(slice => {
    const port = slice.ports?.find(({ name }: any) => (name ?? '') === (servicePort.name ?? ''))?.port;
    const ready = (slice.endpoints ?? []).filter((endpoint: any) => endpoint.conditions?.ready !== false);
    return port ? ready.map((endpoint: any) => `${endpoint.addresses[0]}:${port}`) : [];
  });
}

/** One rule for each target. The rules are tried in order, so their probabilities give each target an equal share. */
function rulesOf(address: string, servicePort: any, targets: string[]): string[] {
  const protocol = (servicePort.protocol ?? 'TCP').toLowerCase();
  return targets.map((target, i) => {
    const remaining = targets.length - i;
    return [
      `-A KUBE -d ${address}/32 -p ${protocol} --dport ${servicePort.port}`,
      ...remaining > 1 ? [`-m statistic --mode random --probability ${(1 / remaining).toFixed(6)}`] : [],
      `-j DNAT --to-destination ${target}`,
    ].join(' ');
  });
}

/** Replaces the chain KUBE in one step. */
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
