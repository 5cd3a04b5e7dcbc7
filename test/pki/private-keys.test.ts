import { createPrivateKey } from 'crypto';
import { readdirSync } from 'fs';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { make } from './make';
import { GatewayAddress, IstioRelease, Mesh, MeshApp, ServicePort } from '../../src';
import { writeOutput } from '../../src/output/folder-writer';
import { holdsPrivateKey, privateKeysIn } from '../../src/pki/key-scan';
import { temporaryFolder } from '../temporary-folder';

const root = make();
const own = make({ issuer: root, pathLength: 0 });
const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64');
const der = (type: 'pkcs8' | 'pkcs1') => createPrivateKey(own.key).export({ format: 'der', type });

describe('the scan for private keys', () => {
  test.each([
    ['PEM', { data: { note: own.key } }],
    ['PEM of an encrypted key', { stringData: { key: own.key.replace(/PRIVATE/g, 'ENCRYPTED PRIVATE') } }],
    ['base64 of PEM', { kind: 'Secret', data: { 'ca-key.pem': base64(own.key) } }],
    ['base64 of PEM in an annotation', { metadata: { annotations: { a: base64(own.key) } } }],
    ['folded base64 of PEM', { data: { key: base64(own.key).replace(/.{60}/g, '$&\n') } }],
    ['base64 of text that contains PEM', { data: { all: base64(`x${own.pem}${own.key}`) } }],
    ['base64 of DER, PKCS#8', { kind: 'Secret', data: { key: base64(der('pkcs8')) } }],
    ['base64 of DER, PKCS#1', { kind: 'Secret', data: { key: base64(der('pkcs1')) } }],
    ['DER in another field of a Secret', { kind: 'Secret', stringData: { key: `\n${base64(der('pkcs8'))}` } }],
    ['DER in a ConfigMap', { kind: 'ConfigMap', binaryData: { key: base64(der('pkcs1')) } }],
    [
      'encrypted DER',
      {
        kind: 'Secret',
        data: { key: base64(createPrivateKey(own.key).export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })) },
      },
    ],
    ['a key as the name of a field', { data: { [own.key]: '' } }],
    ['an age identity', { data: { key: 'AGE-SECRET-KEY-1QQQQQQQQ' } }],
    ['a key in a nested list', { spec: { list: [{ args: ['--key', own.key] }] } }],
  ])('finds %s', (_, object) => {
    expect(privateKeysIn(object)).toHaveLength(1);
  });

  test('finds PEM in base64 at any position of the text', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 9 }),
        fc.string(),
        (before, after) => holdsPrivateKey(base64(`${before}-----BEGIN PRIVATE KEY-----${after}`)),
      ),
    );
  });

  test('does not report certificates, other secrets and random bytes', () => {
    expect(
      privateKeysIn({ kind: 'Secret', data: { 'ca-cert.pem': base64(own.pem), 'password': base64('PRIVATE KEY'), 'MI': 'MIIB' } }),
    ).toEqual([]);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 40, maxLength: 200 }),
        bytes => privateKeysIn({ kind: 'Secret', data: { x: base64(Buffer.from(bytes)) } }).length === 0,
      ),
    );
  });
});

describe('a private key never reaches an output folder', () => {
  const secret = (scope: Chart) => new ApiObject(
    scope,
    'secret',
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x', namespace: 'y' }, data: { key: base64(own.key) } } as any,
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
    new ApiObject(chart, 'der', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' }, data: { key: base64(der('pkcs8')) } } as any);
    expect(() => app.synth()).toThrow(/MESH031/);
    expect(() => writeOutput(outdir, new Map([['a/b.yaml', own.key]]))).toThrow(/MESH031 a\/b.yaml/);
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('the error shows no part of the key', () => {
    expect(() => writeOutput(temporaryFolder('out'), new Map([['b.yaml', base64(own.key)]]))).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/MII|LS0t/) }),
    );
  });
});
