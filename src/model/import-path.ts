import { MeshErrorCode } from '../errors/mesh-error-code';
import { instance } from '../options/kinds';

/** Path of connections from a caller to the gateway of the exporting cluster. */
export class ImportPath {
  /**
   * Returns the path on which sidecars connect to the remote gateway directly.
   * @returns the path, for `via` of an import
   */
  public static direct(): ImportPath {
    return new ImportPath(false);
  }

  /**
   * Returns the path on which connections leave through the egress gateway of the importing cluster: "Send remote traffic via an
   * egress gateway" of the guide.
   * @returns the path, for `via` of an import
   * @see https://istio.io/v1.5/docs/setup/install/multicluster/gateways/#send-remote-traffic-via-an-egress-gateway
   */
  public static egressGateway(): ImportPath {
    return new ImportPath(true);
  }

  private constructor(
    /** Whether connections leave through the egress gateway. */
    public readonly usesEgressGateway: boolean,
  ) {}
}

/** The kind of options that hold a path. */
export const IMPORT_PATH = instance(
  ImportPath,
  { write: 'ImportPath.direct() or ImportPath.egressGateway()', code: MeshErrorCode.NO_GATEWAY },
);
