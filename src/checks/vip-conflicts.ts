import type { DeclaredImport, Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Two hosts with one VIP where a sidecar sees both: no request reaches the later one. */
export function vipConflicts({ chart, imports }: Declarations): Problem[] {
  const owners = new Map<string, DeclaredImport>();
  return inOrder(imports).flatMap(imported => imported.addresses.flatMap(address => {
    const key = imported.isScoped ? `${imported.namespace} ${address}` : address;
    const owner = owners.get(key) ?? imported;
    owners.set(key, owner);
    if (owner.service.host === imported.service.host) {
      return [];
    }
    return [{
      code: MeshErrorCode.VIP_CONFLICT,
      where: `imports of ${chart.node.id}`,
      path: imported.path,
      what: `${owner.service.host} and ${imported.service.host} have the same VIP`,
      got: address,
      expected: 'a VIP for each host',
      fix: `set addresses on the export or import of ${imported.service.host} to an address that is free`,
    }];
  }));
}

/** Imports by namespace and host, so that the order of declaration does not decide which of two hosts is named first. */
function inOrder(imports: DeclaredImport[]): DeclaredImport[] {
  const keyed = imports.map(imported => ({ imported, key: `${imported.namespace}/${imported.service.host}` }));
  return keyed.sort((a, b) => a.key < b.key ? -1 : 1).map(({ imported }) => imported);
}
