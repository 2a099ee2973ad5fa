import Koa from 'koa';
import pg from 'pg';
import { Repository } from './repository.js';
const client = new pg.Client();
const repository = new Repository(client);
const app = new Koa();
app.use(async (ctx) => {
  ctx.body = await repository.byKind(ctx.query.kind);
});
