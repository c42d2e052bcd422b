import { open, type FileHandle } from 'node:fs/promises';
import { keyedRandom } from '@graft-ml/core';
import { lastStage, stageOf, stepsPerEpoch, type Settings } from '../settings.js';
import { cutImage, type Cut } from './cut-image.js';

/** The batches of a run, each a function of seed and step alone. */
export class TrainingImages {
  readonly #file: FileHandle;
  readonly #settings: Settings;
  #order: { readonly epoch: number; readonly images: readonly number[] } | undefined;

  private constructor(file: FileHandle, settings: Settings) {
    this.#file = file;
    this.#settings = settings;
  }

  /** @param path - Written by `writeImages`. */
  static async open(path: string, settings: Settings): Promise<TrainingImages> {
    return new TrainingImages(await open(path, 'r'), settings);
  }

  /** RGB images of one step: in a new order each epoch, each cut where chance says, and laid one of eight ways. */
  async batch(step: number): Promise<Uint8Array> {
    const { seed, batchSize, images } = this.#settings;
    const epoch = Math.floor(step / stepsPerEpoch(this.#settings));
    if (this.#order?.epoch !== epoch) {
      this.#order = { epoch, images: keyedRandom({ seed, purpose: 'order', epoch }).permutation(images.count) };
    }
    const first = (step % stepsPerEpoch(this.#settings)) * batchSize;
    const indices = this.#order.images.slice(first, first + batchSize);
    const random = keyedRandom({ seed, purpose: 'cuts', epoch, step });
    const { size } = stageOf(step, this.#settings);
    const places = images.size - size + 1;
    const cuts = indices.map((): Cut => {
      const [top, left] = [random.integer(places), random.integer(places)];
      return { top, left, size, turn: random.integer(8) };
    });
    return this.#read(indices, cuts);
  }

  /** The first images of the series, unturned, their middle as large as the last stage has it. */
  first(count: number): Promise<Uint8Array> {
    const { size } = lastStage(this.#settings);
    const border = Math.floor((this.#settings.images.size - size) / 2);
    const cut = { top: border, left: border, size, turn: 0 };
    return this.#read(
      Array.from({ length: count }, (_, index) => index),
      new Array<Cut>(count).fill(cut),
    );
  }

  async #read(indices: readonly number[], cuts: readonly Cut[]): Promise<Uint8Array> {
    const width = this.#settings.images.size;
    const image = new Uint8Array(width * width * 3);
    const parts: Uint8Array[] = [];
    for (const [place, index] of indices.entries()) {
      const { bytesRead } = await this.#file.read(image, 0, image.length, index * image.length);
      if (bytesRead !== image.length) throw new RangeError(`the file of images ends before image ${index}`);
      const cut = cuts[place]!;
      const part = new Uint8Array(cut.size * cut.size * 3);
      cutImage({ image, width }, cut, part);
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
