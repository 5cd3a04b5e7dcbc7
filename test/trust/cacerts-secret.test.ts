import { writeFileSync } from 'fs';
import { join } from 'path';
import { inspect } from 'util';
import { App, Chart, Testing } from 'cdk8s';
import { CacertsForm, CacertsSecret, CacertsSecretProps, CaFiles, MeshApp } from '../../src';
import { make } from '../pki/make';
import { temporaryFolder } from '../temporary-folder';

const root = make();
const own = make({ issuer: root, pathLength: 0 });
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Writes a folder with the four files of a CA, and returns its path. */
function folder(changes: { [file: string]: string } = {}): string {
  const path = temporaryFolder('ca-files');
  const files = {
    'ca-cert.pem': own.pem,
    'ca-key.pem': own.key,
    'cert-chain.pem': own.pem + root.pem,
    'root-cert.pem': root.pem,
    ...changes,
  };
  Object.entries(files).forEach(([file, text]) => writeFileSync(join(path, file), text));
  return path;
}

const files = () => CaFiles.fromDirectory(folder());

function synth(props: Partial<CacertsSecretProps>) {
  const chart = new Chart(new App(), 'chart');
  new CacertsSecret(chart, 'cacerts', { files: files(), ...props });
  return Testing.synth(chart)[0];
}

test('CacertsSecret is the secret of the guide, if keyInTheClear is set', () => {
  expect(synth({ keyInTheClear: true })).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'cacerts', namespace: 'istio-system' },
    data: {
      'ca-cert.pem': base64(own.pem),
      'ca-key.pem': base64(own.key),
      'cert-chain.pem': base64(own.pem + root.pem),
      'root-cert.pem': base64(root.pem),
    },
  });
});

test('CacertsSecret is refused without keyInTheClear, in any app', () => {
  expect(() => synth({})).toThrow(/MESH031/);
});

test('MeshApp always refuses a CacertsSecret, because its output is for Git', () => {
  const app = new MeshApp({ outdir: temporaryFolder('out') });
  new CacertsSecret(new Chart(app, 'chart'), 'cacerts', { files: files(), keyInTheClear: true });
  expect(() => app.synth()).toThrow(/MESH031/);
});

test('CacertsForm.TLS has the file names of cert-manager, and only ca.crt holds the roots', () => {
  expect(synth({ keyInTheClear: true, form: CacertsForm.TLS, namespace: 'mesh' })).toMatchObject({
    type: 'kubernetes.io/tls',
    metadata: { namespace: 'mesh' },
    data: {
      'tls.crt': base64(own.pem),
      'tls.key': base64(own.key),
      'ca.crt': base64(root.pem),
    },
  });
});

test('CaFiles shows no part of the key when it is printed', () => {
  expect(inspect(files(), { depth: 5 }) + JSON.stringify(files())).not.toContain('PRIVATE KEY');
});

test('CacertsSecret reports every problem of its files, and CaFiles names a missing file', () => {
  const chart = new Chart(new App(), 'chart');
  const bad = CaFiles.fromDirectory(folder({ 'cert-chain.pem': root.pem + own.pem, 'ca-key.pem': root.key }));
  expect(() => new CacertsSecret(chart, 'cacerts', { files: bad })).toThrow(/MESH029 .*ca-key.pem[\s\S]*MESH029 .*cert-chain.pem/);
  expect(() => CaFiles.fromDirectory('/nowhere')).toThrow(/MESH030 .*ca-cert.pem/);
});
