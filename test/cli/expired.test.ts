import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { pki as forgePki } from 'node-forge';
import { contents, x509 } from './folder-contents';
import { CaContext } from '../../src/cli/ca/context';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { issue, renew, reseal } from '../../src/cli/ca/issue';
import { Keyring } from '../../src/cli/ca/keyring';
import { audienceOf } from '../../src/cli/ca/recipients';
import { rotateRoot } from '../../src/cli/ca/rotate-root';
import { RotationStepName } from '../../src/cli/ca/rotation-steps';
import { expiringWithin, statusRows } from '../../src/cli/ca/status';
import { verifyProblems } from '../../src/cli/ca/verify';
import { problemText } from '../../src/errors/problem';
import { keysOf, make } from '../pki/make';
import { sealingCertOf, Workplace, workplace, workplaceWith } from '../pki/pki';

const DAY = 24 * 3600 * 1000;
const NEW = { keySize: 2048, days: 30 };
const ROOT = { organization: 'Istio', keySize: 2048, days: 3650, clusters: [] as string[] };

/** The commands of a pki/ folder at a later time, through the clock that is passed to them. */
function later(place: Workplace, days: number) {
  const environment = { ...SYSTEM_ENVIRONMENT, now: () => new Date(Date.now() + days * DAY) };
  const lines: string[] = [];
  const context: CaContext = {
    pki: place.pki,
    environment,
    keys: new Keyring(place.pki, environment, async () => 'only for this test'),
    print: line => lines.push(line),
  };
  const printed = async (work: Promise<void>) => {
    lines.length = 0;
    await work;
    return lines.join('\n');
  };
  const sealingCert = (cluster: string) => {
    const file = join(place.folder, `later-${cluster}.pem`);
    writeFileSync(file, make({ name: `later controller of ${cluster}`, from: days - 1, until: days + 30 }).pem);
    return file;
  };
  return {
    context,
    problems: () => verifyProblems(context).map(problemText),
    rotate: (step: RotationStepName, options: Partial<typeof ROOT> & { rootCert?: string } = {}) =>
      printed(rotateRoot(context, step, { ...ROOT, ...options })),
    issue: (cluster: string) => printed(issue(context, cluster, NEW)),
    renew: (cluster: string, options: object = {}) => printed(renew(context, cluster, { ...NEW, ...options })),
    resealForNewController: (cluster: string) => {
      const file = sealingCert(cluster);
      const { recipients } = audienceOf({
        sealingCert: readFileSync(file, 'utf8'), ageRecipients: [], namespace: 'istio-system', scope: 'strict',
      });
      const acceptRecipients = recipients.map(({ fingerprint }) => fingerprint);
      return printed(reseal(context, [cluster], { sealingCert: file, acceptRecipients }));
    },
  };
}

const AFTER_THE_ROOT = 3651;

describe('after the end of the root', () => {
  test('issue and renew sign nothing, create no key, and the error names the way out', async () => {
    const place = await workplaceWith('cluster1');
    const then = later(place, AFTER_THE_ROOT);
    await then.resealForNewController('cluster1');
    const before = contents(place.pki);
    const wayOut = /MESH034 root O=Istio, CN=Root CA: the root has expired.*rotate-root introduce.*then switch and retire/;
    await expect(then.issue('cluster3')).rejects.toThrow(wayOut);
    await expect(then.renew('cluster1')).rejects.toThrow(wayOut);
    expect(contents(place.pki)).toEqual(before);
  });

  test('three steps in a row replace it, and each says what comes next', async () => {
    const place = await workplaceWith('cluster1', 'cluster2');
    const then = later(place, AFTER_THE_ROOT);
    expect(then.problems()).toContainEqual(expect.stringMatching(/MESH029 .*CN=Root CA: expired.*replace-the-root.md/));
    for (const cluster of ['cluster1', 'cluster2']) {
      expect(await then.resealForNewController(cluster)).toMatch(/the CA has expired at .*the root of this CA has expired too: replace it/);
    }
    expect(await then.rotate('introduce')).toMatch(/has expired, .* do not synthesize yet. Now run istio-mesh ca rotate-root switch/);
    expect(await then.rotate('switch')).toMatch(/do not synthesize yet. Now run istio-mesh ca rotate-root retire/);
    expect(await then.rotate('retire')).toMatch(/Synthesize and commit once. .*restart istiod, the gateways and the workloads/);
    expect(then.problems()).toEqual([]);
    expect(await then.issue('cluster3')).toContain('valid until');
    expect(then.problems()).toEqual([]);
    expect(x509(place.read('clusters/cluster2/ca-cert.pem')).issuer).toBe('O=Istio\nCN=Root CA G2');
  });

  test('each step that a sealing certificate prevents is refused before it changes the folder, and names reseal', async () => {
    const place = await workplaceWith('cluster1', 'cluster2');
    const then = later(place, AFTER_THE_ROOT);
    await then.resealForNewController('cluster1');
    const before = contents(place.pki);
    await expect(then.rotate('introduce')).rejects.toThrow(
      /MESH033 .*cluster2.sealing-cert.pem: .*expired at.*run istio-mesh ca reseal cluster2 --sealing-cert/,
    );
    expect(contents(place.pki)).toEqual(before);
  });

  test.each<[RotationStepName, RotationStepName[]]>([
    ['switch', ['introduce']],
    ['retire', ['introduce', 'switch']],
  ])('step %s is refused in the same way, when a sealing certificate expired since the step before', async (step, taken) => {
    const place = await workplaceWith('cluster1', 'cluster2');
    const then = later(place, AFTER_THE_ROOT);
    for (const cluster of ['cluster1', 'cluster2']) {
      await then.resealForNewController(cluster);
    }
    for (const name of taken) {
      await then.rotate(name);
    }
    const before = contents(place.pki);
    await expect(later(place, AFTER_THE_ROOT + 40).rotate(step)).rejects.toThrow(
      /MESH033 .*cluster1.sealing-cert.pem: .*run istio-mesh ca reseal cluster1 --sealing-cert[\s\S]*MESH033 .*cluster2.sealing-cert.pem/,
    );
    expect(contents(place.pki)).toEqual(before);
  });

  test('an external root that has expired is replaced by its successor, by requests', async () => {
    const place = workplace();
    const old = make({ name: 'Organisation root', until: 20 });
    writeFileSync(join(place.folder, 'old.pem'), old.pem);
    await place.ca('init', '--root-cert', join(place.folder, 'old.pem'));
    const now = later(place, 0);
    const imported = async (at: typeof now, root: typeof old, command: 'issue' | 'renew', until: number) => {
      const [csr, signed] = ['request.pem', `signed-${command}.pem`].map(name => join(place.folder, name));
      const run = { issue, renew }[command];
      await run(at.context, 'cluster1', { ...NEW, csrOut: csr });
      const request = forgePki.certificationRequestFromPem(contents(place.folder)[csr]);
      const keys = { publicKey: request.publicKey as forgePki.rsa.PublicKey, privateKey: keysOf('unused').privateKey };
      writeFileSync(signed, make({ issuer: root, pathLength: 0, keys, until }).pem);
      await run(at.context, 'cluster1', { ...NEW, importCert: signed });
    };
    await imported(now, old, 'issue', 19);
    const then = later(place, 30);
    const next = make({ name: 'Next organisation root', until: 400 });
    writeFileSync(join(place.folder, 'next.pem'), next.pem);
    const introduced = await then.rotate('introduce', { rootCert: join(place.folder, 'next.pem') });
    expect(introduced).toMatch(/Now run istio-mesh ca renew cluster1 --csr-out <file>.*--import-cert <file>/);
    await imported(then, next, 'renew', 300);
    await then.rotate('retire');
    expect(then.problems()).toEqual([]);
  });
});

describe('after the end of an intermediate', () => {
  /** Folder whose second cluster has an intermediate of ten days. */
  const withShortCa = async () => {
    const place = await workplaceWith('cluster1');
    await place.ca('issue', 'cluster2', '--days', '10', '--sealing-cert', sealingCertOf(place, 'cluster2'));
    return place;
  };

  test('verify and status name the cluster, and renew makes a CA that is valid', async () => {
    const then = later(await withShortCa(), 20);
    expect(then.problems()).toEqual([expect.stringMatching(/MESH029 cluster 'cluster2', ca-cert.pem: .*L=cluster2: expired.*ca renew/)]);
    expect(expiringWithin(statusRows(then.context), 30).map(({ what }) => what)).toContain('cluster2');
    expect(await then.renew('cluster2')).toContain('valid until');
    expect(then.problems()).toEqual([]);
  });

  test('it does not keep the root from being replaced, and the output says what to do about it', async () => {
    const then = later(await withShortCa(), 20);
    expect(await then.rotate('introduce')).toMatch(/cluster2: the CA has expired at .*; run istio-mesh ca renew cluster2/);
    await then.rotate('switch');
    await then.rotate('retire');
    expect(then.problems()).toEqual([]);
  });

  test('the sealing certificate of its cluster can be replaced before it is renewed', async () => {
    const then = later(await withShortCa(), 20);
    expect(await then.resealForNewController('cluster2')).toMatch(/the CA has expired at .*; run istio-mesh ca renew cluster2/);
    await then.renew('cluster2');
    expect(then.problems()).toEqual([]);
  });
});

test('a day before the end of the root, a replacement takes the ordinary way', async () => {
  const place = await workplaceWith('cluster1');
  const then = later(place, AFTER_THE_ROOT - 2);
  await then.resealForNewController('cluster1');
  expect(await then.rotate('introduce')).toMatch(/wait until every cluster has the change/);
});

test('a command that fails never claims that nothing was written', async () => {
  const { ca, folder } = workplace();
  writeFileSync(join(folder, 'root.pem'), make({ name: 'weak', bits: 1024, pathLength: 0 }).pem);
  const { code, out } = await ca('init', '--root-cert', join(folder, 'root.pem'));
  expect([code, out.split('\n').every(line => line.startsWith('MESH029'))]).toEqual([1, true]);
});
