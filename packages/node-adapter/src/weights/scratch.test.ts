import { readFile, writeFile, readdir } from 'node:fs/promises';
import { it } from 'vitest';
import { WeightsError } from '@graft-ml/core';
import { kerasWeightFile } from './keras-weight-file.js';
import { hdf5Library } from './hdf5-library.js';
const folder='/work/main/packages/node-adapter/test/golden/weights/';
async function readAll(path: string) { const file = await kerasWeightFile(path); try { for (const { weights } of file.layers) for (const w of weights) w.read(); } finally { file.close(); } }
it('fuzz', async () => {
  const orig=console.error; let ab=0;
  let n=0, ok=0, maxms=0; const kinds=new Map<string,number>();
  const seed=Number(process.env.FUZZ??1); let s=seed; const rnd=()=>{ s=(Math.imul(s,1664525)+1013904223)>>>0; return s/2**32; };
  const files=(await readdir(folder)).filter(f=>f.endsWith('.h5'));
  const fds=(await readdir('/proc/self/fd')).length;
  for (let i=0;i<3000;i++){ const f=files[Math.floor(rnd()*files.length)]!; const b=Uint8Array.from(await readFile(folder+f));
    const k=1+Math.floor(rnd()*3); const pos=[]; for(let j=0;j<k;j++){const p=Math.floor(rnd()*b.length); b[p]=rnd()<0.5?0xff:Math.floor(rnd()*256); pos.push(p);} 
    await writeFile('/tmp/fz.h5',b); const t=performance.now();
    console.error=(...a)=>{ab++; orig('ABORT at',f,pos,...a);};
    try{ await readAll('/tmp/fz.h5'); ok++; }catch(e){ if(!(e instanceof WeightsError)){ orig(f,pos,e); throw e;} const m=e.message.replace(/.*fz.h5"/,'').replace(/at "[^"]*"/,'').replace(/\d+/g,'N').slice(0,80)+ ((e.cause as Error)?.message?.slice(0,40)??''); kinds.set(m,(kinds.get(m)??0)+1);} 
    maxms=Math.max(maxms,performance.now()-t); n++; }
  console.error=orig;
  console.log(n,ok,maxms,[...kinds].sort((a,b)=>b[1]-a[1]).slice(0,25), (await readdir('/proc/self/fd')).length-fds, ab, (await hdf5Library()).call(m=>m.HEAPU8.length));
  await readAll(folder+'legacy-weights.h5');
}, 600000);
