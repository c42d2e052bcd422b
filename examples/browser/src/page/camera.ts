import { element } from './element.js';

/** A running camera. */
export interface Camera {
  readonly video: HTMLVideoElement;
  /** The picture of this moment, as PNG. */
  capture(): Promise<Uint8Array<ArrayBuffer>>;
  stop(): void;
}

/** Asks for the camera and starts it. @throws Error where there is none, or nobody allows it, in one line. */
export async function openCamera(): Promise<Camera> {
  // Undefined where the page did not come over a secure connection.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new Error('the camera needs a secure connection; open the page over https');
  const stream = await devices
    .getUserMedia({ video: { facingMode: 'environment', width: { ideal: 640 } } })
    .catch((cause: unknown) => {
      throw new Error('there is no camera, or it was not allowed; use files, or allow it', { cause });
    });
  const video = element('video', { attributes: { playsinline: '', 'aria-label': 'Camera' } });
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  return {
    video,
    async capture() {
      const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
      canvas.getContext('2d')?.drawImage(video, 0, 0);
      return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    },
    stop() {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
    },
  };
}
