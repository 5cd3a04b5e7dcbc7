import { cpSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import { contents, x509 } from './folder-contents';
import { SYSTEM_ENVIRONMENT } from '../../src/cli/ca/environment';
import { encryptedKey, ed25519Key } from '../../src/cli/ca/keys';
import { recordedDigest, RecordContent, RecordPlace, signedRecord } from '../../src/cli/ca/recipient-record';
import { audienceOf, shownRecipient } from '../../src/cli/ca/recipients';
import { keyIdOf } from '../../src/pki/certificate';
import { ciphertextDigest } from '../../src/pki/cluster-identity';
import { inputsOf, readClusterCa } from '../../src/pki/pki-folder';
import { make } from '../pki/make';
import { workplaceWith, Workplace } from '../pki/pki';

const EVIL = make({ name: 'attacker' });
const NEW = make({ name: 'new controller' });
const AGE = 'age1mmf2z2cfuc0tktz7yks2k3ymempyc3adwktue07vnf0a0t9mgykqdcfsg8';

const inCluster = ({ pki }: Workplace, file: string, cluster = 'cluster1') => join(pki, 'clusters', cluster, file);
const inPrivate = ({ pki }: Workplace, file: string) => join(pki, 'private', file);
const fingerprintOf = (pem: string) => `SHA256:${x509(pem).fingerprint256.replace(/:/g, '').toLowerCase()}`;

/** Replaces the sealing certificate, and the digest that shows the replacement: a writer of the repository can do both. */
function replaceSealingCert(place: Workplace, pem: string): void {
  writeFileSync(inCluster(place, 'sealing-cert.pem'), pem);
  const inputs = inputsOf(readClusterCa(place.pki, 'cluster1'), sealedSettings(place, pem));
  const { encryptedData } = JSON.parse(readFileSync(inCluster(place, 'cacerts.sealed.json'), 'utf8'));
  // The digest has no key, so an attacker makes it fit.
  editSealed(place, { inputs, digest: ciphertextDigest('cluster1', inputs, encryptedData) });
}

function sealedSettings(place: Workplace, recipient: string) {
  const { namespace, scope } = JSON.parse(readFileSync(inCluster(place, 'cacerts.sealed.json'), 'utf8'));
  return { namespace, scope, recipient };
}

function editSealed(place: Workplace, change: object): void {
  editJson(inCluster(place, 'cacerts.sealed.json'), change);
}

function editJson(file: string, change: object): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
}

/** Content of a record that names the attacker. */
function forged(cluster = 'cluster1', number = 9): RecordContent {
  return { cluster, number, ...audienceOf({ sealingCert: EVIL.pem, ageRecipients: [], namespace: 'istio-system', scope: 'strict' }) };
}

/** Record that the attacker signs with a key of his own. */
function forgedRecord({ pki }: Workplace, place: RecordPlace, content = forged()) {
  return signedRecord(content, place, ed25519Key(Buffer.alloc(32, 7)), recordedDigest(readClusterCa(pki, 'cluster1')));
}

/** Puts a key and records of the attacker into the private folder: Git overwrites an ignored file when a commit holds it. */
function forceIntoPrivate(place: Workplace, pem: string): void {
  const { publicKey } = ed25519Key(Buffer.alloc(32, 7));
  writeFileSync(inPrivate(place, `_recipients-${keyIdOf(publicKey)}.pem`), pem);
  replaceSealingCert(place, EVIL.pem);
  writeFileSync(inCluster(place, 'recipients.json'), JSON.stringify(forgedRecord(place, 'cluster folder')));
  editJson(inPrivate(place, 'recipients.json'), { cluster1: forgedRecord(place, 'private folder') });
}

/** Accepts a new sealing certificate, and returns a copy of the cluster's folder from before. */
async function changedSince(place: Workplace): Promise<string> {
  const before = join(place.folder, 'before');
  cpSync(join(place.pki, 'clusters', 'cluster1'), before, { recursive: true });
  writeFileSync(join(place.folder, 'new.pem'), NEW.pem);
  const accept = ['--accept-recipient', fingerprintOf(NEW.pem)];
  expect((await place.ca('reseal', 'cluster1', '--sealing-cert', join(place.folder, 'new.pem'), ...accept)).code).toBe(0);
  return before;
}

function restore({ pki }: Workplace, from: string): void {
  rmSync(join(pki, 'clusters', 'cluster1'), { recursive: true });
  cpSync(from, join(pki, 'clusters', 'cluster1'), { recursive: true });
}

interface Attack {
  readonly what: string;
  readonly code: string;
  readonly attack: (place: Workplace) => void | Promise<void>;
  /** Code that `verify` reports, which does not open keys; by default the same. */
  readonly verifyCode?: string;
}

const ATTACKS: Attack[] = [
  { what: 'another sealing certificate', code: 'MESH048', attack: place => writeFileSync(inCluster(place, 'sealing-cert.pem'), EVIL.pem) },
  { what: 'another sealing certificate and its digest', code: 'MESH048', attack: place => replaceSealingCert(place, EVIL.pem) },
  { what: 'an age recipient', code: 'MESH048', attack: place => writeFileSync(inCluster(place, 'age-recipients.txt'), `${AGE}\n`) },
  { what: 'another namespace', code: 'MESH048', attack: place => editSealed(place, { namespace: 'attacker' }) },
  { what: 'a wider scope', code: 'MESH048', attack: place => editSealed(place, { scope: 'cluster-wide' }) },
  {
    what: 'a record that names the attacker, with the old signature',
    code: 'MESH049',
    attack: place => {
      replaceSealingCert(place, EVIL.pem);
      editJson(inCluster(place, 'recipients.json'), { recipients: forged().recipients, number: 9 });
    },
  },
  {
    what: 'a record that the attacker signed',
    code: 'MESH049',
    attack: place => {
      replaceSealingCert(place, EVIL.pem);
      writeFileSync(inCluster(place, 'recipients.json'), JSON.stringify(forgedRecord(place, 'cluster folder')));
    },
  },
  {
    what: 'a record that the attacker signed, under the name of the genuine key',
    code: 'MESH049',
    attack: place => {
      replaceSealingCert(place, EVIL.pem);
      const { key } = JSON.parse(place.read('clusters/cluster1/recipients.json'));
      writeFileSync(inCluster(place, 'recipients.json'), JSON.stringify({ ...forgedRecord(place, 'cluster folder'), key }));
    },
  },
  { what: 'a deleted record', code: 'MESH049', attack: place => rmSync(inCluster(place, 'recipients.json')) },
  { what: 'an empty record', code: 'MESH049', attack: place => writeFileSync(inCluster(place, 'recipients.json'), '{}') },
  { what: 'a record that is not JSON', code: 'MESH049', attack: place => writeFileSync(inCluster(place, 'recipients.json'), '{') },
  {
    what: 'the folder of before a change of the recipients',
    code: 'MESH048',
    attack: async place => restore(place, await changedSince(place)),
  },
  {
    what: 'the certificate and the record of another cluster',
    code: 'MESH049',
    attack: place => {
      replaceSealingCert(place, place.read('clusters/cluster2/sealing-cert.pem'));
      cpSync(inCluster(place, 'recipients.json', 'cluster2'), inCluster(place, 'recipients.json'));
    },
  },
  {
    what: 'the record of another cluster under the name of this one',
    code: 'MESH049',
    attack: place => {
      replaceSealingCert(place, place.read('clusters/cluster2/sealing-cert.pem'));
      cpSync(inCluster(place, 'recipients.json', 'cluster2'), inCluster(place, 'recipients.json'));
      editJson(inCluster(place, 'recipients.json'), { cluster: 'cluster1' });
    },
  },
  {
    what: 'no recipients at all',
    code: 'MESH048',
    attack: place => ['sealing-cert.pem', 'cacerts.sealed.json'].forEach(file => rmSync(inCluster(place, file))),
  },
  {
    what: 'an older record of Git in the private folder, too',
    code: 'MESH049',
    attack: async place => {
      restore(place, await changedSince(place));
      editJson(inPrivate(place, 'recipients.json'), { cluster1: JSON.parse(place.read('clusters/cluster1/recipients.json')) });
    },
  },
  { what: 'no record in the private folder', code: 'MESH049', attack: place => rmSync(inPrivate(place, 'recipients.json')) },
  {
    what: 'no key of the records in the private folder',
    code: 'MESH049',
    attack: ({ pki }) => readdirSync(join(pki, 'private')).filter(name => name.startsWith('_recipients-'))
      .forEach(name => rmSync(join(pki, 'private', name))),
  },
  {
    what: 'a key of the attacker in the private folder, in the clear',
    code: 'MESH031',
    attack: place => forceIntoPrivate(
      place, ed25519Key(Buffer.alloc(32, 7)).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
  },
  {
    what: 'a key of the attacker in the private folder, under another passphrase',
    code: 'MESH035',
    verifyCode: 'none: verify does not open keys',
    attack: place => forceIntoPrivate(
      place, encryptedKey(ed25519Key(Buffer.alloc(32, 7)).privateKey, 'that of the attacker', SYSTEM_ENVIRONMENT),
    ),
  },
];

describe.each(ATTACKS)('$what in the repository', ({ code, attack, verifyCode = code }) => {
  test(`is refused by reseal and renew with ${code}, and nothing is written`, async () => {
    const place = await workplaceWith('cluster1', 'cluster2');
    await attack(place);
    const before = contents(place.pki);
    for (const command of [['renew', 'cluster1'], ['reseal', 'cluster2', 'cluster1']]) {
      const { code: exitCode, out } = await place.ca(...command);
      // Without a recipient, reseal has nothing to do.
      expect([exitCode, out]).toEqual([1, expect.stringMatching(new RegExp(`${code} |MESH033 .*there is no recipient`))]);
      expect(contents(place.pki)).toEqual(before);
    }
  });

  test(`is found by verify: ${verifyCode}`, async () => {
    const place = await workplaceWith('cluster1', 'cluster2');
    await attack(place);
    const { code: exitCode, out } = await place.ca('verify');
    if (verifyCode.startsWith('MESH')) {
      expect([exitCode, out]).toEqual([1, expect.stringContaining(`${verifyCode} `)]);
    } else {
      expect(out).toContain('no problems found');
    }
    // No advice to encrypt again goes without the risk.
    out.split('\n').filter(line => /run istio-mesh ca (reseal|renew)/.test(line)).forEach(line => expect(line).toMatch(
      /somebody wants the key|from the history of Git|key from a backup|was ever in Git|kubeseal --fetch-cert|find out who changed/,
    ));
  });
});

test('every step of the replacement of a root refuses other recipients, before it makes a root or a key', async () => {
  const place = await workplaceWith('cluster1', 'cluster2');
  const file = inCluster(place, 'sealing-cert.pem', 'cluster2');
  const genuine = readFileSync(file, 'utf8');
  for (const step of ['introduce', 'switch', 'retire']) {
    writeFileSync(file, EVIL.pem);
    const before = contents(place.pki);
    expect(await place.ca('rotate-root', step)).toEqual({ code: 1, out: expect.stringMatching(/MESH048 cluster 'cluster2'/) });
    expect(contents(place.pki)).toEqual(before);
    writeFileSync(file, genuine);
    expect((await place.ca('rotate-root', step)).out).toContain("cluster 'cluster2': the CA key is encrypted for sealed-secrets SHA256:");
  }
  expect((await place.ca('verify')).code).toBe(0);
});

describe('a refusal', () => {
  test('shows the fingerprints and subjects of before and now, and the option that accepts the change', async () => {
    const place = await workplaceWith('cluster1');
    const old = place.read('clusters/cluster1/sealing-cert.pem');
    replaceSealingCert(place, EVIL.pem);
    const { out } = await place.ca('reseal', 'cluster1');
    expect(out).toContain(`now: sealed-secrets ${fingerprintOf(EVIL.pem)} (O=Test, CN=attacker); namespace istio-system, scope strict`);
    expect(out).toContain(`last time: sealed-secrets ${fingerprintOf(old)} (O=Test, CN=sealed-secrets)`);
    expect(out).toContain(`add --accept-recipient ${fingerprintOf(EVIL.pem)};`);
    expect(out).toContain('somebody wants the key');
    expect((await place.ca('rotate-root', 'introduce')).out).toContain(
      `first run istio-mesh ca reseal cluster1 --accept-recipient ${fingerprintOf(EVIL.pem)};`,
    );
  });

  test('shows all clusters at once, and none of them is encrypted', async () => {
    const place = await workplaceWith('cluster1', 'cluster2', 'cluster3');
    for (const cluster of ['cluster1', 'cluster3']) {
      writeFileSync(inCluster(place, 'sealing-cert.pem', cluster), EVIL.pem);
    }
    const before = contents(place.pki);
    const { code, out } = await place.ca('reseal', 'cluster2', 'cluster1', 'cluster3');
    expect(code).toBe(1);
    expect(out.match(/MESH048 cluster 'cluster[13]'/g)).toHaveLength(2);
    expect(contents(place.pki)).toEqual(before);
  });

  test.each([
    { what: 'of a namespace', change: { namespace: 'x; touch /tmp/x' }, code: 'MESH030' },
    { what: 'of a scope', change: { scope: '$(touch /tmp/x)' }, code: 'MESH030' },
    { what: 'of a namespace that is no text', change: { namespace: { x: 1 } }, code: 'MESH030' },
  ])('shows no command with a text $what that a shell would run', async ({ change, code }) => {
    const place = await workplaceWith('cluster1');
    editSealed(place, change);
    const { out } = await place.ca('reseal', 'cluster1');
    expect(out).toContain(code);
    expect(out).not.toMatch(/--(namespace|scope) /);
  });

  test.each([`${AGE}\u001b[2K`, 'age1$(touch /tmp/x)aaaaaaaaaaaaaaaa', 'AGE-SECRET-KEY-1AAAA'])(
    'does not show %j, which is no age recipient', async line => {
      const place = await workplaceWith('cluster1');
      writeFileSync(inCluster(place, 'age-recipients.txt'), `${line}\n`);
      const { code, out } = await place.ca('renew', 'cluster1');
      expect([code, out]).toEqual([1, expect.stringContaining('MESH033')]);
      expect(out).not.toContain(line);
    },
  );

  test('shows the subject of a certificate without what controls a terminal or a log', async () => {
    const place = await workplaceWith('cluster1');
    const { pem } = make({ name: 'evil\n::error::x \u001b[2K' });
    writeFileSync(inCluster(place, 'sealing-cert.pem'), pem);
    const { out } = await place.ca('reseal', 'cluster1');
    expect(out).toContain(fingerprintOf(pem));
    // eslint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|^::error/m);
    expect(shownRecipient({ kind: 'sealed-secrets', fingerprint: 'SHA256:0', subject: 'CN=a\u202eb\u0007\n, O=Bücher & Söhne' })).toBe(
      'sealed-secrets SHA256:0 (CN=a\\u{202e}b\\u{7}\\u{a}, O=Bücher & Söhne)',
    );
  });
});

describe('an accepted change', () => {
  test.each([
    { form: 'as the error prints it', spell: fingerprintOf },
    { form: 'as OpenSSL prints it', spell: (pem: string) => `sha256 Fingerprint=${x509(pem).fingerprint256}` },
    { form: 'as Node prints it', spell: (pem: string) => x509(pem).fingerprint256 },
    { form: 'as status --json prints it', spell: (pem: string) => x509(pem).fingerprint256.replace(/:/g, '').toLowerCase() },
  ])('is named by a fingerprint $form, and is not named again', async ({ spell }) => {
    const place = await workplaceWith('cluster1');
    replaceSealingCert(place, NEW.pem);
    const { code, out } = await place.ca('reseal', 'cluster1', '--accept-recipient', spell(NEW.pem));
    expect([code, out]).toEqual([0, expect.stringContaining(`the CA key is encrypted for sealed-secrets ${fingerprintOf(NEW.pem)} `)]);
    for (const command of [['reseal', 'cluster1'], ['renew', 'cluster1'], ['rotate-root', 'introduce'], ['verify']]) {
      expect(await place.ca(...command)).toMatchObject({ code: 0 });
    }
  });

  test.each([
    { what: 'one with another digit', name: fingerprintOf(EVIL.pem).replace(/.$/, digit => digit === '0' ? '1' : '0') },
    { what: 'the beginning', name: fingerprintOf(EVIL.pem).slice(0, 23) },
    { what: 'that of another certificate', name: fingerprintOf(NEW.pem) },
    { what: 'the path of the file', name: 'sealing-cert.pem' },
    { what: 'an empty one', name: '' },
  ])('needs the whole fingerprint, and not $what', async ({ name }) => {
    const place = await workplaceWith('cluster1');
    replaceSealingCert(place, EVIL.pem);
    const before = contents(place.pki);
    expect(await place.ca('reseal', 'cluster1', '--accept-recipient', name)).toEqual(
      { code: 1, out: expect.stringMatching(/MESH048 --accept-recipient: .*MESH048|MESH048 cluster[\s\S]*MESH048 --accept-recipient/) },
    );
    expect(contents(place.pki)).toEqual(before);
  });

  test('of a certificate that an option names needs its fingerprint, too: the file may come from Git', async () => {
    const place = await workplaceWith('cluster1');
    const file = join(place.folder, 'new.pem');
    writeFileSync(file, NEW.pem);
    expect((await place.ca('reseal', 'cluster1', '--sealing-cert', file)).out).toContain('MESH048');
    expect((await place.ca('renew', 'cluster1', '--sealing-cert', file)).out).toContain('MESH048');
    expect((await place.ca('renew', 'cluster1', '--sealing-cert', file, '--accept-recipient', fingerprintOf(NEW.pem))).code).toBe(0);
  });

  test('of the namespace and of the scope is named by their options', async () => {
    const place = await workplaceWith('cluster1');
    editSealed(place, { namespace: 'mesh', scope: 'namespace-wide' });
    expect((await place.ca('reseal', 'cluster1')).out).toContain('add --namespace mesh --scope namespace-wide;');
    expect((await place.ca('reseal', 'cluster1', '--namespace', 'mesh', '--scope', 'namespace-wide')).code).toBe(0);
    expect((await place.ca('renew', 'cluster1')).code).toBe(0);
  });

  test('that leaves nobody is named by --drop-recipient', async () => {
    const place = await workplaceWith('cluster1');
    const gone = fingerprintOf(place.read('clusters/cluster1/sealing-cert.pem'));
    ['sealing-cert.pem', 'cacerts.sealed.json'].forEach(file => rmSync(inCluster(place, file)));
    expect((await place.ca('renew', 'cluster1')).out).toMatch(
      new RegExp(`no longer: sealed-secrets ${gone} .*add --drop-recipient ${gone};`),
    );
    expect((await place.ca('renew', 'cluster1', '--drop-recipient', gone)).code).toBe(0);
    expect((await place.ca('verify')).code).toBe(0);
    // To come back is a change again.
    expect((await place.ca('reseal', 'cluster1', '--sealing-cert', place.sealingCert)).out).toContain('MESH048');
  });

  test('is printed before anything is written', async () => {
    const place = await workplaceWith();
    const { out } = await place.ca('issue', 'cluster1', '--sealing-cert', place.sealingCert);
    const [first] = out.split('\n');
    const fingerprint = fingerprintOf(readFileSync(place.sealingCert, 'utf8'));
    expect(first).toContain(`cluster 'cluster1': the CA key is encrypted for sealed-secrets ${fingerprint} (O=Test, CN=sealed-secrets)`);
  });
});

describe('no change is seen', () => {
  test.each([
    { what: 'a new run', change: () => undefined },
    {
      what: 'CRLF in the sealing certificate',
      change: (place: Workplace) => {
        const text = place.read('clusters/cluster1/sealing-cert.pem');
        writeFileSync(inCluster(place, 'sealing-cert.pem'), text.replace(/\n/g, '\r\n'));
      },
    },
    {
      what: 'the record in another layout of JSON',
      change: (place: Workplace) => editJson(inCluster(place, 'recipients.json'), {}),
    },
  ])('in $what', async ({ change }) => {
    const place = await workplaceWith('cluster1');
    change(place);
    expect(await place.ca('reseal', 'cluster1')).toMatchObject({ code: 0 });
    expect(await place.ca('renew', 'cluster1')).toMatchObject({ code: 0 });
  });

  test('where another machine has accepted one since, and Git has its record', async () => {
    const place = await workplaceWith('cluster1');
    const here = join(place.folder, 'private-here');
    cpSync(join(place.pki, 'private'), here, { recursive: true });
    await changedSince(place);
    rmSync(join(place.pki, 'private'), { recursive: true });
    cpSync(here, join(place.pki, 'private'), { recursive: true });
    expect((await place.ca('verify')).code).toBe(0);
    expect((await place.ca('renew', 'cluster1')).code).toBe(0);
  });

  test('in a cluster without recipients, which needs no record', async () => {
    const place = await workplaceWith();
    await place.ca('issue', 'cluster1');
    for (const command of [['renew', 'cluster1'], ['rotate-root', 'introduce'], ['verify']]) {
      expect((await place.ca(...command)).code).toBe(0);
    }
    expect(existsSync(inCluster(place, 'recipients.json'))).toBe(false);
    expect((await place.ca('reseal', 'cluster1', '--sealing-cert', place.sealingCert)).out).toContain('MESH049');
  });

  test('in clusters whose names are names of JavaScript', async () => {
    const place = await workplaceWith();
    for (const cluster of ['constructor', 'tostring']) {
      expect((await place.ca('issue', cluster, '--sealing-cert', place.sealingCert)).code).toBe(0);
      expect((await place.ca('reseal', cluster)).code).toBe(0);
    }
  });
});

describe('a folder from before the records', () => {
  async function withoutRecords(): Promise<Workplace> {
    const place = await workplaceWith('cluster1', 'cluster2');
    ['cluster1', 'cluster2'].forEach(cluster => rmSync(inCluster(place, 'recipients.json', cluster)));
    readdirSync(join(place.pki, 'private')).filter(name => /recipients/.test(name)).forEach(name => rmSync(inPrivate(place, name)));
    return place;
  }

  test('is taken over cluster by cluster, by one option that names who is accepted', async () => {
    const place = await withoutRecords();
    expect((await place.ca('verify')).out.match(/MESH049/g)).toHaveLength(2);
    const [first, second] = ['cluster1', 'cluster2'].map(cluster => fingerprintOf(place.read(`clusters/${cluster}/sealing-cert.pem`)));
    expect((await place.ca('reseal', 'cluster1')).out).toMatch(new RegExp(`MESH049 .*add --accept-recipient ${first};`));
    expect((await place.ca('reseal', 'cluster1', '--accept-recipient', first)).code).toBe(0);
    expect((await place.ca('renew', 'cluster2', '--accept-recipient', second)).code).toBe(0);
    expect((await place.ca('rotate-root', 'introduce')).code).toBe(0);
    expect((await place.ca('verify')).code).toBe(0);
  });

  test('is taken over in one command for several clusters', async () => {
    const place = await withoutRecords();
    const accept = ['cluster1', 'cluster2'].flatMap(
      cluster => ['--accept-recipient', fingerprintOf(place.read(`clusters/${cluster}/sealing-cert.pem`))],
    );
    expect((await place.ca('reseal', 'cluster1', 'cluster2', ...accept)).code).toBe(0);
    expect((await place.ca('verify')).code).toBe(0);
  });
});

describe('issue', () => {
  test('of a cluster whose folder was deleted refuses another sealing certificate than before', async () => {
    const place = await workplaceWith('cluster1');
    rmSync(join(place.pki, 'clusters', 'cluster1'), { recursive: true });
    writeFileSync(join(place.folder, 'evil.pem'), EVIL.pem);
    const evil = ['--sealing-cert', join(place.folder, 'evil.pem')];
    expect(await place.ca('issue', 'cluster1', ...evil)).toEqual({ code: 1, out: expect.stringContaining('MESH048') });
    expect((await place.ca('issue', 'cluster1', '--sealing-cert', place.sealingCert)).code).toBe(0);
  });

  test('warns of a sealing certificate whose key another cluster has', async () => {
    const place = await workplaceWith('cluster1');
    const { code, out } = await place.ca('issue', 'cluster2', '--sealing-cert', place.sealingCert);
    expect(code).toBe(0);
    expect(out).toMatch(/^warning: MESH033 clusters cluster1 and cluster2: their CAs are sealed for one key/m);
  });

  test('warns of a renewed certificate of such a key, and not of another key with the same subject', async () => {
    const place = await workplaceWith('cluster1');
    const renewed = make({ name: 'sealed-secrets', until: 700 });
    const namesake = make({ name: 'sealed-secrets', keys: make({ name: 'other key' }).keys });
    writeFileSync(join(place.folder, 'renewed.pem'), renewed.pem);
    writeFileSync(join(place.folder, 'namesake.pem'), namesake.pem);
    expect((await place.ca('issue', 'cluster2', '--sealing-cert', join(place.folder, 'renewed.pem'))).out).toContain('warning: MESH033');
    expect((await place.ca('issue', 'cluster3', '--sealing-cert', join(place.folder, 'namesake.pem'))).out).not.toContain('warning');
  });
});

test.each([
  { what: 'that was emptied', change: { encryptedData: {} } },
  { what: 'without the key', change: (data: { [file: string]: string }) => ({ encryptedData: { ...data, 'ca-key.pem': undefined } }) },
  { what: 'of other content', change: { encryptedData: { 'ca-key.pem': 'AAAA' } } },
])('verify reports MESH049 for ciphertext $what, and reseal makes it again', async ({ change }) => {
  const place = await workplaceWith('cluster1');
  const { encryptedData } = JSON.parse(place.read('clusters/cluster1/cacerts.sealed.json'));
  editSealed(place, typeof change === 'function' ? change(encryptedData) : change);
  expect(await place.ca('verify')).toEqual({ code: 1, out: expect.stringMatching(/MESH049 .*nothing shows who can decrypt it/) });
  expect((await place.ca('reseal', 'cluster1')).code).toBe(0);
  expect((await place.ca('verify')).code).toBe(0);
});

test('verify accepts ciphertext in another layout of JSON, and shows no text of a record that a shell would run', async () => {
  const place = await workplaceWith('cluster1');
  editSealed(place, {});
  expect((await place.ca('verify')).code).toBe(0);
  rmSync(join(place.pki, 'private'), { recursive: true });
  const recipients = [{ kind: 'age' as const, fingerprint: 'age1$(touch /tmp/x)\u001b[2K' }];
  for (const content of [{ ...forged(), recipients }, { ...forged(), namespace: '$(touch /tmp/x)' }]) {
    writeFileSync(inCluster(place, 'recipients.json'), JSON.stringify(forgedRecord(place, 'cluster folder', content)));
    const { out } = await place.ca('verify');
    expect(out).toContain('MESH049');
    expect(out).not.toContain('touch');
  }
});

test('a link in the place of a cluster\'s folder is no new cluster', async () => {
  const place = await workplaceWith('cluster1');
  cpSync(join(place.pki, 'clusters', 'cluster1'), join(place.pki, 'elsewhere'), { recursive: true });
  writeFileSync(join(place.pki, 'elsewhere', 'sealing-cert.pem'), EVIL.pem);
  symlinkSync(join('..', 'elsewhere'), join(place.pki, 'clusters', 'cluster9'));
  expect(await place.ca('reseal', 'cluster9')).toEqual({ code: 1, out: expect.stringContaining('MESH051') });
});

test('verify in a clone shows the recipients, and says that nobody can tell there who accepted them', async () => {
  const place = await workplaceWith('cluster1');
  const shown = fingerprintOf(place.read('clusters/cluster1/sealing-cert.pem'));
  rmSync(join(place.pki, 'private'), { recursive: true });
  expect((await place.ca('verify')).out).toMatch(
    new RegExp(`for sealed-secrets ${shown} [\\s\\S]*no problems found.* neither was whether the recipients above are those`),
  );
  replaceSealingCert(place, EVIL.pem);
  expect((await place.ca('verify')).out).toContain('MESH048');
  // Whoever writes the certificate can write a record of it, too.
  writeFileSync(inCluster(place, 'recipients.json'), JSON.stringify(forgedRecord(place, 'cluster folder')));
  expect((await place.ca('verify')).out).toMatch(new RegExp(`for sealed-secrets ${fingerprintOf(EVIL.pem)} [\\s\\S]*neither was whether`));
});
