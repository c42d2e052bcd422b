import { existsSync } from 'node:fs';

/** A Chromium of this machine, or the one that `GRAFT_CHROMIUM` names; undefined if there is none. */
export function findChromium(): string | undefined {
  const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return [process.env.GRAFT_CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path));
}
