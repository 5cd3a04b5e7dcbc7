import type { ApiObject } from 'cdk8s';
import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';
import { namespaceOf } from '../objects/provenance';

/** Two objects with the same kind, namespace and name: the cluster would keep one of them, and both would be one file. */
export function sameObjects({ objects }: Declarations): Problem[] {
  const first = new Map<string, ApiObject>();
  return objects.flatMap(object => {
    const { apiGroup, kind, name, node } = object;
    const key = `${kind}.${apiGroup} ${namespaceOf(object) ?? ''}/${name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, object);
      return [];
    }
    return [{
      code: MeshErrorCode.SAME_OBJECT,
      where: node.path,
      what: 'two objects with the same kind, namespace and name',
      got: key,
      expected: `one object; the other is ${other.node.path}`,
      fix: 'rename or remove one of them',
      path: node.path,
    }];
  });
}
