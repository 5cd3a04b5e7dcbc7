import { writeFileSync } from 'fs';
import { join } from 'path';
import { App } from 'cdk8s';
import { problemsOf } from './two-clusters';
import { Mesh, MeshTrust, IstioRelease } from '../../src';
import { CONSTRAINTS, constraintExtension } from '../pki/constraints';
import { keysOf, make, Made } from '../pki/make';
import { Workplace, workplaceWith } from '../pki/pki';

const istio = IstioRelease.V1_31;

/** Replaces the CA of cluster1 by one that a chain of CAs signs, the own CA first and the root last. */
function replaceCa(place: Workplace, ...chain: Made[]): void {
  const folder = join(place.pki, 'clusters', 'cluster1');
  writeFileSync(join(folder, 'ca-cert.pem'), chain[0].pem);
  writeFileSync(join(folder, 'cert-chain.pem'), chain.map(({ pem }) => pem).join(''));
  writeFileSync(join(folder, 'root-cert.pem'), chain[chain.length - 1].pem);
}

function problems(place: Workplace, trustDomain: string, trustDomainAliases: string[] = []): string[] {
  const mesh = new Mesh(new App(), 'mesh', { istio, trust: MeshTrust.sealedSecrets({ directory: place.pki }) });
  mesh.addCluster('cluster1', { trustDomain, trustDomainAliases });
  return problemsOf(mesh).filter(text => text.startsWith('MESH052'));
}

const root = make();
const keys = keysOf('CA of cluster1');

test.each(CONSTRAINTS)('a name constraint with $name: accepted $accepted for $trustDomain', async ({ trustDomain, accepted, ...row }) => {
  const place = await workplaceWith('cluster1');
  replaceCa(place, make({ issuer: root, pathLength: 0, keys, more: [constraintExtension(row)] }), root);
  expect(problems(place, trustDomain)).toHaveLength(accepted ? 0 : 1);
});

test('the error names what is permitted, what is needed and the command that replaces the CA', async () => {
  const place = await workplaceWith();
  await place.ca('issue', 'cluster1', '--trust-domain', 'wrong.example', '--sealing-cert', place.sealingCert);
  const [problem, ...others] = problems(place, 'cluster.local');
  expect(others).toEqual([]);
  expect(problem).toContain('cluster1, ca-cert.pem: O=Istio, CN=Intermediate CA, L=cluster1: proxies would refuse every workload certificate');
  expect(problem).toContain('got "only wrong.example", expected cluster.local');
  expect(problem).toContain('fix: run istio-mesh ca renew cluster1 --trust-domain cluster.local');
  expect((await place.ca('renew', 'cluster1', '--trust-domain', 'cluster.local')).code).toBe(0);
  expect(problems(place, 'cluster.local')).toEqual([]);
});

test.each([
  { above: 'a CA between the cluster and the root', file: 'cert-chain.pem' },
  { above: 'the root', file: 'root-cert.pem' },
])('the constraint of $above counts too, and its own issuer must change it', async ({ file }) => {
  const more = [constraintExtension({ permitted: ['wrong.example'] })];
  const limitedRoot = make({ name: 'Limited root', more });
  const limited = make({ issuer: root, name: 'Limited', more });
  const place = await workplaceWith('cluster1');
  const chain = file === 'root-cert.pem'
    ? [make({ issuer: limitedRoot, pathLength: 0, keys }), limitedRoot]
    : [make({ issuer: limited, pathLength: 0, keys }), limited, root];
  replaceCa(place, ...chain);
  expect(problems(place, 'cluster.local')).toEqual([
    expect.stringMatching(new RegExp(`cluster1, ${file}: .*fix: have this certificate issued again`)),
  ]);
});

test('a workload certificate carries the cluster\'s own trust domain, so aliases are not compared', async () => {
  const place = await workplaceWith();
  await place.ca('issue', 'cluster1', '--trust-domain', 'one.example', '--sealing-cert', place.sealingCert);
  expect(problems(place, 'one.example', ['two.example'])).toEqual([]);
  expect(problems(place, 'two.example', ['one.example'])).toHaveLength(1);
});

test('issue, renew and status show the trust domains that a CA can sign for', async () => {
  const { ca } = await workplaceWith();
  expect((await ca('issue', 'cluster1')).out).toContain('signs for trust domain: any');
  expect((await ca('issue', 'cluster2', '--trust-domain', 'prod.example')).out).toContain('signs for trust domain: only prod.example');
  expect((await ca('issue', 'cluster2', '--trust-domain', 'cluster.local')).out).toMatch(
    /MESH030 .*run istio-mesh ca renew cluster2 --trust-domain cluster.local to replace the CA/,
  );
  expect((await ca('renew', 'cluster2')).out).toContain('signs for trust domain: only prod.example');
  const rows = JSON.parse((await ca('status', '--json')).out);
  expect(rows.map(({ trustDomains }: { trustDomains: string }) => trustDomains)).toEqual(['any', 'any', 'only prod.example']);
  expect((await ca('status')).out).toMatch(/cluster2 .* only prod.example/);
});
