import { kerasWeightFile } from './keras-weight-file.js';
export const nodeWeightSource = () => ({ open: (selector: string) => kerasWeightFile(selector) }) as never;
