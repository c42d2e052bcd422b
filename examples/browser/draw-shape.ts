import { crc32, deflateSync } from 'node:zlib';
import { keyedRandom } from '@graft-ml/core';

/** What the drawn pictures show. */
export const shapes = ['disc', 'cross', 'stripes'] as const;
export type Shape = (typeof shapes)[number];

const side = 160;

/** A shape of some size, place and colour on a noisy ground, as PNG: the same for the same arguments. */
export function drawShape(shape: Shape, index: number): Buffer {
  const random = keyedRandom({ seed: 7, purpose: 'shape', shape, index });
  const colour = (least: number) => Array.from({ length: 3 }, () => least + 80 * random.uniform());
  const tones = [colour(20), colour(150)];
  const [ground, ink] = random.uniform() < 0.5 ? tones : tones.reverse();
  const [x, y] = [random.uniform(), random.uniform()].map((share) => side * (0.35 + 0.3 * share)) as [number, number];
  const radius = side * (0.24 + 0.1 * random.uniform());
  const pixels = Buffer.alloc(side * (side * 3 + 1));
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const [across, down] = [Math.abs(column - x), Math.abs(row - y)];
      const far = Math.max(across, down) > radius;
      const inside = {
        disc: Math.hypot(across, down) < radius,
        cross: !far && Math.min(across, down) < radius / 3,
        stripes: !far && Math.floor((column + row) / (radius / 4)) % 2 === 0,
      }[shape];
      for (let channel = 0; channel < 3; channel += 1) {
        const value = (inside ? ink : ground)![channel]! + 30 * (random.uniform() - 0.5);
        pixels[row * (side * 3 + 1) + 1 + column * 3 + channel] = Math.max(0, Math.min(255, value));
      }
    }
  }
  return png(pixels);
}

/** @see W3C, "Portable Network Graphics (PNG) Specification" */
function png(rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
