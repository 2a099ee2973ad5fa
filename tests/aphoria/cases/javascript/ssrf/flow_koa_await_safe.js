// expect: nothing
import Koa from 'koa';
import axios from 'axios';
const app = new Koa();
app.use(async (ctx, next) => {
  const { target } = ctx.request.body;
  const url = target ? "https://b.example.com" : "https://a.example.com";
  const answer = await axios.get(url);
  ctx.body = answer.data;
  await next();
});
