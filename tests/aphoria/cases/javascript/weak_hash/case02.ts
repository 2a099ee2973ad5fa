// expect: hash/algorithm = sha1
import { createHash } from 'node:crypto';
export class Sums {
  sum(text: string): string {
    return createHash('sha1').update(text).digest('base64');
  }
}
