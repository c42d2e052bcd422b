import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where graft keeps what it can make or fetch again: `GRAFT_CACHE`, else the platform's own cache folder. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['GRAFT_CACHE']) return environment['GRAFT_CACHE'];
  if (process.platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'graft');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'graft');
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'graft');
}

/** Where activations lie below a cache folder. */
export function featureFolder(root: string): string {
  return join(root, 'features');
}

/** Where compiled graphs lie below a cache folder. */
export function graphFolder(root: string): string {
  return join(root, 'graphs');
}
