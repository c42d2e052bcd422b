import { ImageError, reasonOf } from '@graft-ml/core';

/** A picture of a class. */
export interface Example {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** For the page to show. */
  readonly url: string;
}

/** A class and what shows it. */
export interface ImageClass {
  readonly id: string;
  name: string;
  readonly examples: Example[];
}

/** All classes that the model shall tell apart; in memory alone. */
export class ImageClasses {
  readonly list: ImageClass[] = [];
  #count = 0;

  add(name = `Class ${this.list.length + 1}`): ImageClass {
    const added: ImageClass = { id: `class-${++this.#count}`, name, examples: [] };
    this.list.push(added);
    return added;
  }

  remove(id: string): void {
    const index = this.list.findIndex((candidate) => candidate.id === id);
    for (const { url } of this.list[index]?.examples ?? []) URL.revokeObjectURL(url);
    if (index >= 0) this.list.splice(index, 1);
  }

  addExample(target: ImageClass, bytes: Uint8Array<ArrayBuffer>): void {
    const url = URL.createObjectURL(new Blob([bytes]));
    target.examples.push({ id: `${target.id}/${++this.#count}`, bytes, url });
  }

  removeExample(target: ImageClass, id: string): void {
    const index = target.examples.findIndex((example) => example.id === id);
    const [removed] = index < 0 ? [] : target.examples.splice(index, 1);
    if (removed !== undefined) URL.revokeObjectURL(removed.url);
  }
}

const mostBytes = 50_000_000;

/** A file's bytes, if the browser can decode them. @throws ImageError that names the file. */
export async function readImage(file: File): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size > mostBytes) {
    throw new ImageError(`${file.name} has ${Math.round(file.size / 1e6)} MB, more than ${mostBytes / 1e6}; shrink it`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    (await createImageBitmap(new Blob([bytes]))).close();
  } catch (cause) {
    throw new ImageError(`${file.name} is no image that this browser can read; use JPEG, PNG or WebP`, {
      cause: reasonOf(cause),
      subject: file.name,
    });
  }
  return bytes;
}
