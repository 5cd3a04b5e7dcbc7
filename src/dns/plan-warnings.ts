import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Warning of a plan. The place is known to the construct that carries out the plan. */
export type PlanWarning = Omit<Problem, 'where' | 'path'>;

/** Warning that the platform serves zones within the zone of remote names; none if there are no such zones. */
export function longerZoneWarnings(zones: string[]): PlanWarning[] {
  return zones.length === 0 ? [] : [{
    code: MeshErrorCode.LONGER_ZONE,
    what: 'the DNS of the cluster serves a longer zone, so names in it do not reach the resolver of the mesh',
    got: [...new Set(zones)].sort().join(', '),
    fix: 'remove the longer zone from the DNS of the cluster, or rename the namespace or suffix of the services',
  }];
}

/** Warning that configuration values of an EKS add-on were not passed. */
export function unknownValuesWarnings(): PlanWarning[] {
  return [{
    code: MeshErrorCode.UNKNOWN_VALUES,
    what: 'the file holds the Corefile alone, and an update of the add-on with it resets all other configuration values',
    fix: 'pass configurationValues, as "aws eks describe-addon --query addon.configurationValues" shows them; "{}" when there are none',
  }];
}
