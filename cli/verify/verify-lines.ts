import { InputError } from '#core/errors';
import { type Verdict, verifyViewerRequest } from '#core/verification/verify-viewer-request';
import {
  type KeyCache,
  parseVerificationLine,
  type VerificationLine,
} from './parse-verification-line';

function parseNumberedLine(text: string, lineNumber: number, keys: KeyCache): VerificationLine {
  try {
    return parseVerificationLine(text, keys);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { field } = error;
    throw error.withField(field === 'line' ? `line ${lineNumber}` : `line ${lineNumber}, ${field}`);
  }
}

/** Formats a verdict for output. It leaves out what only this project's verifier knows. */
function buildVerdictLine(verdict: Verdict): string {
  return JSON.stringify(verdict.allowed ? { allowed: true } : verdict);
}

/**
 * Produces one verdict line for each input line, in the same order.
 *
 * @throws {InputError} at the first wrong line, with its number (from 1) and field
 */
export async function* verifyLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const keys: KeyCache = new Map();
  let lineNumber = 0;
  for await (const line of lines) {
    const { request, context } = parseNumberedLine(line, ++lineNumber, keys);
    yield buildVerdictLine(verifyViewerRequest(request, context));
  }
}
