/**
 * Every mistake that this library can tell, each with a code that never changes its meaning. A retired code is not used
 * again. docs/reference/error-codes.md has the cause, an example and the fix of each.
 */
export enum MeshErrorCode {
  /** A name, namespace, host, domain or label is not one that Kubernetes or DNS takes. */
  INVALID_NAME = 'MESH001',
  /** A gateway address is not an IP address or hostname that another cluster can reach. */
  INVALID_ADDRESS = 'MESH002',
  /** A port number, port name or protocol that no Service or Istio takes. */
  INVALID_PORT = 'MESH003',
  /** A list or map that must hold something is empty. */
  EMPTY = 'MESH004',
  /** Routing weights that are not whole numbers or do not sum to 100. */
  INVALID_WEIGHTS = 'MESH005',
  /** The same cluster, export, import, namespace, port or version was declared twice. */
  DUPLICATE = 'MESH006',
  /** A cluster or service that this mesh does not have. */
  UNKNOWN = 'MESH007',
  /** An Istio release that is not known, cannot be mixed with another, or does not have what was asked for. */
  RELEASE = 'MESH008',
  /** A virtual IP or a range of them that cannot be used. */
  INVALID_VIP = 'MESH009',
  /** Two hosts have one virtual IP where both are visible. */
  VIP_CONFLICT = 'MESH010',
  /** A cluster lacks the gateway that an export or import goes through. */
  NO_GATEWAY = 'MESH011',
  /** Routing names a version that the exporters do not have, or a port cannot be routed so. */
  ROUTING = 'MESH012',
  /** Several clusters export one service and disagree on what it is. */
  EXPORTERS_DISAGREE = 'MESH013',
  /** An import that no other cluster can serve. */
  NO_EXPORTER = 'MESH014',
  /** A rule for a workload that does not say which pods it is for. */
  NO_WORKLOAD = 'MESH015',
  /** Two objects of one cluster have one kind, namespace and name. */
  SAME_OBJECT = 'MESH016',
  /** The output folder holds something that this library did not write where it would write. */
  FOREIGN_FILE = 'MESH017',
  /** A catalog that cannot be read. */
  CATALOG = 'MESH018',
  /** A catalog no longer has what is imported from it: the service, or a port. */
  EXPORT_GONE = 'MESH019',
  /** Two ServiceEntries for one host are visible in one namespace. */
  DUPLICATE_HOST = 'MESH020',
  /** A DestinationRule for an imported host does not repeat mutual TLS and the SNI. */
  RULE_WITHOUT_TLS = 'MESH021',
  /** An exported Service cannot be reached through a gateway: headless, ExternalName, UDP, hidden, or without the port. */
  SERVICE_SHAPE = 'MESH022',
  /** One SNI leads to two sets of exporters behind one egress gateway. */
  EGRESS_SNI = 'MESH023',
  /** A cluster does not accept the trust domain of its callers, or of the servers behind a local name. */
  TRUST_DOMAIN = 'MESH024',
  /** Another Gateway claims the host of an export on 15443. */
  GATEWAY_HOST = 'MESH025',
  /** Mutual TLS is turned off where a service is exported from. */
  PLAIN_TEXT = 'MESH026',
  /** A duration that istiod or a controller refuses. */
  INVALID_DURATION = 'MESH027',
  /** Two clusters are told to be behind one gateway address and port. */
  SAME_GATEWAY = 'MESH028',
  /** A CA certificate, chain or key that istiod would refuse, or that proxies would stumble over. */
  CA_BUNDLE = 'MESH029',
  /** The pki/ folder lacks something, or holds something that does not fit the rest. */
  PKI = 'MESH030',
  /** A private key would be written where it does not belong. */
  PRIVATE_KEY = 'MESH031',
  /** A cluster does not trust the root that another cluster's CA is signed by. */
  ROOTS_DIFFER = 'MESH032',
  /** A way of delivering cacerts that cannot work, or that would give the root away. */
  DELIVERY = 'MESH033',
  /** A step of a root rotation that what is recorded does not allow. */
  ROTATION = 'MESH034',
  /** A passphrase that is missing or wrong. */
  PASSPHRASE = 'MESH035',
  /** The DNS of a platform cannot take the zone of remote names. */
  DNS = 'MESH036',
  /** A way of applying folders from Git that cannot work for a cluster. */
  GIT_OPS = 'MESH037',
  /** A step of a retirement that would cut somebody who still calls. */
  RETIREMENT = 'MESH038',
  /** A validation of another library reports a problem. */
  FOREIGN_VALIDATION = 'MESH039',
  /** An export does not pin the identity of its server. A warning. */
  IDENTITY_NOT_PINNED = 'MESH040',
  /** No cluster or repository in sight imports an export. A warning. */
  UNUSED_EXPORT = 'MESH041',
  /** The output folder no longer has files of a cluster that was removed from the program. A warning. */
  CLUSTER_REMOVED = 'MESH042',
  /** A service cannot be imported under its own name as declared. */
  LOCAL_NAME = 'MESH043',
  /** The hosts of a DNS suffix would take names that mean something else: of local Services, of a resolver, of the public DNS. */
  SUFFIX_TAKEN = 'MESH044',
  /** A catalog is not what its importer expects: another mesh, suffix, gateway or trust domain. */
  CATALOG_DIFFERS = 'MESH045',
  /** A program does not say, or no longer says exactly, which gateways it expects in a catalog that it imports from. A warning. */
  GATEWAYS_NOT_BOUND = 'MESH046',
  /** An egress gateway that takes the name or the pods of another part of Istio. */
  EGRESS_GATEWAY = 'MESH047',
  /** The key of a CA would be encrypted for others than last time. */
  RECIPIENTS = 'MESH048',
  /** Nothing genuine shows for whom the key of a CA was encrypted last time. */
  RECIPIENTS_UNKNOWN = 'MESH049',
  /** A file in the folder of a cluster belongs to another cluster, or the encrypted secret has other files than istiod needs. */
  CLUSTER_FILES = 'MESH051',
  /** A name constraint keeps the CA of a cluster from signing identities of the cluster's trust domain. */
  CA_TRUST_DOMAIN = 'MESH052',
  /** A root that strict verifiers refuse, and that istiod and proxies accept. A warning. */
  UNUSUAL_ROOT = 'MESH053',
  /** Another run writes to the folder. */
  FOLDER_IN_USE = 'MESH054',
  /** The system refuses to read or write a file or folder. */
  FILE_ACCESS = 'MESH055',
  /** An option or argument is unknown, missing or of another kind than the one that is documented. */
  INVALID_OPTION = 'MESH057',
  /** Clusters would answer in an order that istiod does not follow where a gateway is known by a hostname. */
  UNORDERED_CLUSTERS = 'MESH059',
  /** A DestinationRule of the user's own that Istio does not merge with one of ours, or that a gateway does not use. */
  RULE_NOT_MERGED = 'MESH060',
  /** A second VirtualService for a host that an import routes. */
  SECOND_ROUTES = 'MESH061',
  /** A Sidecar hides an import from its namespace. */
  HIDDEN_IMPORT = 'MESH062',
  /** A namespace that takes part in the mesh gets no sidecars. A warning. */
  NO_SIDECAR = 'MESH063',
  /** The workloadSelector of an export leaves pods of its Service out; a warning where the chart does not show the pods. */
  WORKLOAD_SELECTOR = 'MESH064',
  /** An exported port has another protocol than its Service says; a warning where the application decides. */
  PORT_PROTOCOL = 'MESH065',
  /** Callers that an export refuses or accepts otherwise than declared. */
  CALLERS = 'MESH066',
  /** An AuthorizationPolicy refuses what the mesh needs; a warning where another policy may allow it. */
  AUTHORIZATION = 'MESH067',
  /** Options of an import that only HTTP has, on a service without HTTP. */
  NEEDS_HTTP = 'MESH068',
  /** Settings in the words of Istio that its schema refuses, or that would change where requests go, or with whose identity and TLS. */
  OVERRIDES = 'MESH069',
  /** A node-local DNS cache answers pods, and would not know the zone of remote names. */
  NODE_CACHE = 'MESH070',
  /** The DNS of a platform serves a longer zone within the zone of remote names. A warning. */
  LONGER_ZONE = 'MESH071',
  /** Configuration values that would be lost, because they were not passed. A warning. */
  UNKNOWN_VALUES = 'MESH072',
  /** A gateway opens more ports of a Service than are exported. A warning. */
  OPEN_PORTS = 'MESH073',
  /** An export of a StatefulSet does not fit the StatefulSet; a warning where the chart does not show it for certain. */
  STATEFUL_SET = 'MESH077',
  /** The pods of a gateway cannot run as declared. */
  GATEWAY_WORKLOAD = 'MESH080',
  /** Install values of the user's own contradict the mesh, or are none that Istio reads. */
  OWN_VALUES = 'MESH081',
  /** An Istio that somebody else installs lacks a setting that the mesh needs, or is given install values that nobody reads. */
  ADOPTED_ISTIO = 'MESH082',
  /** Limits of alerts that never or always fire, or an address of runbooks that is none. */
  OBSERVABILITY = 'MESH083',
  /** A folder that a command is to read is no output folder, and no folder of a cluster. */
  NO_MESH_FOLDER = 'MESH085',
  /** A file in the folder of a cluster that holds no object of Kubernetes. */
  UNREADABLE_MANIFEST = 'MESH086',
  /** No Gateway of the exporting cluster opens the host that an import asks for. */
  NOT_OPENED = 'MESH087',
  /** The SNI of an import leads to another Service, port or subset than the import is for. */
  WRONG_SNI = 'MESH088',
  /** Files differ from the record or the listing that was written with them. */
  FOLDER_DRIFT = 'MESH089',
  /** A certificate of a CA expires soon. A warning. */
  EXPIRING_CA = 'MESH090',
  /** Git cannot give the files of a commit. */
  GIT = 'MESH091',
  /** A cluster, namespace, host or port that no file names. */
  NOT_IN_SIGHT = 'MESH092',
  /** An import does not ask for the identity that its server has. */
  SERVER_IDENTITY = 'MESH093',
  /** A part of an import is missing: its entry, an endpoint, or the route of the egress gateway. */
  INCOMPLETE_IMPORT = 'MESH094',
  /** An argument of `istio-mesh import` that names no cluster, or objects that contradict each other. */
  IMPORT_ARGUMENT = 'MESH100',
  /** Something in imported manifests that the program does not say. */
  NOT_EXPRESSED = 'MESH101',
  /** A program would overwrite a file. */
  PROGRAM_EXISTS = 'MESH102',
  /** A file with facts of clusters that cannot be read, or whose fields are missing or invalid. */
  CLUSTER_FACTS = 'MESH104',
  /** The facts of a cluster are not what the program expects: no such cluster or service, another gateway, trust domain or root. */
  FACTS_DIFFER = 'MESH105',
  /** A running cluster cannot be read: no access, no permission, or no kubectl. */
  CLUSTER_ACCESS = 'MESH106',
  /** An object of a running cluster is missing, differs from its file, or did not reach istiod. */
  LIVE_OBJECT = 'MESH107',
  /** The gateway of a running cluster does not answer as callers need, or passes requests on to other clusters. */
  LIVE_GATEWAY = 'MESH108',
  /** A proxy of a running cluster sends a request elsewhere than the files say, or nowhere. */
  LIVE_WAY = 'MESH109',
  /** The folder for a new repository is not empty. */
  FOLDER_NOT_EMPTY = 'MESH110',
  /** A tarball for a new repository is not this version of this package. */
  NOT_THIS_PACKAGE = 'MESH111',
  /** This build of the package is in no registry, and a new repository needs it. */
  UNPUBLISHED = 'MESH112',
  /** Labels or annotations of all objects that programs act upon. */
  COMMON_METADATA = 'MESH115',
}
