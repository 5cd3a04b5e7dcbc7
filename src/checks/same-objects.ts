import type { Declarations } from './declarations';
import { MeshErrorCode } from '../errors/mesh-error-code';
import type { Problem } from '../errors/problem';

/** Two objects with the same kind, namespace and name: the cluster would keep one of them, and both would be one file. */
export function sameObjects({ objects }: Declarations): Problem[] {
  const first = new Map<string, string>();
  return objects.flatMap(({ apiGroup, kind, metadata, name, node }) => {
    const key = `${kind}.${apiGroup} ${metadata.namespace ?? ''}/${name}`;
    const other = first.get(key);
    first.set(key, other ?? node.path);
    if (other === undefined) {
      return [];
    }
    return [{
      code: MeshErrorCode.SAME_OBJECT,
      where: node.path,
      what: 'two objects with the same kind, namespace and name',
      got: key,
      expected: `one object; the other is ${other}`,
      fix: 'rename or remove one of them',
      path: node.path,
    }];
  });
}
