import { dirname, join } from 'path';
import * as ts from 'typescript';

/** Settings by which the mistakes of a program are found: those of the examples, which are strict. */
const CONFIG = join(__dirname, '..', '..', '..', 'examples', 'tsconfig.json');

/** The mistakes that a strict compiler finds in programs. */
export function compilerMistakes(programs: readonly string[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(CONFIG, {}, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: diagnostic => {
      throw new Error(String(diagnostic.messageText));
    },
  })!;
  const texts = new Map(programs.map((text, i) => [join(dirname(CONFIG), `imported-${i}.ts`), text]));
  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = file => texts.has(file) || fileExists(file);
  host.readFile = file => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...texts.keys()], { ...config.options, strict: true }, host);
  return [...texts.keys()].map(file => program.getSourceFile(file)!)
    .flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, start, messageText }) => {
      const { line } = file!.getLineAndCharacterOfPosition(start!);
      return `${file!.text.split('\n')[line]}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}
