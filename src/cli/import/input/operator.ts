import { parseAllDocuments } from 'yaml';
import { objectAt } from '../../../checks/content';
import type { SourceFile } from '../../../written/source';

/**
 * The IstioOperator of a file, and the file without it, line for line. The one of the guide has no name, so it is no object that kubectl
 * would take.
 */
export function withoutOperator(file: SourceFile): { readonly operator?: SourceFile; readonly others: SourceFile } {
  if (!file.text.includes('IstioOperator')) {
    return { others: file };
  }
  const documents = parseAllDocuments(file.text);
  const found = Array.isArray(documents)
    ? documents.find(document => document.errors.length === 0 && objectAt(document.toJS()).kind === 'IstioOperator') : undefined;
  if (found === undefined) {
    return { others: file };
  }
  const [start, , end] = found.range;
  const blank = file.text.slice(start, end).replace(/[^\n]/g, ' ');
  return {
    operator: { ...file, text: JSON.stringify(found.toJS()) },
    others: { ...file, text: file.text.slice(0, start) + blank + file.text.slice(end) },
  };
}
