export enum Digest {
  Old = 'md5',
  New = 'sha256',
}
