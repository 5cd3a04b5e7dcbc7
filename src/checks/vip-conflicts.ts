import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { DeclaredImport, Declarations } from './declarations';

/** Two hosts on one VIP where a sidecar sees both: the later one would never be reached. */
export function vipConflicts({ chart, imports }: Declarations): Problem[] {
  const owners = new Map<string, DeclaredImport>();
  return inOrder(imports).flatMap(imported => imported.addresses().flatMap(address => {
    const key = imported.scoped ? `${imported.namespace} ${address}` : address;
    const owner = owners.get(key) ?? imported;
    owners.set(key, owner);
    if (owner.service.host === imported.service.host) {return [];}
    return [{
      code: MeshErrorCode.VIP_CONFLICT,
      where: `imports of ${chart.node.id}`,
      what: `${owner.service.host} and ${imported.service.host} have one VIP`,
      got: address,
      expected: 'a VIP for each host',
      fix: `set addresses on the export or import of ${imported.service.host}, to one that is free`,
    }];
  }));
}

/** Imports by namespace and host, so that the order of declaration does not decide which of two is named first. */
function inOrder(imports: DeclaredImport[]): DeclaredImport[] {
  const key = (imported: DeclaredImport) => `${imported.namespace}/${imported.service.host}`;
  return imports.map(imported => ({ imported, by: key(imported) })).sort((a, b) => a.by < b.by ? -1 : 1).map(({ imported }) => imported);
}
