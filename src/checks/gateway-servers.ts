import { objectAt, objectsIn, textsIn } from './content';
import type { ForeignManifest, IstioFacts } from './declarations';
import { wildcardsOf } from './rule-scope';
import { Labels, Selection, selectionOf } from './selection';
import { GATEWAY_PORT } from '../model/port-number';

/** A server of a Gateway of the user's own on the port between clusters. */
export interface ForeignServer {
  readonly gateway: ForeignManifest;
  /** Hosts as Istio compares them: the namespace "." is written out, and the namespace "*" is left out. */
  readonly hosts: string[];
  readonly hasTls: boolean;
  /** Whether the server opens each Service that its hosts cover. */
  readonly opensServices: boolean;
}

/** The servers of Gateways on the port between clusters. A server with a `bind` address is a listener of its own. */
export function serversOf(gateways: ForeignManifest[]): ForeignServer[] {
  return gateways.flatMap(gateway => {
    return objectsIn(gateway.spec.servers).filter(server => server.port?.number === GATEWAY_PORT && !server.bind).map(server => ({
      gateway,
      hosts: textsIn(server.hosts).map(host => comparedHost(host, gateway.metadata.namespace ?? '')),
      hasTls: server.tls !== undefined,
      opensServices: server.tls?.mode === 'AUTO_PASSTHROUGH',
    }));
  });
}

function comparedHost(host: string, namespace: string): string {
  const slash = host.indexOf('/');
  const [place, name] = [host.slice(0, Math.max(slash, 0)), host.slice(slash + 1)];
  return slash < 0 || place === '*' ? name : `${place === '.' ? namespace : place}/${name}`;
}

/** Pods of a gateway. */
export interface GatewayPods {
  readonly namespace: string;
  /** Labels that the pods are known to have. */
  readonly selector: Labels;
}

/**
 * Which pods of a gateway a Gateway object configures. A Gateway without a selector is for all pods, and one of another namespace for
 * none, unless the cluster takes Gateways of any namespace.
 */
export function gatewaySelection({ metadata, spec }: ForeignManifest, { namespace, selector }: GatewayPods, istio: IstioFacts): Selection {
  return istio.gatewaysOfAnyNamespace || metadata.namespace === namespace ? selectionOf(objectAt(spec.selector), selector) : 'none';
}

/** Hosts of Services, to look up which of them a host of a server names or covers. */
export class ServiceHosts {
  private readonly exact: Set<string>;
  private readonly wildcards: Set<string>;

  public constructor(hosts: string[]) {
    this.exact = new Set(hosts);
    this.wildcards = new Set(hosts.flatMap(wildcardsOf));
  }

  /** The first host of a server that takes the place of a Service; undefined when none does. */
  public takenBy({ hosts, opensServices }: ForeignServer): string | undefined {
    return hosts.find(host => {
      const name = host.slice(host.indexOf('/') + 1);
      return this.exact.has(host) || opensServices && (this.exact.has(name) || this.wildcards.has(name));
    });
  }
}
