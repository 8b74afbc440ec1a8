import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  ExtractorMessageCategory,
  type IConfigFile,
} from '@microsoft/api-extractor';
import { packageFolder } from '#configuration/package-folder';

/** Package entries with a report in `docs/api/`, each with its declaration file in `dist/`. */
const REPORTED_ENTRIES = {
  index: 'index.d.ts',
  core: 'core.d.ts',
  custody: 'custody.d.ts',
  client: 'client.d.mts',
  'client-files': 'client-files.d.mts',
  react: 'react.d.mts',
} as const;

interface ReportedEntry {
  /** The report, relative to the root. */
  readonly file: string;
  /** Built by `npm run build`. */
  readonly declarationsFile: string;
}

/** The committed API reports. If a public type changes, one of them changes too. */
export function reportedEntries(): readonly ReportedEntry[] {
  return Object.entries(REPORTED_ENTRIES).map(([entry, declarations]) => ({
    file: `docs/api/${entry}.api.md`,
    declarationsFile: path.join(packageFolder(), 'dist', declarations),
  }));
}

function configurationFor(declarationsFile: string, folder: string): IConfigFile {
  return {
    projectFolder: packageFolder(),
    mainEntryPointFilePath: declarationsFile,
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'es2022',
          module: 'node16',
          types: ['node'],
          skipLibCheck: true,
        },
        files: [declarationsFile],
      },
    },
    apiReport: {
      enabled: true,
      reportFolder: folder,
      reportTempFolder: folder,
      reportFileName: 'entry',
      // Types that are not exported but are used in exported types are included, because their
      // change can break a caller too.
      includeForgottenExports: true,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: {
      extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
}

/**
 * Returns every public type of one entry as text, from its built declarations. Throws if they have
 * a type error.
 */
export function renderApiReport(declarationsFile: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'edgepass-api-'));
  try {
    const result = Extractor.invoke(
      ExtractorConfig.prepare({
        configObject: configurationFor(declarationsFile, folder),
        configObjectFullPath: undefined,
        packageJsonFullPath: path.join(packageFolder(), 'package.json'),
      }),
      {
        localBuild: true,
        messageCallback: (message) => {
          message.handled = message.category !== ExtractorMessageCategory.Compiler;
        },
      },
    );
    if (result.errorCount > 0) throw new Error(`${declarationsFile} has errors, see above`);
    return readFileSync(path.join(folder, 'entry.api.md'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
