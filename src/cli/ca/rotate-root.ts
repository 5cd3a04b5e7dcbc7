import { join } from 'path';
import { CaContext, changePkiFolder } from './context';
import { refuseForeignFolder } from './folder-owner';
import { retiredRootCount } from './next-root';
import { allClusters, readRoots } from './roots';
import { introduce, retireRoot, RotateOptions, Rotation, RotationStepName, switchRoot } from './rotation-steps';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { dnsLabel } from '../../names';
import { shownName } from '../../pki/certificate';
import { dirOption, PKI } from '../../pki/pki-folder';

/**
 * Takes one step of the replacement of the root. The folder of each cluster changes in one step, so the same command continues
 * an interrupted run.
 * @throws MESH030 for a folder without a root, MESH034 for a step that the state of the clusters does not allow
 */
export function rotateRoot(context: CaContext, step: RotationStepName, options: RotateOptions): Promise<void> {
  return changePkiFolder(context, async () => {
    const rotation = rotationIn(context, options);
    const { current, next } = rotation.roots;
    if (step === 'introduce') {
      await introduce(rotation);
    } else if (next) {
      const takeStep = step === 'switch' ? switchRoot : retireRoot;
      await takeStep({ ...rotation, roots: { ...rotation.roots, next } });
    } else if (step === 'retire' && retiredRootCount(context.pki) > 0) {
      context.print(`${shownName(current.x509.subject)} is in use, and the previous root is retired: nothing changed`);
    } else {
      throw new MeshError({
        code: MeshErrorCode.ROTATION,
        where: join(context.pki, PKI.nextRoot),
        what: `no root has been introduced to replace ${shownName(current.x509.subject)}`,
        fix: `run istio-mesh ca rotate-root introduce${dirOption(context.pki)}`,
      });
    }
  });
}

function rotationIn(context: CaContext, options: RotateOptions): Rotation {
  const roots = readRoots(context.pki);
  const clusters = allClusters(context.pki);
  options.clusters.forEach(name => dnsLabel(name, 'cluster name', '--cluster'));
  const names = clusters.map(({ cluster }) => cluster);
  const unknown = options.clusters.find(name => !names.includes(name));
  if (unknown !== undefined) {
    throw new MeshError({
      code: MeshErrorCode.ROTATION,
      where: '--cluster',
      what: 'the folder has no CA of this cluster',
      got: unknown,
      expected: names.length > 0 ? `one of ${names.join(', ')}` : undefined,
      fix: 'correct the name',
    });
  }
  const chosen = options.clusters.length === 0 ? clusters : clusters.filter(({ cluster }) => options.clusters.includes(cluster));
  chosen.forEach(ca => refuseForeignFolder(context, ca));
  return { context, roots, clusters, chosen, options };
}
