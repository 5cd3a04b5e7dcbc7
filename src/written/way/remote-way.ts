import { callersStep } from './callers';
import type { RemoteRequest } from './destination';
import { Endpoint, step, Step } from './step';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { portsOf, WrittenCluster } from '../cluster';
import type { Finding } from '../finding';
import { placeOf, titleOf } from '../manifest';
import { opens, OpenedHost } from '../opened-hosts';
import { ServiceSni, serviceSni } from '../sni';
import type { Place } from '../source';
import { subsetsOf } from '../tls-policy';

/** Name of the Service of an export that limits its ports. */
const LIMITED = /^mesh-export-/;

/**
 * The steps from the address of a remote gateway to the workload.
 * @param place line that names the address
 */
export function gatewayStep(request: RemoteRequest, endpoint: Endpoint, place: Place): Step {
  const { address, port } = endpoint;
  const owners = request.mesh.gatewayOwners.of(address, port);
  const text = `${address}:${port}`;
  if (owners.length > 0) {
    return step('gateway', `${text}, the ingress gateway of ${owners.join(' or ')}`, {
      place,
      endpoint,
      risks: ['the address no longer is that of the gateway, or a firewall refuses the connection'],
      next: owners.map(owner => openedStep(request, owner, place)),
    });
  }
  // Without a catalog, the clusters that open the Service show whose address this can be.
  const host = serviceSni(request.sni)?.host ?? request.sni;
  const candidates = [...request.mesh.clusters.values()].filter(
    ({ name, opened }) => name !== request.fromCluster && opened.some(server => opens(server, host)),
  );
  return step('gateway', `${text}; no file says which cluster has this address`, {
    place,
    endpoint,
    isOutOfSight: candidates.length === 0,
    details: candidates.length > 0 ? [`${candidates.map(({ name }) => name).join(' and ')} open ${host}`] : [],
    risks: ['the address is not that of a gateway of the mesh'],
    next: candidates.map(({ name }) => openedStep(request, name, place)),
  });
}

function openedStep(request: RemoteRequest, exporter: string, place: Place): Step {
  const cluster = request.mesh.clusters.get(exporter);
  const sni = serviceSni(request.sni);
  if (cluster === undefined) {
    return step('opened', `the folders hold no manifests of ${exporter}`, { cluster: exporter, asked: sni?.host, isOutOfSight: true });
  }
  if (cluster.settings.generation === '1.5') {
    // Gateways of Istio 1.5 open every host of the suffix, and rewrite the SNI.
    return openedByInstallValues(request, cluster);
  }
  const server = sni && cluster.opened.find(candidate => opens(candidate, sni.host));
  if (sni === undefined || server === undefined) {
    return step('opened', `no Gateway of ${exporter} opens ${sni?.host ?? request.sni}`, {
      cluster: exporter,
      asked: sni?.host,
      findings: [notOpened(request, exporter, sni, place)],
    });
  }
  return step('opened', `${titleOf(server.gateway)} of ${exporter} opens ${server.host} on port ${server.port}`, {
    cluster: exporter,
    asked: sni.host,
    place: placeOf(server.gateway, 'spec', 'servers', server.server, 'hosts'),
    details: [...sni.subset === '' ? [] : [`subset ${sni.subset}`], `port ${sni.port} of the Service`],
    findings: subsetFindings(cluster, sni, server),
    risks: ['an older Gateway of another owner claims the same host'],
    next: [serviceStep(request, cluster, sni)],
  });
}

function openedByInstallValues(request: RemoteRequest, cluster: WrittenCluster): Step {
  const [name, namespace] = request.host.split('.');
  const host = `${name}.${namespace}.svc.${cluster.settings.clusterDomain}`;
  return step('opened', `the install values of Istio 1.5 open every host of the suffix in ${cluster.name}`, {
    cluster: cluster.name,
    asked: host,
    ...cluster.settings.file && { place: { file: cluster.settings.file.path, line: 1 } },
    next: [serviceStep(request, cluster, { host, port: request.port, subset: '' })],
  });
}

function serviceStep(request: RemoteRequest, cluster: WrittenCluster, sni: ServiceSni): Step {
  const [name, namespace] = sni.host.split('.');
  const service = cluster.service(sni.host);
  const callers = callersStep(request, cluster, { name: name.replace(LIMITED, ''), namespace, service });
  if (service === undefined) {
    return step('Service', `${namespace}/${name} in ${cluster.name}, which no file here holds`, {
      risks: [`the cluster has no Service ${name} in namespace ${namespace}, or its port is not ${sni.port}`],
      next: [callers],
    });
  }
  const ports = portsOf(service).map(({ number }) => number);
  return step('Service', `${namespace}/${name} in ${cluster.name}, port ${sni.port}`, {
    place: placeOf(service, 'spec', 'ports'),
    risks: ['no pod of the Service is ready'],
    findings: ports.includes(sni.port) ? [] : [{
      severity: 'error',
      code: MeshErrorCode.WRONG_SNI,
      where: request.where,
      what: `the Service of ${cluster.name} has no port ${sni.port}, so its gateway passes nothing on`,
      got: sni.port,
      expected: `one of the ports ${ports.join(', ')}`,
      fix: 'correct the port of the export, or of the Service',
      place: placeOf(service, 'spec', 'ports'),
    }],
    next: [callers],
  });
}

function notOpened(request: RemoteRequest, exporter: string, sni: ServiceSni | undefined, place: Place): Finding {
  return {
    severity: 'error',
    code: MeshErrorCode.NOT_OPENED,
    where: request.where,
    what: `no Gateway of ${exporter} opens the host of the SNI, so the gateway closes the connection`,
    got: request.sni,
    expected: sni
      ? `a Gateway of ${exporter} in mode AUTO_PASSTHROUGH with the host ${sni.host}`
      : 'outbound_.PORT_.SUBSET_.NAME.NAMESPACE.svc.DOMAIN',
    fix: `export the service from ${exporter}, remove the cluster from the exporters, or restore the SNI`,
    place,
  };
}

/** A gateway has a filter chain for a subset only where a DestinationRule of the exporter defines it. */
function subsetFindings(cluster: WrittenCluster, sni: ServiceSni, server: OpenedHost): Finding[] {
  if (sni.subset === '') {
    return [];
  }
  const [, namespace] = sni.host.split('.');
  const rules = cluster.forHost('DestinationRule', sni.host, namespace);
  if (rules.some(rule => subsetsOf(rule).includes(sni.subset))) {
    return [];
  }
  const [rule] = rules;
  return [{
    severity: 'error',
    code: MeshErrorCode.ROUTING,
    where: `${cluster.name}, export of ${sni.host}`,
    what: `no DestinationRule defines the subset ${sni.subset}, so the gateway has no way to it`,
    got: rules.flatMap(subsetsOf),
    expected: `a DestinationRule for ${sni.host} with the subset ${sni.subset}`,
    fix: 'declare the version on the export, or route to a version that exists',
    place: rule ? placeOf(rule, 'spec', 'subsets') : placeOf(server.gateway, 'spec', 'servers', server.server, 'hosts'),
  }];
}
