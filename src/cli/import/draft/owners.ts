import type { GatewayDraft } from './draft';
import type { Ledger } from './ledger';
import { objectAt, objectsIn, textsIn } from '../../../checks/content';
import { inOneSpelling } from '../../../model/ip-address';
import { GATEWAY_PORT } from '../../../model/port-number';
import { selects, WrittenCluster } from '../../../written/cluster';
import { GatewayOwners, gatewayOwners } from '../../../written/gateway-owners';
import { opens } from '../../../written/opened-hosts';
import type { EntryFacts, RemoteEndpoint } from '../facts/entry-facts';
import type { Inputs } from '../input/inputs';

/** Gateway address that a person names on the command line. */
export interface GivenGateway extends GatewayDraft {
  readonly cluster: string;
}

/** Names of clusters that nobody names, in the order in which their gateways are met: `outside-1`. */
const UNKNOWN = 'outside-';

/** Which clusters are behind the addresses of gateways. */
export class Owners {
  /** Whether nobody named a cluster, so that its name is made of the address. */
  public static isUnknown(cluster: string): boolean {
    return cluster.startsWith(UNKNOWN);
  }

  private readonly known = new Map<string, string>();
  private readonly guessed = new Set<string>();
  private readonly stated: GatewayOwners;

  public constructor(private readonly inputs: Inputs, given: readonly GivenGateway[], private readonly ledger: Ledger) {
    const clusters = [...inputs.clusters.values()];
    const stated = gatewayOwners(clusters, inputs.services
      .map(service => ({ ...service, exporters: objectsIn(service.exporters) })) as any);
    given.forEach(({ cluster, address, port }) => this.add(address, port, cluster));
    clusters.forEach(cluster => gatewayAddresses(cluster).forEach(({ address, port }) => this.add(address, port, cluster.name)));
    this.stated = stated;
  }

  /** The addresses that are known of a cluster. */
  public addressesOf(cluster: string): GatewayDraft[] {
    const known = [...this.known].filter(([, owner]) => owner === cluster).map(([key]) => fromKey(key));
    return known.length > 0 ? known : this.stated.addressesOf(cluster).map(text => fromKey(text.replace(/:(\d+)$/, ' $1')));
  }

  /** The cluster behind an endpoint of an entry. Where no object says, the clusters that could be are looked at. */
  public ownerOf(
    endpoint: RemoteEndpoint, facts: Pick<EntryFacts, 'cluster' | 'host' | 'namespace'>, serviceHosts: readonly string[],
  ): string {
    const port = portOf(endpoint);
    const label = textsIn([endpoint.labels.cluster])[0];
    const [stated] = this.stated.of(endpoint.address, port);
    const owner = this.known.get(keyOf(endpoint.address, port)) ?? label ?? stated ?? this.guess(endpoint, facts, serviceHosts);
    this.add(endpoint.address, port, owner);
    return owner;
  }

  /** Whether the addresses of a cluster are known, and not guessed. */
  private isSettled(cluster: string): boolean {
    return !this.guessed.has(cluster) && this.addressesOf(cluster).length > 0;
  }

  private add(address: string, port: number, cluster: string): void {
    const key = keyOf(address, port);
    this.known.set(key, this.known.get(key) ?? cluster);
  }

  private guess({ address }: RemoteEndpoint, facts: Pick<EntryFacts, 'cluster' | 'host'>, serviceHosts: readonly string[]): string {
    // A cluster whose addresses are known does not have this one too.
    const others = [...this.inputs.clusters.values()].filter(({ name }) => name !== facts.cluster.name && !this.isSettled(name));
    const serving = others.filter(cluster => serviceHosts.some(host => serves(cluster, host)));
    const candidates = serving.length > 0 ? serving : others;
    if (candidates.length === 1) {
      const why = serving.length > 0 ? `of the other clusters, only ${candidates[0].name} has the Service` : 'no other cluster is imported';
      this.guessed.add(candidates[0].name);
      this.ledger.decide(`${address} is taken for the gateway of ${candidates[0].name}: ${why}. `
        + `Correct it by --gateway CLUSTER=${address}`);
      return candidates[0].name;
    }
    this.ledger.decide(`no object says which cluster is behind the gateway ${address}: name it by --gateway CLUSTER=${address}`);
    const count = new Set([...this.known.values()].filter(Owners.isUnknown)).size;
    return `${UNKNOWN}${count + 1}`;
  }
}

/** Port at which an endpoint is reached, whatever port of the service is called. */
export function portOf({ ports }: RemoteEndpoint): number {
  return [...ports.values()][0] ?? GATEWAY_PORT;
}

/** Whether a cluster runs or opens a Service. */
function serves(cluster: WrittenCluster, host: string): boolean {
  const opened = cluster.opened.some(candidate => !candidate.host.startsWith('*') && opens(candidate, host));
  const [name, namespace] = host.split('.');
  return opened || cluster.find('Service', '', namespace, name) !== undefined;
}

/** Addresses of the Services in front of the gateways of a cluster, which listen on the port for other clusters. */
export function gatewayAddresses(cluster: WrittenCluster): GatewayDraft[] {
  return cluster.of('Service').filter(isIngress).flatMap(({ content }) => {
    const { externalIPs, loadBalancerIP } = objectAt(content.spec);
    const ingress = objectsIn(objectAt(objectAt(content.status).loadBalancer).ingress)
      .flatMap(({ ip, hostname }) => textsIn([ip, hostname]));
    const addresses = ingress.length > 0 ? ingress : [...textsIn(externalIPs), ...textsIn([loadBalancerIP])];
    return addresses.map(address => ({ address, port: GATEWAY_PORT }));
  });
}

/** Whether a Service is in front of the gateway for other clusters. */
export function isIngress({ content }: { readonly content: any }): boolean {
  const { ports, selector, type } = objectAt(content.spec);
  const isEgress = selects({ istio: 'egressgateway' }, selector);
  return !isEgress && type !== 'ClusterIP' && objectsIn(ports).some(({ port }) => port === GATEWAY_PORT);
}

function keyOf(address: string, port: number): string {
  return `${inOneSpelling(address)} ${port}`;
}

function fromKey(key: string): GatewayDraft {
  const [address, port] = key.split(' ');
  return { address, port: Number(port) };
}
