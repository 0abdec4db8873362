// Who includes whom: the arrows of the house, read from the sources. A wrong include does not link either; this says
// it at once and by name.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
// Each folder: the folders of ours it may include, and the foreign headers it may name beside the standard library's.
const rules = [
  { folder: 'crdt/tools/', ours: ['crdt/'], foreign: /^(nlohmann\/|zlib\.h|CLI\/|catch2\/)/ },
  { folder: 'crdt/', ours: ['crdt/'], foreign: /^catch2\// },
  { folder: 'storage/', ours: ['storage/', 'crdt/'], foreign: /^(rocksdb\/|catch2\/|nlohmann\/|spdlog\/)/ },
  { folder: 'server/', ours: ['server/', 'storage/', 'crdt/', 'plugins/ach/', 'plugins/host/', 'plugins/redflags/', 'plugins/tags/'],
    foreign: /^(assay\/plugin\.h|boost\/|nlohmann\/|spdlog\/|CLI\/|sodium\.h|toml\+\+\/|openssl\/|catch2\/|unicode\/)/ },
  { folder: 'plugins/', ours: ['plugins/', 'assay/'], foreign: /^(assay\/|boost\/|libstemmer\.h|re2\/|expat\.h|zlib\.h|seccomp\.h|nlohmann\/|toml\+\+\/|catch2\/|unicode\/)/ },
];
// POSIX, Linux and C headers, which are no library.
const system = /^(sys\/|netinet\/|arpa\/|linux\/|unistd\.h|fcntl\.h|signal\.h|termios\.h|poll\.h|pthread\.h|spawn\.h|dlfcn\.h|malloc\.h|time\.h|(stddef|stdint|stdio|stdlib|string)\.h$|[a-z_]+$)/;

const files = execFileSync('git', ['ls-files', '*.cpp', '*.h', '*.hpp', '*.c'], { cwd: top, encoding: 'utf8' })
  .split('\n').filter(Boolean);
const wrong = [];
for (const file of files) {
  const rule = rules.find((r) => file.startsWith(r.folder));
  if (!rule) continue;
  const lines = readFileSync(path.join(top, file), 'utf8').split('\n');
  lines.forEach((line, index) => {
    const match = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(line);
    if (!match) return;
    const [, mark, name] = match;
    const allowed = mark === '"'
      ? rule.ours.some((ours) => name.startsWith(ours))
      : system.test(name) || rule.foreign.test(name);
    if (!allowed) wrong.push(`${file}:${index + 1}: may not include ${name}`);
  });
}
for (const line of wrong) console.error(line);
console.log(`${files.length} files read, ${wrong.length} wrong includes`);
process.exit(wrong.length ? 1 : 0);
