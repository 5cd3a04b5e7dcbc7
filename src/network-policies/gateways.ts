import type { NetworkPolicies } from './network-policies';
import { Allowed, EVERY_POD, metrics, podsIn, podsOfNamespaces, PolicyModel, ranges, tcp, udpAndTcp } from './policy-object';
import type { EgressGateway } from '../model/egress-gateway';
import type { GatewayAddress } from '../model/gateway-address';
import { HEALTH_PORT } from '../model/gateway-ports';
import type { GatewayService } from '../model/gateway-service';
import { GATEWAY_PORT } from '../model/port-number';
import { asLabel } from '../names';

/** Ports of a gateway for metrics: those of the agent, and those of Envoy. */
const METRICS_PORTS = [15020, 15090];
/** Port of istiod for configuration and certificates. */
const ISTIOD_PORT = 15012;
/** Ports of DNS pods: by themselves, on OpenShift, and on Gardener. A policy sees the port of the pod, not that of its Service. */
const DNS_PORTS = [53, 5353, 8053];

/** What every gateway has in common. */
interface GatewayFacts {
  readonly policies: NetworkPolicies;
  /** Namespace of istiod. */
  readonly istioNamespace: string;
}

/** Ingress gateway, as its NetworkPolicy depends on it. */
export interface IngressFacts extends GatewayFacts {
  readonly selector: { [key: string]: string };
  /** Namespace of the gateway. */
  readonly namespace: string;
  readonly service: GatewayService;
  /** Namespaces of the exports; undefined where Gateways that nobody declares can lead to every namespace. */
  readonly exportNamespaces: () => string[] | undefined;
}

/** Egress gateway, as its NetworkPolicy depends on it. */
export interface EgressFacts extends GatewayFacts {
  readonly gateway: EgressGateway;
  /** Namespaces that import through the gateway; undefined for all. */
  readonly callers: () => string[] | undefined;
  /** Remote gateways of the imports. */
  readonly remoteGateways: () => GatewayAddress[];
}

/** Returns the NetworkPolicy of an ingress gateway. */
export function ingressGatewayPolicy(facts: IngressFacts): PolicyModel {
  const { istioNamespace, namespace, selector, service, policies } = facts;
  return {
    name: 'mesh-istio-ingressgateway',
    namespace,
    selector,
    incoming: () => [
      { ...clientsOf(service), ports: tcp(GATEWAY_PORT, ...service._otherPorts) },
      // Load balancers check the health from addresses of their own.
      { ports: tcp(HEALTH_PORT) },
      ...metrics(policies.metricsFrom, ...METRICS_PORTS),
    ],
    outgoing: () => [...controlPlaneAndDns(istioNamespace), ...podsOf(facts.exportNamespaces())],
  };
}

/**
 * Clients of an ingress gateway. Ranges of addresses hold only where the gateway sees the address of the client: elsewhere the node or the
 * load balancer puts its own address in its place.
 */
function clientsOf({ sourceRanges, externalTrafficPolicy }: GatewayService): Pick<Allowed, 'peers'> {
  return sourceRanges.length > 0 && externalTrafficPolicy === 'Local' ? { peers: [...ranges(sourceRanges), EVERY_POD] } : {};
}

/** Returns the NetworkPolicy of an egress gateway. */
export function egressGatewayPolicy(facts: EgressFacts): PolicyModel {
  const { gateway, istioNamespace, policies } = facts;
  return {
    name: asLabel(`mesh-${gateway.name}`),
    namespace: gateway.namespace,
    selector: gateway.selector,
    incoming: () => [
      ...podsOf(facts.callers()).map(allowed => ({ ...allowed, ports: tcp(GATEWAY_PORT) })),
      ...metrics(policies.metricsFrom, ...METRICS_PORTS),
    ],
    outgoing: () => [...controlPlaneAndDns(istioNamespace), ...addressesOf(facts.remoteGateways())],
  };
}

function controlPlaneAndDns(istioNamespace: string): Allowed[] {
  return [{ peers: [podsIn(istioNamespace, { app: 'istiod' })], ports: tcp(ISTIOD_PORT) }, { ports: udpAndTcp(...DNS_PORTS) }];
}

/** All pods of some namespaces, of all namespaces where they are undefined, and of none for an empty list. */
function podsOf(namespaces: string[] | undefined): Allowed[] {
  if (namespaces === undefined) {
    return [{ peers: [EVERY_POD] }];
  }
  return namespaces.length === 0 ? [] : [{ peers: [podsOfNamespaces(namespaces)] }];
}

/** Remote gateways, grouped by their port. The addresses behind a hostname are known to nobody at synth. */
function addressesOf(gateways: GatewayAddress[]): Allowed[] {
  const ports = [...new Set(gateways.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map(port => {
    const behind = gateways.filter(gateway => gateway.port === port);
    const cidrs = [...new Set(behind.map(({ address }) => address.includes(':') ? `${address}/128` : `${address}/32`))].sort();
    return { ...!behind.some(({ isHostname }) => isHostname) && { peers: ranges(cidrs) }, ports: tcp(port) };
  });
}
