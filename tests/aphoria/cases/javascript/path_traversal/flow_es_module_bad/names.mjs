import path from 'node:path';
export function cleanName(name) {
  return name.trim();
}
