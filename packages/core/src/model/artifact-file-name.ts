import { ArtifactError } from '../errors.js';

const maximumLength = 255;
// Devices, which Windows takes for files in every folder, whatever their ending.
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;

/**
 * Refuses what cannot be the name of a file directly in an artifact's folder on every system: a path, a name that climbs out,
 * a drive or a stream of Windows, a device, control characters. Each `ArtifactStore` asks it before it touches anything.
 * @throws ArtifactError
 * @example `checkArtifactFileName('suffix.safetensors')`
 */
export function checkArtifactFileName(name: string): void {
  const isPlain =
    name !== '' &&
    name.length <= maximumLength &&
    // The colon also ends an address' scheme, percent and what follows a question mark mean something else to a server.
    !/[/\\:*?"<>|%#\p{Cc}\p{Cs}]/u.test(name) &&
    !/^\.{1,2}$|[. ]$|^ /.test(name) &&
    !reserved.test(name);
  if (isPlain) return;
  const shown = JSON.stringify(name.slice(0, 80));
  throw new ArtifactError(`${shown} cannot be the name of an artifact's file; use a plain file name`);
}
