import { expectPlain, requiredAddressAt, textUpToZero, addressAt, type FilePieces } from './file-pieces.js';

/** A name in a group, and where the header of what it names lies. */
interface GroupLink {
  readonly name: string;
  readonly address: number;
}

const treeHeader = 24;
const nodeHeader = 8;
const entryLength = 40;
const deepestTree = 16;
const mostLinks = 100_000;
const longestHeap = 2 ** 26;
/** An entry that stands for a path instead of an object. */
const symbolicLink = 2;

/**
 * Lists a group's links by name: a tree of symbol tables, whose names lie in a heap.
 * @param table - The data of the group's symbol table message.
 * @see HDF5 File Format Specification, III.A.1 "Version 1 B-trees", III.B "Symbol Table Nodes", III.D "Local Heaps"
 */
export function readGroupLinks(file: FilePieces, table: Buffer): GroupLink[] {
  const names = readHeap(file, requiredAddressAt(table, 8));
  const links: GroupLink[] = [];
  const readNode = (address: number): void => {
    const header = file.read(address, nodeHeader);
    expectPlain(header.toString('latin1', 0, 4) === 'SNOD' && header[4] === 1, 'a symbol table node');
    const count = header.readUInt16LE(6);
    const entries = file.read(address + nodeHeader, count * entryLength);
    for (let at = 0; at < entries.length; at += entryLength) {
      expectPlain(entries.readUInt32LE(at + 16) !== symbolicLink, 'a link to an object');
      const name = textUpToZero(names.subarray(requiredAddressAt(entries, at)));
      expectPlain(name !== '' && !name.includes('/'), 'a name');
      links.push({ name, address: requiredAddressAt(entries, at + 8) });
      expectPlain(links.length <= mostLinks, 'a sensible number of links');
    }
  };
  const readTree = (address: number, depth: number): void => {
    expectPlain(depth <= deepestTree, 'a tree without end');
    const header = file.read(address, treeHeader);
    expectPlain(header.toString('latin1', 0, 4) === 'TREE' && header[4] === 0, "a group's tree");
    const level = header[5] as number;
    expectPlain(depth === 0 || level < deepestTree, 'a level');
    const count = header.readUInt16LE(6);
    // Keys and children take turns; a last key follows.
    const children = file.read(address + treeHeader, count * 16);
    for (let child = 0; child < count; child += 1) {
      const place = requiredAddressAt(children, child * 16 + 8);
      if (level === 0) readNode(place);
      else readTree(place, depth + 1);
    }
  };
  const root = addressAt(table, 0);
  expectPlain(root !== undefined, 'a tree');
  readTree(root, 0);
  expectPlain(new Set(links.map(({ name }) => name)).size === links.length, 'names that differ');
  return links;
}

function readHeap(file: FilePieces, address: number): Buffer {
  const header = file.read(address, 32);
  expectPlain(header.toString('latin1', 0, 4) === 'HEAP' && header[4] === 0, 'a heap of names');
  const length = requiredAddressAt(header, 8);
  expectPlain(length <= longestHeap, 'a sensible heap');
  return file.read(requiredAddressAt(header, 24), length);
}
