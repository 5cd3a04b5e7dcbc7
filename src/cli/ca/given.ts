import { readFileSync } from 'fs';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';

/**
 * The text of a file that an option names.
 * @throws MESH030 when it cannot be read
 */
export function given(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MeshError({
      code: MeshErrorCode.PKI, where: option, what: 'a file that cannot be read', got: `${file} (${(error as NodeJS.ErrnoException).code})`, expected: 'a file', fix: 'correct the path',
    });
  }
}
