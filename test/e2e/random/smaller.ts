import type { MeshDeclaration } from './declaration';

/**
 * Leaves out of a wrong mesh whatever it is wrong without: imports, then services that nobody imports, then clusters that
 * neither import nor export. fast-check has made it small before, but where a number chooses among services, it cannot take
 * one out without changing what is chosen.
 */
export async function smallest(mesh: MeshDeclaration, isWrong: (mesh: MeshDeclaration) => Promise<boolean>): Promise<MeshDeclaration> {
  for (const less of oneLess(mesh)) {
    if (await isWrong(less)) {
      return smallest(less, isWrong);
    }
  }
  return mesh;
}

function oneLess(mesh: MeshDeclaration): MeshDeclaration[] {
  const unused = mesh.services.filter(service => !mesh.imports.some(imported => imported.service === service));
  const isUsed = (name: string) => mesh.imports.some(({ cluster }) => cluster === name)
    || mesh.services.some(({ exports }) => exports.some(({ cluster }) => cluster === name));
  return [
    ...mesh.imports.map(gone => ({ ...mesh, imports: mesh.imports.filter(kept => kept !== gone) })),
    ...unused.map(gone => ({ ...mesh, services: mesh.services.filter(kept => kept !== gone) })),
    ...mesh.clusters.filter(({ name }) => !isUsed(name)).map(gone => ({ ...mesh, clusters: mesh.clusters.filter(kept => kept !== gone) })),
  ];
}
