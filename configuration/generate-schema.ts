import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedConfigurationFiles } from './generated-files';

const projectFolder = path.dirname(__dirname);

for (const file of generatedConfigurationFiles()) {
  const target = path.join(projectFolder, file.path);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, file.text);
}
