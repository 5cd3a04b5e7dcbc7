import { MeshErrorCode } from './mesh-error-code';

/**
 * The codes of errors as text. TypeScript needs none of this, since `MeshErrorCode.INVALID_NAME` is the text `MESH001` there; in other
 * languages a value of an enum knows its name alone.
 */
export class MeshErrorCodes {
  /**
   * Returns a code as messages print it, such as `MESH001`.
   *
   * @example
   * const codes = app.warnings.map(warning => MeshErrorCodes.textOf(warning.code));
   */
  public static textOf(code: MeshErrorCode): string {
    return code;
  }

  /**
   * Returns the codes of the problems that the message of an error lists, in its order, each once. Other languages than TypeScript get an
   * error of jsii, whose message is that of the error.
   */
  public static inMessage(message: string): string[] {
    const codes = new Set<string>(Object.values(MeshErrorCode));
    return [...new Set(message.match(/\bMESH\d{3}\b/g))].filter(code => codes.has(code));
  }

  private constructor() {}
}
