import { step, Step } from './step';
import { objectAt, textsIn } from '../../checks/content';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isSeenFrom } from '../cluster';
import type { Finding } from '../finding';
import { GlobalImport, whereOf } from '../imports';
import { Manifest, placeOf } from '../manifest';
import { subsetsOf } from '../tls-policy';

export function missingVip(imported: GlobalImport): Finding[] {
  return imported.addresses.length > 0 ? [] : [{
    severity: 'error',
    code: MeshErrorCode.INCOMPLETE_IMPORT,
    where: whereOf(imported),
    what: 'the entry has no VIP, so the name does not resolve to an address of its own',
    expected: 'spec.addresses with one VIP',
    fix: 'run the synth again, or restore the address from Git',
    place: placeOf(imported.entry, 'spec'),
  }];
}

/** Of two hosts with one VIP, no request reaches the later one. */
export function sharedVips(imported: GlobalImport): Finding[] {
  const { cluster, entry, addresses, namespace, host } = imported;
  const rivals = cluster.of('ServiceEntry', 'networking.istio.io').filter(other => other !== entry && isSeenFrom(namespace, other));
  return rivals.flatMap(other => {
    const { addresses: taken, hosts } = objectAt(other.content.spec);
    const shared = textsIn(taken).find(address => addresses.includes(address));
    if (shared === undefined || textsIn(hosts).includes(host)) {
      return [];
    }
    const [first, second] = [{ host, entry }, { host: textsIn(hosts).join(', '), entry: other }].sort((a, b) => a.host < b.host ? -1 : 1);
    return [{
      severity: 'error' as const,
      code: MeshErrorCode.VIP_CONFLICT,
      where: `${cluster.name}, namespace ${namespace}`,
      what: `${first.host} and ${second.host} have the same VIP`,
      got: shared,
      expected: 'a VIP for each host',
      fix: `set addresses on the export or import of ${second.host} to an address that is free`,
      place: placeOf(second.entry, 'spec', 'addresses'),
    }];
  });
}

export function missingSubset(imported: GlobalImport, subset: string, rule: Manifest | undefined, place: Step['place']): Finding {
  return {
    severity: 'error',
    code: MeshErrorCode.ROUTING,
    where: whereOf(imported),
    what: `a route leads to the subset ${subset}, which no DestinationRule of the import defines`,
    got: rule ? subsetsOf(rule) : [],
    expected: `the subset ${subset}`,
    fix: 'restore the subset, or remove the version from the routing',
    place: rule ? placeOf(rule, 'spec', 'subsets') : place,
  };
}

export function noEndpoint(imported: GlobalImport, hasLabels: boolean): Step {
  return step('gateway', 'no endpoint', {
    findings: [{
      severity: 'error',
      code: MeshErrorCode.INCOMPLETE_IMPORT,
      where: whereOf(imported),
      what: hasLabels ? 'no endpoint of the entry has the labels of the subset' : 'the entry has no endpoint',
      expected: 'the gateway of each exporting cluster',
      fix: 'run the synth again, or restore the endpoints from Git',
      place: placeOf(imported.entry, 'spec', 'endpoints'),
    }],
  });
}

export function endpointWithoutPort(imported: GlobalImport, address: string, portName: string, place: Step['place']): Step {
  return step('gateway', `${address} without a port of the gateway`, {
    place,
    findings: [{
      severity: 'error',
      code: MeshErrorCode.INCOMPLETE_IMPORT,
      where: whereOf(imported),
      what: `the endpoint ${address} maps port ${portName} to no port of the gateway`,
      expected: `ports.${portName}, such as 15443`,
      fix: 'run the synth again, or restore the port from Git',
      place,
    }],
  });
}
