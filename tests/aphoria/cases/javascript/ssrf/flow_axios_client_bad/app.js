const express = require('express');
const client = require('./lib/client');
const app = express();

app.get('/fetch', async (req, res) => {
  res.json(await client.get(req.query.url));
});
