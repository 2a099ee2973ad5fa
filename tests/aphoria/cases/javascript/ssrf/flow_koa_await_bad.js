// expect: ssrf/untrusted_target = true
import Koa from 'koa';
import axios from 'axios';
const app = new Koa();
app.use(async (ctx, next) => {
  const { target } = ctx.request.body;
  const url = target || "https://a.example.com";
  const answer = await axios.get(url);
  ctx.body = answer.data;
  await next();
});
