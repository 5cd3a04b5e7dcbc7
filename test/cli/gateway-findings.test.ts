import { AddressInfo, createServer as createPlainServer, Server } from 'net';
import { createServer } from 'tls';
import { DialTarget, gatewayFindings } from '../../src/cli/live/gateway-findings';
import { rootFindings } from '../../src/cli/live/root-findings';
import { make, Made } from '../pki/make';

const SNI = 'outbound_.8000_._.httpbin.bar.svc.cluster.local';
const IDENTITY = 'spiffe://cluster.local/ns/bar/sa/httpbin';
const SOON = { now: new Date(), within: 30 };

const root = make({ name: 'root', until: 3650 });
const other = make({ name: 'other root' });
const leafOf = (issuer: Made, shape = {}) => make({
  issuer,
  name: 'workload',
  ca: false,
  keyUsage: { digitalSignature: true },
  more: [{ name: 'extKeyUsage', serverAuth: true, clientAuth: true }, { name: 'subjectAltName', altNames: [{ type: 6, value: IDENTITY }] }],
  ...shape,
});
const ca = (shape = {}) => make({ issuer: root, name: 'intermediate', until: 1000, ...shape });

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))));
});

/** A gateway that passes TLS on to a workload, as far as a caller without a certificate sees it. */
async function gateway(chain: Made[]): Promise<number> {
  const server = createServer({
    cert: chain.map(({ pem }) => pem).join(''),
    key: chain[0].key,
    requestCert: true,
    rejectUnauthorized: true,
    ca: root.pem,
    ALPNProtocols: ['istio'],
    // The workload refuses a caller without a certificate.
  }, socket => socket.destroy()).on('tlsClientError', () => undefined);
  return listening(server);
}

function listening(server: Server): Promise<number> {
  servers.push(server);
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

/** The findings of a connection, as their codes and texts. */
async function found(port: number, target: Partial<DialTarget> = {}): Promise<string[]> {
  const all = await gatewayFindings([{
    address: '127.0.0.1', port, sni: SNI, roots: root.pem, owners: ['cluster2'], identities: [IDENTITY], ...target,
  }], SOON);
  return all.map(({ severity, code, what, got }) => `${severity} ${code} ${what}: ${JSON.stringify(got)}`);
}

test('a gateway with a chain to the root and the identity of the export has no finding', async () => {
  const intermediate = ca();
  expect(await found(await gateway([leafOf(intermediate), intermediate, root]))).toEqual([]);
  expect(await found(await gateway([leafOf(intermediate), intermediate]), { identities: [] })).toEqual([]);
});

test.each<{ readonly what: string; readonly chain: () => Made[]; readonly target?: Partial<DialTarget>; readonly says: RegExp }>([
  {
    what: 'a chain to another root',
    chain: () => {
      const foreign = make({ issuer: other, name: 'foreign' });
      return [leafOf(foreign), foreign, other];
    },
    says: /^error MESH032 callers do not accept .*: they lead to another root: "SELF_SIGNED_CERT_IN_CHAIN"$/,
  },
  { what: 'a chain without its CA', chain: () => [leafOf(ca())], says: /^error MESH032 .*: "UNABLE_TO_/ },
  {
    what: 'an expired CA',
    chain: () => {
      const expired = ca({ from: -10, until: -1 });
      return [leafOf(expired), expired];
    },
    says: /^error MESH032 .*: one of them has expired: "CERT_HAS_EXPIRED"$/,
  },
  {
    what: 'another identity',
    chain: () => {
      const intermediate = ca();
      return [leafOf(intermediate), intermediate];
    },
    target: { identities: ['spiffe://cluster.local/ns/bar/sa/other'] },
    says: new RegExp(`^error MESH108 callers do not accept the server behind .*: \\["${IDENTITY}"\\]$`),
  },
  {
    what: 'a CA that ends soon',
    chain: () => {
      const ending = ca({ until: 10.5 });
      return [leafOf(ending, { until: 5 }), ending];
    },
    says: /^warning MESH090 the CA O=Test, CN=intermediate ends soon: "10 days left"$/,
  },
  {
    what: 'a workload certificate that was not renewed',
    chain: () => {
      const intermediate = ca();
      return [leafOf(intermediate, { from: -1, until: 0.05 }), intermediate];
    },
    says: /^warning MESH090 the certificate of the workload was not renewed in time: "(71|72) minutes left"$/,
  },
])('$what', async ({ chain, target, says }) => {
  const texts = await found(await gateway(chain()), target);
  expect(texts).toEqual([expect.stringMatching(says)]);
});

test('a gateway that closes the connection after the SNI', async () => {
  const port = await listening(createPlainServer(socket => socket.on('data', () => socket.destroy())));
  expect(await found(port)).toEqual(
    [expect.stringMatching(/^error MESH108 the gateway closes the connection for an SNI that callers send: "/)],
  );
});

test('an address at which nothing answers is told once for all its SNIs', async () => {
  const port = await gateway([leafOf(root), root]);
  await new Promise(resolve => servers.pop()!.close(resolve));
  const targets = [SNI, 'outbound_.9000_._.a.b.svc.cluster.local'].map(sni => (
    { address: '127.0.0.1', port, sni, roots: root.pem, owners: [], identities: [] }
  ));
  expect((await gatewayFindings(targets, SOON)).map(({ where, got }) => `${where}: ${got}`)).toEqual(
    [`gateway 127.0.0.1:${port}: ECONNREFUSED`],
  );
});

test('a hostname that does not resolve here is an address at which nothing answers', async () => {
  expect(await found(15443, { address: 'gateway.invalid' })).toEqual(
    [expect.stringMatching(/nothing answers at the address, .*: "(ENOTFOUND|EAI_AGAIN)"/)],
  );
});

describe('roots', () => {
  const roots = (...made: Made[]) => ({
    pem: made.map(({ pem }) => pem).join(''),
    fingerprints: made.map(({ certificate }) => String(certificate.serialNumber)),
  });
  const texts = (clusters: object) => rootFindings(new Map(Object.entries(clusters)), 'none', SOON).map(
    ({ severity, code, where, what }) => `${severity} ${code} ${where}: ${what}`,
  );

  test('one root in all clusters, and two that overlap while the root is replaced, have no finding', () => {
    expect(texts({ a: roots(root), b: roots(root) })).toEqual([]);
    expect(texts({ a: roots(root), b: roots(root, other), c: roots(other, root) })).toEqual([]);
  });

  test('each pair of clusters without a common root is told', () => {
    expect(texts({ a: roots(root), b: roots(other), c: roots(root) })).toEqual([
      'error MESH032 a and b: the clusters trust no common root, so workloads of one refuse those of the other',
      'error MESH032 b and c: the clusters trust no common root, so workloads of one refuse those of the other',
    ]);
  });

  test('a cluster without a root, and a root that ends soon', () => {
    expect(texts({ a: { pem: '', fingerprints: [] }, b: roots(make({ name: 'ending', until: 5 })) })).toEqual([
      'error MESH032 a: ConfigMap istio-ca-root-cert holds no root',
      'warning MESH090 b, root: the CA O=Test, CN=ending ends soon',
    ]);
  });
});
