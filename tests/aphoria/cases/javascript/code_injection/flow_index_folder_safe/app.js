const express = require('express');
const { run } = require('./lib/run');
const app = express();

app.post('/run', (req, res) => res.json(run(req.body.code)));
