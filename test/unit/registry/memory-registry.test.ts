import { testFileRegistry } from '#test/support/file-registry-contract';
import { MemoryRegistry } from '#test/support/memory-registry';

const registry = new MemoryRegistry();

describe('the registry of the tests', () => {
  testFileRegistry(() => registry);
});
