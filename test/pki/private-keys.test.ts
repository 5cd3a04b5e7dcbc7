import { readdirSync } from 'fs';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { base64, HARMLESS_OCTETS, HARMLESS_TEXTS, KEY_OBJECTS, KEY_OCTETS, KEY_TEXTS, root } from './key-forms';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from '../../src';
import { writeOutput } from '../../src/output/folder-writer';
import { OutputFiles } from '../../src/output/output-files';
import { toYaml } from '../../src/output/yaml';
import { holdsPrivateKey, holdsPrivateKeyOctets, privateKeysIn } from '../../src/pki/key-scan';
import { temporaryFolder } from '../temporary-folder';

/** Ways in which tools write octets as text. */
const ENCODINGS: { readonly [name: string]: (octets: Buffer) => string } = {
  'base64': base64,
  'folded base64': octets => base64(octets).replace(/.{76}/g, '$&\n'),
  'base64 with CRLF': octets => base64(octets).replace(/.{64}/g, '$&\r\n'),
  'folded base64 in JSON': octets => JSON.stringify({ value: base64(octets).replace(/.{64}/g, '$&\n') }),
  'base64 for URLs': octets => octets.toString('base64url'),
  'hexadecimal digits': octets => octets.toString('hex'),
  'a data URL': octets => `data:application/octet-stream;base64,${base64(octets)}`,
  'base64 of base64': octets => base64(base64(octets)),
  'folded base64 of folded base64': octets => base64(base64(octets).replace(/.{76}/g, '$&\n')).replace(/.{60}/g, '$&\n'),
  'base64, three times': octets => base64(base64(base64(octets))),
};

/** Objects that hold a text. */
const PLACES: { readonly [place: string]: (text: string) => object } = {
  'the data of a Secret': text => ({ kind: 'Secret', data: { key: text } }),
  'an annotation': text => ({ kind: 'Service', metadata: { annotations: { note: text } } }),
  'a field of a custom resource': text => ({ kind: 'Widget', spec: { list: [{ args: ['--key', text] }] } }),
  'a Secret of a List': text => ({ kind: 'List', items: [{ kind: 'Secret', stringData: { key: text } }] }),
  'the name of a field': text => ({ kind: 'ConfigMap', data: { [text]: '' } }),
};

const key = root.key;
const der = base64(KEY_OCTETS['RSA in PKCS#1']);
const inUtf16 = (text: string) => base64(Buffer.from(text, 'utf16le'));

describe('the scan for private keys', () => {
  test.each(Object.keys(KEY_OCTETS))('finds %s in each encoding and place', form => {
    const found = Object.entries(ENCODINGS).map(([encoding, encode]) => ({
      encoding,
      places: Object.values(PLACES).map(place => privateKeysIn(place(encode(KEY_OCTETS[form]))).length),
    }));
    expect(found).toEqual(Object.keys(ENCODINGS).map(encoding => ({ encoding, places: Object.keys(PLACES).map(() => 1) })));
    expect(holdsPrivateKeyOctets(KEY_OCTETS[form])).toBe(true);
  });

  test.each(Object.keys(KEY_TEXTS))('finds %s, plain, in each encoding, and in the YAML of each place', form => {
    const text = KEY_TEXTS[form];
    const texts = [text, inUtf16(text), ...Object.values(ENCODINGS).map(encode => encode(Buffer.from(text)))];
    expect(texts.filter(value => !holdsPrivateKey(value))).toEqual([]);
    const objects = Object.values(PLACES).map(place => place(text));
    expect(objects.map(object => privateKeysIn(object).length)).toEqual(objects.map(() => 1));
    expect(objects.filter(object => !holdsPrivateKey(toYaml(object, { sortKeys: true })))).toEqual([]);
  });

  test.each(Object.keys(KEY_OBJECTS))('finds %s', form => {
    expect(privateKeysIn(KEY_OBJECTS[form])).toHaveLength(1);
  });

  test('finds PEM with lines of any width and any line ends, at any position of a text, encoded up to four times', () => {
    const lineEnd = fc.constantFrom('\n', '\r\n', '\r', ' ', '\\n', '\\r\\n', '\n\n', '\n  ');
    fc.assert(fc.property(
      fc.constantFrom('PEM of PKCS#8', 'PEM of SEC1', 'PEM of Ed25519', 'PEM of encrypted PKCS#1'),
      fc.integer({ min: 1, max: 200 }),
      lineEnd,
      fc.string({ unit: 'binary-ascii', maxLength: 9 }),
      fc.string({ unit: 'binary-ascii' }),
      fc.integer({ min: 0, max: 4 }),
      (form, width, end, before, after, times) => {
        const [first, ...lines] = KEY_TEXTS[form].trim().split('\n');
        const last = lines.pop()!;
        const headers = lines.filter(line => line.includes(':'));
        const body = lines.filter(line => !line.includes(':')).join('').replace(new RegExp(`.{${width}}`, 'g'), `$&${end}`);
        let text = `${before}${[first, ...headers, body, last].join(end)}${after}`;
        for (let i = 0; i < times; i++) {
          text = base64(text);
        }
        return holdsPrivateKey(text) && privateKeysIn({ spec: { text } }).length === 1;
      },
    ));
  });

  test.each(Object.keys(HARMLESS_TEXTS))('does not take %s for a key, in no encoding and place', what => {
    const text = HARMLESS_TEXTS[what];
    const texts = [text, inUtf16(text), ...Object.values(ENCODINGS).map(encode => encode(Buffer.from(text)))];
    expect(texts.filter(holdsPrivateKey)).toEqual([]);
    const objects = Object.values(PLACES).map(place => place(text));
    expect(objects.flatMap(privateKeysIn)).toEqual([]);
    expect(objects.filter(object => holdsPrivateKey(toYaml(object, { sortKeys: true })))).toEqual([]);
  });

  test.each(Object.keys(HARMLESS_OCTETS))('does not take the octets of %s for a key', what => {
    const octets = HARMLESS_OCTETS[what];
    expect(Object.values(ENCODINGS).map(encode => encode(octets)).filter(holdsPrivateKey)).toEqual([]);
    expect(holdsPrivateKeyOctets(octets)).toBe(false);
  });

  test.each([
    { what: 'a public JSON Web Key', object: { spec: { kty: 'RSA', n: 'A'.repeat(342), e: 'AQAB' } } },
    { what: 'a field d beside no type of key', object: { spec: { d: der.slice(0, 43), k: der.slice(0, 43) } } },
    { what: 'a JSON Web Key with a placeholder', object: { spec: { kty: 'EC', d: '<the private part of the key>' } } },
    { what: 'a JSON Web Key without a private part', object: { spec: { kty: 'EC', d: null } } },
    { what: 'a short password', object: { kind: 'Secret', data: { password: base64('PRIVATE KEY'), MI: 'MIIB' } } },
  ])('does not take $what for a key', ({ object }) => {
    expect(privateKeysIn(object)).toEqual([]);
  });

  test('does not take random octets or text for a key', () => {
    const octets = fc.uint8Array({ minLength: 40, maxLength: 200 }).map(bytes => base64(Buffer.from(bytes)));
    fc.assert(fc.property(fc.oneof(octets, fc.string({ minLength: 40 })), text =>
      privateKeysIn({ kind: 'Secret', data: { x: text } }).length === 0 && !holdsPrivateKey(text)), { numRuns: 1000 });
  });

  test('ends for a text that encodes itself without a key as often as one likes', () => {
    let text = 'no key';
    for (let i = 0; i < 30; i++) {
      text = base64(text);
    }
    expect(holdsPrivateKey(text)).toBe(false);
  });
});

describe('a private key never reaches an output folder', () => {
  const secret = (scope: Chart) => new ApiObject(
    scope,
    'secret',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'y' }, data: { key: base64(key) } } as any,
  );

  test('an object of the user with a key is an error in any app', () => {
    const mesh = new Mesh(new App(), 'mesh', { istio: IstioRelease.V1_31 });
    const cluster = mesh.addCluster('cluster1', { ingressGateway: GatewayAddress.of('203.0.113.1') });
    cluster.exportService('httpbin', { namespace: 'bar', ports: [ServicePort.http('http', 80)] });
    secret(cluster);
    expect(() => Testing.synth(cluster)).toThrow(/MESH031 .*secret.*data.key/);
  });

  test('MeshApp and the folder writer refuse keys from any other source, and write nothing', () => {
    const outdir = temporaryFolder('out');
    const app = new MeshApp({ outdir });
    const chart = new Chart(app, 'chart');
    secret(chart);
    expect(() => app.synth()).toThrow(/MESH031/);
    chart.node.tryRemoveChild('secret');
    new ApiObject(chart, 'der', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { key: der } } as any);
    expect(() => app.synth()).toThrow(/MESH031/);
    expect(() => writeOutput(outdir, OutputFiles.of([['a/b.yaml', key]]))).toThrow(/MESH031 a\/b.yaml/);
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('the error shows no part of the key', () => {
    expect(() => writeOutput(temporaryFolder('out'), OutputFiles.of([['b.yaml', base64(key)]]))).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/MII|LS0t/) }),
    );
  });
});
