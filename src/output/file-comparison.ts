import { closeSync, openSync, readSync } from 'fs';
import { withFileErrors } from '../files/file-errors';
import { unlessNothing } from '../files/read';

/** Compares files with texts. Its buffers are used again for each file: the texts of all files of a large mesh would be garbage. */
export class FileComparison {
  private found = Buffer.alloc(0);
  private expected = Buffer.alloc(0);

  /**
   * Whether a file holds exactly a text.
   * @throws MESH055 when the file cannot be read
   */
  public holds(path: string, text: string): boolean {
    const length = Buffer.byteLength(text);
    if (length >= this.found.length) {
      // One byte more than the text shows whether the file is longer.
      this.found = Buffer.allocUnsafe(2 * length + 1);
      this.expected = Buffer.allocUnsafe(2 * length + 1);
    }
    this.expected.write(text);
    return this.read(path, length + 1) === length && this.found.compare(this.expected, 0, length, 0, length) === 0;
  }

  /** Reads the first bytes of a file, and returns their number; undefined when there is no file. */
  private read(path: string, most: number): number | undefined {
    return withFileErrors(path, () => unlessNothing(() => {
      const descriptor = openSync(path, 'r');
      try {
        let length = 0;
        for (let read = -1; read !== 0 && length < most; length += read) {
          read = readSync(descriptor, this.found, length, most - length, null);
        }
        return length;
      } finally {
        closeSync(descriptor);
      }
    }));
  }
}
