import path from 'node:path';
export function cleanName(name) {
  return path.basename(name);
}
