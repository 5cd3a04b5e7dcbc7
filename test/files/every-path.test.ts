import { symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CaFiles, MeshApp, MeshTrust, ServiceCatalog } from '../../src';
import { main } from '../../src/cli/main';
import { workplaceWith } from '../pki/pki';
import { temporaryFolder } from '../temporary-folder';
import { meshOf } from '../trust/two-clusters';

/** The module itself, whose functions a test can replace. */
const fs = jest.requireActual<typeof import('fs')>('fs');

/** Paths that the system refuses for a file, with the code of the system. */
const REFUSED: { readonly what: string; readonly code: string; readonly make: (folder: string) => string }[] = [
  { what: 'a folder', code: 'EISDIR', make: folder => folder },
  {
    what: 'links in a circle',
    code: 'ELOOP',
    make: folder => {
      symlinkSync('circle', join(folder, 'circle'));
      return join(folder, 'circle');
    },
  },
  { what: 'a name that is too long', code: 'ENAMETOOLONG', make: folder => join(folder, 'x'.repeat(300)) },
  { what: 'a path with a NUL', code: 'ERR_INVALID_ARG_VALUE', make: folder => join(folder, 'a\0b') },
];

/** Paths at which nothing is. */
const ABSENT: typeof REFUSED = [
  { what: 'a missing file', code: 'ENOENT', make: folder => join(folder, 'none') },
  {
    what: 'a link that leads to nothing',
    code: 'ENOENT',
    make: folder => {
      symlinkSync('nothing', join(folder, 'dangling'));
      return join(folder, 'dangling');
    },
  },
  {
    what: 'a path below a file',
    code: 'ENOTDIR',
    make: folder => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'below');
    },
  },
];

/** Paths that the system refuses for a folder. */
const NO_FOLDER = REFUSED.filter(({ code }) => code !== 'EISDIR');

const refusal = (code: string) => expect.objectContaining({ code: 'MESH055', message: expect.stringContaining(`"${code}`) });

test.each([...REFUSED, ...ABSENT])('$what as a catalog is an error with a code', ({ code, make }) => {
  const path = make(temporaryFolder('paths'));
  expect(() => ServiceCatalog.fromFile(path)).toThrow(refusal(code));
});

test.each(NO_FOLDER)('$what as a folder of CA files is an error with a code', ({ code, make }) => {
  const path = make(temporaryFolder('paths'));
  expect(() => CaFiles.fromDirectory(path)).toThrow(refusal(code));
  expect(() => CaFiles.fromPki(path, 'cluster1')).toThrow(refusal(code));
});

test.each(ABSENT)('$what as a folder of CA files is the error that says what belongs there', ({ make }) => {
  const path = make(temporaryFolder('paths'));
  expect(() => CaFiles.fromDirectory(path)).toThrow(/MESH030 .*a file of the CA is missing/);
  expect(() => CaFiles.fromPki(path, 'cluster1')).toThrow(/MESH030 .*no folder/);
});

test.each(NO_FOLDER)('$what as the folder of a delivery is an error with a code', ({ code, make }) => {
  const folder = temporaryFolder('paths');
  const app = new MeshApp({ outdir: join(folder, 'dist') });
  const directory = make(folder);
  expect(() => {
    meshOf(MeshTrust.sops({ directory }), app);
    app.synth();
  }).toThrow(new RegExp(`MESH055 .*"${code}`));
});

describe('the command', () => {
  const outputOf = async (...args: string[]) => {
    const lines: string[] = [];
    const spies = (['log', 'error'] as const).map(name => jest.spyOn(console, name).mockImplementation((...parts) => {
      lines.push(parts.join(' '));
    }));
    try {
      return { code: await main(['ca', ...args]), out: lines.join('\n') };
    } finally {
      spies.forEach(spy => spy.mockRestore());
    }
  };

  test.each([
    ['status', 'a name that is too long'],
    ['verify', 'a name that is too long'],
    ['status', 'links in a circle'],
    ['verify', 'links in a circle'],
    ['init', 'links in a circle'],
    ['init', 'a name that is too long'],
    ['init', 'a path with a NUL'],
  ])('%s with %s exits with 1 and an error with a code', async (command, what) => {
    const { code, make } = REFUSED.find(path => path.what === what)!;
    const folder = temporaryFolder('paths');
    const { code: exit, out } = await outputOf(command, '--dir', make(folder));
    expect([exit, out]).toEqual([1, expect.stringContaining('MESH055 ')]);
    expect(out).toContain(`"${code}`);
  });

  test('init with a file in the place of the folder is an error with a code', async () => {
    const file = join(temporaryFolder('paths'), 'pki');
    writeFileSync(file, '');
    expect(await outputOf('init', '--dir', file)).toEqual({ code: 1, out: expect.stringMatching(/^MESH055 /) });
  });

  test.each([...REFUSED, ...ABSENT])('$what as --root-cert is an error with a code', async ({ code, make }) => {
    const folder = temporaryFolder('paths');
    expect(await outputOf('init', '--dir', join(folder, 'pki'), '--root-cert', make(folder)))
      .toEqual({ code: 1, out: expect.stringMatching(new RegExp(`^MESH055 --root-cert: .*"${code}`)) });
  });

  test('an error that is not of the system is thrown again', async () => {
    const { pki } = await workplaceWith('cluster1');
    const spy = jest.spyOn(fs, 'readdirSync').mockImplementation(() => {
      throw Object.assign(new Error('a bug'), { code: 'ERR_ASSERTION' });
    });
    try {
      await expect(outputOf('status', '--dir', pki)).rejects.toThrow('a bug');
    } finally {
      spy.mockRestore();
    }
  });
});

/** Every way to read the files of the library, with a file that it opens. */
const READS: { readonly what: string; readonly file: string; readonly read: (pki: string, folder: string) => unknown }[] = [
  { what: 'a catalog', file: 'mesh-catalog.json', read: (_, folder) => ServiceCatalog.fromFile(join(folder, 'mesh-catalog.json')) },
  { what: 'a CA', file: 'ca-cert.pem', read: pki => CaFiles.fromDirectory(join(pki, 'clusters', 'cluster1')) },
  { what: 'the ciphertext of a CA', file: 'cacerts.sealed.json', read: pki => CaFiles.fromPki(pki, 'cluster1') },
];

test.each(READS)('$what without permission is an error with a code', async ({ file, read }) => {
  const { pki, folder } = await workplaceWith('cluster1');
  writeFileSync(join(folder, 'mesh-catalog.json'), '{}');
  const original = fs.readFileSync;
  const spy = jest.spyOn(fs, 'readFileSync').mockImplementation((path, ...options) => {
    if (String(path).endsWith(file)) {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'open', path });
    }
    return original(path, ...options as [any]);
  });
  try {
    expect(() => read(pki, folder)).toThrow(expect.objectContaining({ code: 'MESH055', message: expect.stringMatching(/no permission/) }));
  } finally {
    spy.mockRestore();
  }
});

test('a folder that cannot be searched is not taken for one that does not exist', async () => {
  const { pki } = await workplaceWith('cluster1');
  const original = fs.statSync;
  const spy = jest.spyOn(fs, 'statSync').mockImplementation((path, ...options) => {
    if (String(path).startsWith(pki)) {
      throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'stat', path });
    }
    return original(path, ...options as [any]);
  });
  try {
    expect(() => CaFiles.fromPki(pki, 'cluster1')).toThrow(/^MESH055 .*no permission/);
  } finally {
    spy.mockRestore();
  }
});
