/** The way from a caller to the gateway of the exporting cluster. */
export class ImportPath {
  /** Sidecars connect to the remote gateway themselves. */
  public static direct(): ImportPath {
    return new ImportPath(false);
  }

  /** Everything leaves through the egress gateway of the importing cluster: the guide's "Send remote traffic via an egress gateway". */
  public static egressGateway(): ImportPath {
    return new ImportPath(true);
  }

  private constructor(
    /** Whether the egress gateway lies on the way. */
    public readonly usesEgressGateway: boolean,
  ) {}
}
