import fs, { mkdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';
import { replaceFolder, writeFileAtomically } from '../../src/cli/ca/files';
import { temporaryFolder } from '../temporary-folder';

/** What a function asks of the disk, in order. "flush" waits until the disk holds the file or the names in the folder. */
function requestsOf(work: () => void): string[] {
  const requests: string[] = [];
  const names = new Map<number, string>();
  const { openSync, renameSync } = fs;
  const spies = [
    jest.spyOn(fs, 'openSync').mockImplementation((...args) => {
      const descriptor = openSync(...args);
      names.set(descriptor, basename(String(args[0])));
      return descriptor;
    }),
    jest.spyOn(fs, 'fsyncSync').mockImplementation(descriptor => {
      requests.push(`flush ${names.get(descriptor)}`);
    }),
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      renameSync(from, to);
      requests.push(`${basename(String(from))} becomes ${basename(String(to))}`);
    }),
  ];
  try {
    work();
    return requests;
  } finally {
    spies.forEach(spy => spy.mockRestore());
  }
}

describe('after a loss of power', () => {
  const folder = temporaryFolder('durable');

  test('a file has its old or its new content: it is on the disk before it has its name', () => {
    const parent = join(folder, 'pki');
    expect(requestsOf(() => writeFileAtomically(join(parent, 'root-cert.pem'), 'new'))).toEqual([
      'flush .root-cert.pem.unfinished', '.root-cert.pem.unfinished becomes root-cert.pem', 'flush pki',
    ]);
    expect(readFileSync(join(parent, 'root-cert.pem'), 'utf8')).toBe('new');
  });

  test('a folder is the old or the new one: all of its files are on the disk before it has its name', () => {
    mkdirSync(join(folder, 'clusters', 'cluster1'), { recursive: true });
    const requests = requestsOf(() => replaceFolder(join(folder, 'clusters', 'cluster1'), new Map([['ca-cert.pem', 'new']])));
    expect(requests).toEqual([
      'flush .ca-cert.pem.unfinished', '.ca-cert.pem.unfinished becomes ca-cert.pem', 'flush .cluster1.next',
      'cluster1 becomes .cluster1.old', '.cluster1.next becomes cluster1', 'flush clusters',
    ]);
  });
});
