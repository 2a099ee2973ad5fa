export class Repository {
  constructor(client) {
    this.client = client;
  }
  byKind(kind) {
    return this.client.query('select * from item where kind = $1', [kind]);
  }
}
