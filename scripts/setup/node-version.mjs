// This file must parse on any Node that knows modules, so that an old one gets the message instead of a syntax error.
const floor = { major: 20, minor: 19 };

/** True on a Node that graft supports; says in one line what to do on any other. */
export function nodeIsRecentEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > floor.major || (major === floor.major && minor >= floor.minor)) return true;
  console.error(
    `graft: this is Node ${process.versions.node}, but graft needs ${floor.major}.${floor.minor} or newer; install a newer Node and run again`,
  );
  return false;
}
