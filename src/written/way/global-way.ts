import { acceptedServers, ImportRequest, RemoteRequest } from './destination';
import { egressStep, isEgressGateway } from './egress-way';
import { endpointOf } from './endpoint';
import { endpointWithoutPort, missingSubset, missingVip, noEndpoint, sharedVips } from './global-findings';
import { identityFindings } from './identity';
import { gatewayStep } from './remote-way';
import { step, Step } from './step';
import { tlsFindings } from './tls-findings';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { selects } from '../cluster';
import { GlobalImport, whereOf } from '../imports';
import { Manifest, placeOf, titleOf } from '../manifest';
import { Destination, routesFor } from '../routes';
import { sniText } from '../sni';
import { subsetLabelsOf, tlsPolicy, TlsPolicy } from '../tls-policy';

/** The way of a request for a global name. */
export function globalWay(request: ImportRequest): Step {
  const { imported } = request;
  const { entry, host, addresses, cluster } = imported;
  const vips = addresses.length > 0 ? `resolves to ${addresses.join(', ')}` : 'has no VIP';
  return step('name', `${host} ${vips} in namespace ${imported.namespace}`, {
    place: placeOf(entry, 'spec', 'addresses'),
    vips: addresses,
    findings: [...missingVip(imported), ...sharedVips(imported)],
    details: [titleOf(entry)],
    risks: [
      ...cluster.settings.capturesDns === false ? ['the install values capture no DNS, so another resolver has to know the name'] : [],
      'the pod has no sidecar',
    ],
    next: routeSteps(request),
  });
}

function routeSteps(request: ImportRequest): Step[] {
  const { imported: { cluster, host, namespace }, port } = request;
  const [routing] = cluster.forHost('VirtualService', host, namespace).filter(isForSidecars);
  const routes = routing ? routesFor(routing, port, cluster.settings.clusterDomain) : [];
  if (routing === undefined || routes.length === 0) {
    return destinationSteps(request, { host, subset: '' });
  }
  return routes.map(({ condition, destinations, path }) => step(
    'route',
    `${titleOf(routing)}: ${condition === '' ? 'every request' : `requests with ${condition}`}`,
    {
      place: placeOf(routing, ...path),
      details: destinations.map(shownDestination),
      next: destinations.flatMap(destination => destinationSteps(request, destination, routing, path)),
    },
  ));
}

/** The ways to a destination of a route: the imported host, or another one that a person wrote into the route. */
function destinationSteps(request: ImportRequest, destination: Destination, routing?: Manifest, path: (string | number)[] = []): Step[] {
  const { imported, imported: { host } } = request;
  if (destination.host !== host) {
    return [step('route', `to ${destination.host}, which is another host`, {
      isOutOfSight: true,
      risks: [`the identity of the server of ${host} is not asked for`],
    })];
  }
  const place = routing && placeOf(routing, ...path);
  return [tlsStep({ ...request, port: destination.port ?? request.port }, imported, destination.subset, place)];
}

function tlsStep(request: ImportRequest, imported: GlobalImport, subset: string, routePlace: Step['place']): Step {
  const { cluster, host, namespace, entry } = imported;
  const [rule] = cluster.forHost('DestinationRule', host, namespace);
  const isOld = cluster.settings.generation === '1.5';
  const policy: TlsPolicy = rule ? tlsPolicy(rule, request.port, subset) : { subjectAltNames: [], path: [] };
  const usesInstalled = isOld && rule === undefined;
  const mode = usesInstalled ? 'ISTIO_MUTUAL' : policy.mode;
  // Without an SNI in the rule, a proxy derives it from the imported host.
  const sni = policy.sni ?? sniText({ host, subset, port: request.port });
  const ofEntry = textsIn(objectAt(entry.content.spec).subjectAltNames);
  const identities = policy.subjectAltNames.length > 0 ? policy.subjectAltNames : ofEntry;
  const labels = rule && subset !== '' ? subsetLabelsOf(rule, subset) : {};
  const remote: RemoteRequest = {
    sni,
    identities,
    host,
    mesh: request.mesh,
    where: whereOf(imported),
    fromCluster: cluster.name,
    fromNamespace: namespace,
    port: request.port,
  };
  const findings = [
    ...labels === undefined ? [missingSubset(imported, subset, rule, routePlace)] : isOld ? [] : tlsFindings(request, rule, policy, subset),
    ...identityFindings(request.mesh, imported, identities),
  ];
  return step('TLS', mode === undefined ? 'no mutual TLS' : `${mode}, SNI ${sni}`, {
    findings,
    hop: { host, port: request.port, subset, sni, identities, isLocalName: false },
    ...rule && { place: placeOf(rule, ...policy.path) },
    details: [ruleText(rule, usesInstalled), acceptedServers(identities)],
    risks: ['the roots of the two clusters differ'],
    // Whatever comes next follows from the SNI and the labels.
    next: findings.length > 0 ? [] : endpointSteps(request, remote, labels ?? {}),
  });
}

function endpointSteps({ imported, port, mesh }: ImportRequest, remote: RemoteRequest, labels: object): Step[] {
  const { entry, cluster } = imported;
  const portName = imported.ports.find(({ number }) => number === port)?.name ?? '';
  const all = objectsIn(objectAt(entry.content.spec).endpoints);
  const chosen = all.map((endpoint, index) => ({ endpoint, index })).filter(({ endpoint }) => selects(labels, endpoint.labels));
  // On Istio 1.5 only the egress gateway sees the endpoints of its network.
  const hasEgress = all.some(({ network }) => network !== undefined) && all.some(({ network }) => network === undefined);
  const visible = chosen.filter(({ endpoint }) => !(cluster.settings.generation === '1.5' && hasEgress && endpoint.network !== undefined));
  if (visible.length === 0) {
    return [noEndpoint(imported, Object.keys(labels).length > 0)];
  }
  return visible.map(({ endpoint, index }) => {
    const place = placeOf(entry, 'spec', 'endpoints', index);
    const number = objectAt(endpoint.ports)[portName];
    if (typeof number !== 'number') {
      return endpointWithoutPort(imported, String(endpoint.address), portName, place);
    }
    const address = String(endpoint.address);
    if (hasEgress && cluster.settings.generation === '1.5') {
      return oldEgress(remote, address, number, place, all.filter(({ network }) => network !== undefined), portName);
    }
    return isEgressGateway(mesh, cluster, address, number, remote.sni)
      ? egressStep(remote, cluster, { address, port: number, place })
      : gatewayStep(remote, endpointOf(endpoint, number), place);
  });
}

/** The egress gateway of Istio 1.5 sees the other endpoints of the same entry. */
function oldEgress(remote: RemoteRequest, address: string, port: number, place: Step['place'], behind: any[], portName: string): Step {
  return step('egress', `${address}:${port}, the egress gateway, by the install values of Istio 1.5`, {
    place,
    next: behind.map(endpoint => gatewayStep(remote, endpointOf(endpoint, Number(objectAt(endpoint.ports)[portName])), place!)),
  });
}

function isForSidecars({ content }: Manifest): boolean {
  const gateways = textsIn(objectAt(content.spec).gateways);
  return gateways.length === 0 || gateways.includes('mesh');
}

function shownDestination({ host, subset, weight }: Destination): string {
  return `${weight === undefined ? '' : `${weight}% `}to ${host}${subset === '' ? '' : `, subset ${subset}`}`;
}

function ruleText(rule: Manifest | undefined, usesInstalled: boolean): string {
  return rule ? titleOf(rule) : usesInstalled ? 'DestinationRule of the install values of Istio 1.5' : 'no DestinationRule';
}
