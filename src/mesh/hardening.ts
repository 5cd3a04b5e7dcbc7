import type { ExportServiceOptions } from './exported-service';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { dialectOf } from '../istio/dialects';
import type { IstioRelease } from '../model/istio-release';

/** Throws when a mesh of a release that has no strict defaults is hardened. */
export function refuseHardening(istio: IstioRelease, hardened: boolean, where: string): void {
  if (!hardened || dialectOf(istio).canBeHardened) {
    return;
  }
  throw new MeshError({
    code: MeshErrorCode.RELEASE,
    where,
    what: `a mesh of Istio ${istio.version} cannot be hardened: its gateways open every Service of a cluster`,
    got: 'hardened: true',
    fix: 'leave hardened out, or use a supported release',
  });
}

/** Throws for an export of a hardened mesh whose server may be anybody (MESH040), or whose caller may be anybody (MESH066). */
export function refuseOpenExport(options: Pick<ExportServiceOptions, 'serviceAccount' | 'anyServer' | 'allow'>, where: string): void {
  if (options.serviceAccount === undefined && !options.anyServer) {
    throw new MeshError({
      code: MeshErrorCode.IDENTITY_NOT_PINNED,
      where,
      what: 'an export of a hardened mesh that does not name its server',
      fix: 'add serviceAccount: the account of its pods; anyServer: true lets any workload of the mesh answer',
    });
  }
  if (options.allow === undefined) {
    throw new MeshError({
      code: MeshErrorCode.CALLERS,
      where,
      what: 'an export of a hardened mesh that does not name its callers',
      fix: 'add allow: the callers of all clusters; AllowedCaller.anyWorkload() lets every workload of the mesh call',
    });
  }
}
