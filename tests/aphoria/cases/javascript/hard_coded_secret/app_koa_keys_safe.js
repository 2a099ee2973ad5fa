// expect: nothing
const Koa = require('koa')

const app = new Koa()
app.keys = process.env.COOKIE_KEYS.split(',')
app.proxyIpHeader = 'X-Forwarded-For'
app.use(async (ctx) => { ctx.body = { keys: ['one', 'two'] } })
