import { acceptedServers, LocalRequest, RemoteRequest } from './destination';
import { egressStep, isEgressGateway } from './egress-way';
import { endpointOf, rankIn } from './endpoint';
import { missingSubset, noEntries, notSelected, problemOf, TLS_LABEL, withoutTls } from './local-findings';
import { gatewayStep } from './remote-way';
import { step, Step } from './step';
import { objectAt, objectsIn, textsIn } from '../../checks/content';
import { selects } from '../cluster';
import { whereOf } from '../imports';
import { Manifest, placeOf, titleOf } from '../manifest';
import { routesFor } from '../routes';
import { sniText } from '../sni';
import { subsetLabelsOf } from '../tls-policy';

/** The way of a request for a Service that other clusters serve too. */
export function localWay(request: LocalRequest): Step {
  const { imported: { cluster, host, namespace, service, entries } } = request;
  const [name] = host.split('.');
  return step('name', `${host} is Service ${namespace}/${name}${service ? '' : ', which no file here holds'}`, {
    ...service && { place: placeOf(service) },
    risks: [...service ? [] : [`the cluster has no Service ${name} in namespace ${namespace}`], 'the pod has no sidecar'],
    findings: entries.length === 0 ? [noEntries(request.imported)] : [],
    next: routeSteps(request, cluster.forHost('VirtualService', host, namespace)[0]),
  });
}

function routeSteps(request: LocalRequest, routing: Manifest | undefined): Step[] {
  const { imported: { cluster, host }, port } = request;
  const routes = routing ? routesFor(routing, port, cluster.settings.clusterDomain) : [];
  if (routing === undefined || routes.length === 0) {
    return endpointSteps(request, '');
  }
  return routes.map(({ condition, destinations, path }) => step(
    'route',
    `${titleOf(routing)}: ${condition === '' ? 'every request' : `requests with ${condition}`}`,
    {
      place: placeOf(routing, ...path),
      details: destinations.map(({ host: to, subset, weight }) => (
        `${weight === undefined ? '' : `${weight}% `}to ${to}${subset === '' ? '' : `, subset ${subset}`}`
      )),
      next: destinations.flatMap(({ host: to, subset }) => to === host ? endpointSteps(request, subset) : []),
    },
  ));
}

/** Local pods, then the remote gateways in the order of their ranks. */
function endpointSteps(request: LocalRequest, subset: string): Step[] {
  const { imported, imported: { rule, entries, service } } = request;
  const labels = subset === '' ? {} : rule && subsetLabelsOf(rule, subset);
  if (labels === undefined) {
    return [step('TLS', `no subset ${subset}`, { findings: [missingSubset(imported, subset)] })];
  }
  const [name] = imported.host.split('.');
  const isFirst = isLocalFirst(rule);
  const order = isFirst ? 'answer first' : 'answer too';
  const destination = { host: imported.host, port: request.port, subset };
  const local = step('local pods', `pods of ${imported.namespace}/${name} in ${imported.cluster.name} ${order}`, {
    ...service && { place: placeOf(service, 'spec', 'selector') },
    hop: { ...destination, sni: sniText(destination), identities: [], isLocalName: true },
    details: rule ? [`${titleOf(rule)} orders the endpoints`] : ['no DestinationRule orders the endpoints'],
    risks: ['the cluster has no ready pod of the Service'],
  });
  const chosen = entries.filter(entry => selects(labels, objectAt(entry.content.spec).labels));
  const remote = [...chosen].sort((a, b) => rankOf(a) - rankOf(b)).map(entry => entryStep(request, entry, subset));
  return isFirst ? [local, ...remote] : [...remote, local];
}

function entryStep(request: LocalRequest, entry: Manifest, subset: string): Step {
  const { imported, imported: { cluster, host, namespace, service }, mesh, port } = request;
  const { address, labels, network, serviceAccount } = objectAt(entry.content.spec);
  const exporter = mesh.clusters.get(String(network));
  const trustDomain = exporter?.settings.trustDomain ?? cluster.settings.trustDomain;
  const sni = sniText({ host, port, subset });
  const remote: RemoteRequest = {
    mesh,
    host,
    port,
    sni,
    where: whereOf(imported),
    fromCluster: cluster.name,
    fromNamespace: request.fromNamespace,
    identities: typeof serviceAccount === 'string' ? [`spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`] : [],
  };
  const hasTls = objectAt(labels)[TLS_LABEL] === 'istio';
  const selector = objectAt(service?.content.spec).selector;
  return step('TLS', `${titleOf(entry)}, for ${String(network)}: ${hasTls ? `ISTIO_MUTUAL, SNI ${sni}` : 'no mutual TLS'}`, {
    place: placeOf(entry, 'spec', 'labels'),
    hop: { host, port, subset, sni, identities: remote.identities, isLocalName: true },
    details: [acceptedServers(remote.identities), ...rankOf(entry) > 0 ? [`rank ${rankOf(entry)}: answers when those above fail`] : []],
    findings: [
      ...hasTls ? [] : [withoutTls(request, entry)],
      ...service && !selects(selector, labels) ? [notSelected(request, entry, selector)] : [],
    ],
    risks: ['the roots of the two clusters differ'],
    next: typeof address === 'string'
      ? addressSteps(request, remote, entry, address)
      : remoteGatewaySteps(request, remote, entry, String(network)),
  });
}

function addressSteps({ imported, mesh, port }: LocalRequest, remote: RemoteRequest, entry: Manifest, address: string): Step[] {
  const { cluster } = imported;
  const ports = objectAt(objectAt(entry.content.spec).ports);
  const portName = imported.ports.find(({ number }) => number === port)?.name;
  const number = portName === undefined ? Object.values(ports)[0] : ports[portName];
  const place = placeOf(entry, 'spec', 'address');
  if (typeof number !== 'number') {
    return [step('gateway', `${address} without a port of the gateway`, {
      place,
      findings: [{
        ...problemOf(imported),
        what: `the WorkloadEntry maps port ${portName ?? port} to no port of the gateway`,
        expected: `ports.${portName ?? 'http'}, such as 15443`,
        place,
      }],
    })];
  }
  return [isEgressGateway(mesh, cluster, address, number, remote.sni)
    ? egressStep(remote, cluster, { address, port: number, place })
    : gatewayStep(remote, endpointOf(entry.content.spec, number), place)];
}

/** The addresses of a remote gateway that an object of the Gateway API holds, because they are hostnames. */
function remoteGatewaySteps({ imported }: LocalRequest, remote: RemoteRequest, entry: Manifest, network: string): Step[] {
  const gateway = imported.cluster.of('Gateway', 'gateway.networking.k8s.io').find(
    ({ content }) => objectAt(content.metadata.labels)['topology.istio.io/network'] === network,
  );
  const { addresses, listeners } = objectAt(gateway?.content.spec);
  if (gateway === undefined || objectsIn(addresses).length === 0) {
    const place = placeOf(entry, 'spec', 'network');
    return [step('gateway', `no address of the gateway of ${network}`, {
      place,
      findings: [{
        ...problemOf(imported),
        what: `the WorkloadEntry has no address, and no remote Gateway is for the network ${network}`,
        expected: `a Gateway of the Gateway API with the label topology.istio.io/network: ${network}`,
        place,
      }],
    })];
  }
  const port = Number(objectsIn(listeners)[0]?.port ?? 15443);
  return textsIn(objectsIn(addresses).map(({ value }) => value)).map((address, index) => (
    gatewayStep(remote, endpointOf({ ...entry.content.spec, address }, port), placeOf(gateway, 'spec', 'addresses', index))
  ));
}

function rankOf({ content }: Manifest): number {
  return rankIn(objectAt(content.spec).labels);
}

function isLocalFirst(rule: Manifest | undefined): boolean {
  const { trafficPolicy } = objectAt(rule?.content.spec);
  const settings = [objectAt(trafficPolicy), ...objectsIn(objectAt(trafficPolicy).portLevelSettings)];
  return settings.some(({ loadBalancer }) => textsIn(objectAt(objectAt(loadBalancer).localityLbSetting).failoverPriority).length > 0);
}
