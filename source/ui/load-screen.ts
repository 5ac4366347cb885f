import type { runScreen } from './screen.tsx';

/**
 * Loads the screen; the first paint does not wait for it. Ink's layout engine hands its own data URL to a global fetch if there is one, and
 * that alone loads all of Node's HTTP client: 20 to 60 ms and 8 MB for nothing.
 */
export async function loadScreen(): Promise<{ readonly runScreen: typeof runScreen }> {
  const fetch = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  Reflect.deleteProperty(globalThis, 'fetch');
  try {
    return await import('./screen.tsx');
  } finally {
    if (fetch) Object.defineProperty(globalThis, 'fetch', fetch);
  }
}
