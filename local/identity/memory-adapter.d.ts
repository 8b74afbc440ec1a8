/** The memory adapter of `oidc-provider`. The package has no types for it. */
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterConstructor } from 'oidc-provider';

  export function createMemoryAdapter(clockToleranceSeconds: number): AdapterConstructor;
}
