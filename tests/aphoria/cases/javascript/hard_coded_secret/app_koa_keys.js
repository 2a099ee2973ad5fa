// expect: secret/hard_coded/encryption_key = true
const Koa = require('koa')

const app = new Koa()
app.keys = ['Zx8vQm3Lk7Tw2Rp9', 'Hn5cYb1Jd6Gs4Fa0']
app.use(async (ctx) => { ctx.body = 'ok' })
