import { variableOf } from './istio';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { orUndefined } from '../../errors/mesh-error';
import type { EgressGatewayFacts, FactsOfCluster, IngressGatewayFacts } from '../../facts/facts';
import { GatewayAddress } from '../../model/gateway-address';
import { GATEWAY_PORT } from '../../model/port-number';
import { selects } from '../../written/cluster';
import type { LiveObject } from '../kubectl/kubectl';

/** Nodes whose addresses are written: callers need a few entries, and nodes come and go. */
const MAX_NODES = 3;

/** Services of gateways that a user names, as `namespace/name`. */
export interface GatewayChoice {
  readonly ingressGateway?: string;
  readonly egressGateway?: string;
}

/** The Services of the gateways of a cluster. */
export interface ChosenGateways {
  readonly ingress?: LiveObject;
  readonly egress?: LiveObject;
  readonly notes: string[];
}

/**
 * The Services of gateways: those that a user names; or else those whose pods a Gateway selects that opens hosts to other clusters, or lets
 * the egress gateway listen; or else those with Istio's own labels.
 */
export function chosenGateways(services: LiveObject[], gateways: LiveObject[], named: GatewayChoice): ChosenGateways {
  const ingress = chosen(services, gateways, { named: named.ingressGateway, mode: 'AUTO_PASSTHROUGH', label: 'ingressgateway' });
  const egress = chosen(services, gateways, { named: named.egressGateway, mode: 'PASSTHROUGH', label: 'egressgateway' });
  return { ingress: ingress.service, egress: egress.service, notes: [...ingress.notes, ...egress.notes] };
}

interface Kind {
  readonly named?: string;
  /** Mode of TLS of the Gateways that select the pods. */
  readonly mode: string;
  /** Value of the label `istio` of the pods, in Istio's own charts. */
  readonly label: string;
}

function chosen(services: LiveObject[], gateways: LiveObject[], { named, mode, label }: Kind) {
  if (named !== undefined) {
    const service = services.find(candidate => keyOf(candidate) === named);
    return { service, notes: service ? [] : [`no Service ${named}, which was named as the ${label}`] };
  }
  const selectorOf = ({ spec }: LiveObject) => objectAt(objectAt(spec).selector);
  const usable = services.filter(service => Object.keys(selectorOf(service)).length > 0).sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  const selecting = gateways.filter(({ spec }) => objectsIn(objectAt(spec).servers).some(({ tls }) => objectAt(tls).mode === mode));
  const bySelector = usable.filter(service => hasGatewayPort(service) && selecting.some(
    gateway => selects(objectAt(gateway.spec).selector, selectorOf(service)),
  ));
  const byLabel = usable.filter(service => selectorOf(service).istio === label);
  const candidates = bySelector.length > 0 ? bySelector : byLabel;
  return {
    service: candidates[0] as LiveObject | undefined,
    notes: candidates.length > 1
      ? [`of the Services ${candidates.map(keyOf).join(', ')}, the first one is taken as the ${label}; name another with --${
        label === 'ingressgateway' ? 'ingress-gateway' : 'egress-gateway'}`]
      : [],
  };
}

/** Facts of the gateways, and what a user should know about them. */
export function gatewayFacts({ ingress, egress, notes }: ChosenGateways, nodes: LiveObject[], workloads: LiveObject[]): {
  readonly facts: Pick<FactsOfCluster, 'ingressGateway' | 'egressGateway'>;
  readonly notes: string[];
} {
  const found = ingress && ingressFacts(ingress, nodes, workloads);
  return {
    facts: { ...found && { ingressGateway: found }, ...egress && { egressGateway: egressFacts(egress) } },
    notes: [...notes, ...found ? notesOn(found) : ['no Service of an ingress gateway was found, so the cluster can export nothing']],
  };
}

function ingressFacts(service: LiveObject, nodes: LiveObject[], workloads: LiveObject[]): IngressGatewayFacts {
  const { spec, status, metadata } = service;
  const selector = textMap(spec.selector);
  const port = portOf(service);
  const templates = workloads.map(workload => objectAt(objectAt(workload.spec).template));
  const pods = templates.find(template => selects(selector, objectAt(template.metadata).labels));
  const view = pods && variableOf(pods, 'ISTIO_META_REQUESTED_NETWORK_VIEW');
  const type = spec.type === 'LoadBalancer' || spec.type === 'NodePort' ? spec.type : 'ClusterIP';
  const ingress = objectsIn(objectAt(objectAt(status).loadBalancer).ingress);
  return {
    name: String(metadata.name),
    namespace: String(metadata.namespace),
    selector,
    type,
    ...port !== undefined && { port: Number(port.port) },
    addresses: reachable(ingress.map(({ ip, hostname }) => ip ?? hostname)),
    externalIps: reachable(textsIn(spec.externalIPs)),
    ...typeof port?.nodePort === 'number' && { nodePort: port.nodePort },
    nodeAddresses: type === 'NodePort' ? addressesOf(nodes) : [],
    ...typeof view === 'string' && view !== '' && { networkView: view },
  };
}

function egressFacts({ metadata, spec }: LiveObject): EgressGatewayFacts {
  return {
    name: String(metadata.name),
    namespace: String(metadata.namespace),
    selector: textMap(spec.selector),
    ...typeof spec.clusterIP === 'string' && spec.clusterIP !== 'None' && spec.clusterIP !== '' && { clusterIp: spec.clusterIP },
  };
}

function notesOn({ port, addresses, externalIps, nodePort, nodeAddresses, networkView, type, name }: IngressGatewayFacts): string[] {
  const isAtNodes = type === 'NodePort' && nodePort !== undefined && nodeAddresses.length > 0;
  const hasAddress = isAtNodes || addresses.length + externalIps.length > 0;
  return [
    ...port === undefined ? [`no port of Service ${name} leads to port ${GATEWAY_PORT}, so other clusters cannot connect`] : [],
    ...hasAddress ? [] : [`Service ${name} has no address outside of the cluster${type === 'LoadBalancer' ? ' yet' : ''}`],
    ...networkView === undefined ? [`the pods of ${name} have no network view, so requests could go round between clusters`] : [],
  ];
}

/** The port of a Service that leads to port 15443 of the pods. */
function portOf({ spec }: LiveObject): LiveObject | undefined {
  const ports = objectsIn(objectAt(spec).ports);
  return ports.find(({ port, targetPort }) => (targetPort ?? port) === GATEWAY_PORT)
    ?? ports.find(({ port, targetPort }) => port === GATEWAY_PORT && typeof targetPort === 'string');
}

function hasGatewayPort(service: LiveObject): boolean {
  return portOf(service) !== undefined;
}

function addressesOf(nodes: LiveObject[]): string[] {
  const inOrder = [...nodes].sort((a, b) => String(a.metadata.name) < String(b.metadata.name) ? -1 : 1);
  const typed = (type: string) => inOrder.flatMap(({ status }) => (
    objectsIn(objectAt(status).addresses).filter(address => address.type === type).slice(0, 1).map(({ address }) => address)
  ));
  const outside = reachable(typed('ExternalIP'));
  return (outside.length > 0 ? outside : reachable(typed('InternalIP'))).slice(0, MAX_NODES);
}

/** Addresses that another cluster can reach, without repetition and in order. */
function reachable(addresses: unknown[]): string[] {
  const valid = addresses.flatMap(address => orUndefined(() => GatewayAddress.of(String(address)))?.address ?? []);
  return [...new Set(valid)].sort();
}

function textMap(value: unknown): { [key: string]: string } {
  return Object.fromEntries(Object.entries(objectAt(value)).map(([key, text]) => [key, String(text)] as [string, string]).sort());
}

function keyOf({ metadata }: LiveObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
