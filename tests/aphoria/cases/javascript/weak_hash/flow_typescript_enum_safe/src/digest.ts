import { createHash } from 'crypto';
import { Digest } from './kinds';
export function digest(text: string): string {
  return createHash(Digest.New).update(text).digest('hex');
}
