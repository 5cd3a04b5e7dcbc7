import { MeshErrorCode } from '../errors/mesh-error-code';
import { checkedArgument } from '../options/checked';
import { oneOf, text } from '../options/kinds';

/**
 * The codes of errors as text. TypeScript needs none of this, since `MeshErrorCode.INVALID_NAME` is the text `MESH001` there; in other
 * languages a value of an enum knows its name alone.
 */
export class MeshErrorCodes {
  /**
   * Returns a code as messages print it, such as `MESH001`.
   * @param code the code
   * @returns the code as text
   * @throws MESH057 for what is no code
   *
   * @example
   * const codes = app.warnings.map(warning => MeshErrorCodes.textOf(warning.code));
   */
  public static textOf(code: MeshErrorCode): string {
    return checkedArgument(oneOf(MeshErrorCode), code, 'code', 'MeshErrorCodes.textOf');
  }

  /**
   * Returns the codes of the problems that the message of an error lists, in its order, each once. Other languages than TypeScript get an
   * error of jsii, whose message is that of the error.
   * @param message text of an error, of one line or several
   * @returns the codes as text
   * @throws MESH057 for what is no text
   */
  public static inMessage(message: string): string[] {
    const codes = new Set<string>(Object.values(MeshErrorCode));
    const found = checkedArgument(text, message, 'message', 'MeshErrorCodes.inMessage').match(/\bMESH\d{3}\b/g);
    return [...new Set(found)].filter(code => codes.has(code));
  }

  private constructor() {}
}
