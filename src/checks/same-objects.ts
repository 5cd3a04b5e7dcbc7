import { MeshErrorCode, Problem } from '../errors/mesh-error';
import type { Declarations } from './declarations';

/** Two objects of one kind, namespace and name: the cluster would keep one of them, and a folder has one file for both. */
export function sameObjects({ objects }: Declarations): Problem[] {
  const first = new Map<string, string>();
  return objects.flatMap(({ apiGroup, kind, metadata, name, node }) => {
    const key = `${kind}.${apiGroup} ${metadata.namespace ?? ''}/${name}`;
    const other = first.get(key);
    first.set(key, other ?? node.path);
    if (other === undefined) {return [];}
    return [{
      code: MeshErrorCode.SAME_OBJECT,
      where: node.path,
      what: 'two objects of one kind, namespace and name',
      got: key,
      expected: `one; the other is ${other}`,
      fix: 'rename or remove one of them',
    }];
  });
}
