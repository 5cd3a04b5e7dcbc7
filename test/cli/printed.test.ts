import { writeFileSync } from 'fs';
import { join } from 'path';
import { RunningClusters } from './running/running-clusters';
import { guideMesh } from '../../examples/guide/mesh';
import { temporaryFolder } from '../temporary-folder';
import { runMain, WrittenFolder } from '../written/written-folder';

// What people read when a command works, and when it does not. The tests of other commands hold what those print.

const FOLDER = temporaryFolder('printed');

/** Runs a command, and replaces the folders of this test in what it prints. */
async function printed(...args: string[]) {
  const { code, out, err } = await runMain(args);
  const shown = (text: string) => text.replaceAll(FOLDER, 'FOLDER');
  return { code, out: shown(out), err: shown(err) };
}

function written(name: string, text: string | object): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  return path;
}

const GUIDE_ENTRY = `apiVersion: networking.istio.io/v1alpha3
kind: ServiceEntry
metadata:
  name: httpbin-bar
  namespace: foo
spec:
  hosts: [httpbin.bar.global]
  location: MESH_INTERNAL
  ports: [{ name: http1, number: 8000, protocol: http }]
  resolution: DNS
  addresses: [240.0.0.2]
  endpoints: [{ address: 203.0.113.20, ports: { http1: 15443 } }]
`;

describe('istio-mesh import prints', () => {
  test('the program and the report', async () => {
    const file = written('entry.yaml', GUIDE_ENTRY);
    expect(await printed('import', `cluster1=${file}`, '--gateway', 'cluster2=203.0.113.20')).toMatchSnapshot();
  });

  test('what the program does not express', async () => {
    const file = written('outside.yaml', GUIDE_ENTRY.replace('httpbin.bar.global', 'api.example.com'));
    expect(await printed('import', `cluster1=${file}`)).toMatchSnapshot();
  });

  test('why it could not run', async () => {
    expect(await printed('import', 'manifests')).toMatchSnapshot();
  });
});

test('istio-mesh explain prints that no folder has the name', async () => {
  const { code, out, err } = await WrittenFolder.of(guideMesh).run('explain', 'cluster1', 'foo', 'nobody.bar.global', '-f', 'dist');
  expect({ code, out, err }).toMatchSnapshot();
});

test.each(['graph', 'check', 'diff'])('istio-mesh %s prints that a folder is missing', async command => {
  expect(await printed(command, join(FOLDER, 'none'))).toMatchSnapshot();
});

test('istio-mesh discover prints that no cluster can be read', async () => {
  const { kubectl } = new RunningClusters({});
  const out = join(FOLDER, 'clusters.json');
  expect(await printed('discover', '--context', 'cluster1=one', '--kubectl', kubectl, '--out', out)).toMatchSnapshot();
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('istio-mesh completion %s', async shell => {
  expect(await printed('completion', shell)).toMatchSnapshot();
});
